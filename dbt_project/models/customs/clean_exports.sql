select
  company_id,
  hs6_2007_code,
  destination_iso3,
  year,
  any_value(province_code) as province_code,
  cast(sum(value_usd) as double) as export_value_usd,
  cast(sum(quantity) as double) as quantity,
  count(*) as lines
from {{ ref('customs_judged') }}
where step is null
group by company_id, hs6_2007_code, destination_iso3, year
