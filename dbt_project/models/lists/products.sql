-- HS6 as declared in this year -> HS2007 code and its classes; 2012 files are in HS2012 (domain.md 1.4).
with classes as (
  select hs6, left(sitc2_4d, 1) between '5' and '8' as is_manufacture, rauch_{{ var('rauch') }}_filled in ('{{ kept_rauch_classes().get(var('goods'), ['n']) | join("', '") }}') as is_differentiated
  from {{ reference('hs6_classes') }}
),
declared as (
  {% if var('year') >= var('first_year_of_hs2012') -%}
  select hs2012 as hs6_code, hs2007 as hs6_2007_code from {{ reference('hs2012_to_hs2007') }}
  {%- else -%}
  select hs6 as hs6_code, hs6 as hs6_2007_code from classes
  {%- endif %}
)
select declared.hs6_code, declared.hs6_2007_code,
  coalesce(classes.is_manufacture, false) as is_manufacture,
  coalesce(classes.is_differentiated, false) as is_differentiated
from declared left join classes on classes.hs6 = declared.hs6_2007_code
