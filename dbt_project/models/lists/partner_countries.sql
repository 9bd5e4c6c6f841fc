-- A partner as printed (customs code or Chinese name, current or older) -> ISO country code.
with spelled as (
  select customs_code, iso3, unnest([customs_code, name_zh, name_zh_alt]) as partner
  from {{ reference('countries') }}
  where iso3 is not null
)
select {{ half_width('partner') }} as partner, min(iso3) as destination_iso3
from spelled
where partner is not null
group by 1
