-- Every raw customs line with the first rule that removes it, or none. Minimum value and quantity are asked of the
-- year's flow, not of the line: one flow is split over ports, months and modes, and a small part of a large flow is
-- no small flow.
{{ config(materialized='table') }}
with by_line as (
  select *, {{ judge(customs_line_rules()) }}
  from {{ ref('customs_lines') }}
),
standing as (
  -- the key of the flow, null for lines that are gone already, so that they join nothing
  select *, case when step is null then company_id end as flow_company_id from by_line
),
flows as (
  select flow_company_id, hs6_2007_code, destination_iso3, sum(value_usd) as flow_value_usd, sum(quantity) as flow_quantity
  from standing
  where flow_company_id is not null
  group by all
)
select standing.* exclude (step, reason, judged_column, flow_company_id), {{ judge(customs_rules()) }}
from standing
left join flows using (flow_company_id, hs6_2007_code, destination_iso3)
