-- A partner as printed (customs code or Chinese name, current or older) -> ISO country code; names that the study's
-- settings add go before the shipped list.
with spelled as (
  select customs_code, iso3, unnest([customs_code, name_zh, name_zh_alt]) as partner
  from {{ reference('countries') }}
  where iso3 is not null
)
select {{ half_width('partner') }} as partner, coalesce(min(own_iso3), min(iso3)) as destination_iso3
from (
  select partner, iso3, null as own_iso3 from spelled
  {% for name, own in var('partner_names').items() -%}
  union all select '{{ name }}', null, '{{ own }}'
  {% endfor %}
)
where partner is not null
group by 1
