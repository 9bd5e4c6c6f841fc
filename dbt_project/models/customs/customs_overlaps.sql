-- Signs that files say the same trade twice, one row per sign: a part (the lines of a file that name a month, or those that
-- name none) whose flows are the sums of the other parts', or months that hold January to date.
{{ config(materialized='table') }}
with counted as (
  select source_file, company_id, hs6_2007_code, destination_iso3, value_usd, period_month
  from {{ ref('customs_lines') }}
  where flow = 'export' and not is_left_out and not is_total and copy_number = 1 and not is_in_doubled_file
    and value_usd > 0 and company_id is not null and hs6_2007_code is not null and destination_iso3 is not null
),
of_parts as (
  select source_file, period_month is not null as names_months, company_id, hs6_2007_code, destination_iso3, sum(value_usd) as part_usd, count(*) as part_lines
  from counted
  group by all
),
beside_others as (
  select *, sum(part_usd) over flow - part_usd as others_usd, sum(part_lines) over flow as lines
  from of_parts
  window flow as (partition by company_id, hs6_2007_code, destination_iso3)
),
repeated as (
  select source_file || case when names_months then ' (lines with a month)' else ' (lines without a month)' end as part,
    -- a copy may round its lines to whole dollars, or its values to a few digits
    count(*) as flows, count(*) filter (where abs(others_usd - part_usd) <= greatest(1e-3 * part_usd, lines)) as repeated_flows
  from beside_others
  group by all
),
months as (
  select company_id, hs6_2007_code, destination_iso3, period_month, sum(value_usd) as month_usd
  from counted
  where period_month is not null
  group by all
),
steps as (
  select month_usd - lag(month_usd) over (partition by company_id, hs6_2007_code, destination_iso3 order by period_month) as growth from months
)
select 'its flows are the sums of the other parts of the year' as sign, part, flows, repeated_flows
from repeated
where repeated_flows > 0.5 * flows
union all
-- of months side by side half of the steps go down; those of sums to date never do
select 'months hold January to date: flows only ever grow', null, count(*), count(*) filter (where growth >= 0)
from steps
where growth is not null
having count(*) >= 10 and count(*) filter (where growth >= 0) > 0.95 * count(*) and count(*) filter (where growth > 0) > 0.5 * count(*)
