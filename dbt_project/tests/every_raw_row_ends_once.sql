{{ config(meta={'table': 'sample_flow'}) }}
-- Of every source: rows read = rows behind the clean table + rejected rows, each counted from published tables.
with ends as (
  select source, sum(rows) filter (where step = '00 read') as rows_read, sum(rows) filter (where step = '99 clean') as rows_clean
  from {{ ref('sample_flow') }}
  group by source
),
rejected as (select source, count(*) as rows from {{ ref('rejected_rows') }} group by source),
steps as (select source, sum(rows) as rows from {{ ref('sample_flow') }} where step not in ('00 read', '99 clean') group by source)
select ends.*, rejected.rows as rows_rejected, steps.rows as rows_in_steps
from ends left join rejected using (source) left join steps using (source)
where rows_read <> coalesce(rows_clean, 0) + coalesce(rejected.rows, 0)
  or coalesce(rejected.rows, 0) <> coalesce(steps.rows, 0)
