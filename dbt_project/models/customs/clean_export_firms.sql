select
  exports.company_id,
  cast({{ var('year') }} as integer) as year,
  firms.company_name,
  firms.zip_code,
  firms.phone,
  firms.city_code,
  firms.ownership_code,
  exports.export_value_usd
from (
  select company_id, cast(sum(value_usd) as double) as export_value_usd
  from {{ ref('customs_judged') }}
  where step is null
  group by company_id
) as exports
left join {{ ref('customs_firms') }} as firms using (company_id)
