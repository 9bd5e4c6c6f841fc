-- The unit in which the year's clean exports count each product; none where the copy has no units.
select
  hs6_2007_code,
  year,
  any_value(usual_unit) as unit,
  any_value(usual_base_unit) as base_unit,
  any_value(usual_base_units) as base_units,
  cast(sum(value_usd) as double) as export_value_usd,
  count(distinct (company_id, destination_iso3)) as flows,
  count(*) as lines,
  count(*) filter (where unit <> usual_unit) as lines_converted
from {{ ref('customs_judged') }}
where step is null
group by hs6_2007_code, year
