-- The clean exports by the customs mode they were declared under.
select
  company_id,
  year,
  coalesce(trade_mode_code, 'unknown') as trade_mode_code,
  cast(sum(value_usd) as double) as export_value_usd,
  count(*) as lines
from {{ ref('customs_judged') }}
where step is null
group by all
