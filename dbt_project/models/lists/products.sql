-- HS6 as declared in this year -> product and its classes; 2012 files are in HS2012 (domain.md 1.4). A product is an
-- HS2007 code, or the first code of the family of codes that the revision of 2012 split, joined or exchanged.
with products as (
  {% if var('hs_products') == 'family' -%}
  select hs2007, min(hs2007) over (partition by family_id) as product_code
  from {{ reference('hs2012_hs2007_correlation') }}
  {%- else -%}
  select hs6 as hs2007, hs6 as product_code from {{ reference('hs6_classes') }}
  {%- endif %}
),
classes as (
  select hs6, left(sitc2_4d, 1) between '5' and '8' as is_manufacture, rauch_{{ var('rauch') }}_filled in ('{{ kept_rauch_classes().get(var('goods'), ['n']) | join("', '") }}') as is_differentiated
  from {{ reference('hs6_classes') }}
),
declared as (
  {% if var('year') >= var('first_year_of_hs2012') -%}
  select hs2012 as hs6_code, hs2007 as code_2007 from {{ reference('hs2012_to_hs2007') }}
  {%- else -%}
  select hs6 as hs6_code, hs6 as code_2007 from classes
  {%- endif %}
)
select declared.hs6_code, coalesce(product_code, code_2007) as hs6_2007_code,
  coalesce(classes.is_manufacture, false) as is_manufacture,
  coalesce(classes.is_differentiated, false) as is_differentiated
from declared
left join classes on classes.hs6 = declared.code_2007
left join (select distinct hs2007, product_code from products) as products on products.hs2007 = declared.code_2007
