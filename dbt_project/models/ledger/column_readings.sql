-- Of every coded and numeric column: how many rows hold something, how many of these were understood, and what was not.
with unread as (
  select source, column_name, string_agg(printed || ' (' || rows || ')', ', ' order by rows desc, printed) as most_frequent
  from (
    select * from {{ ref('cell_readings') }} where state = 'unread'
    qualify row_number() over (partition by source, column_name order by rows desc, printed) <= 5
  )
  group by source, column_name
),
counted as (
  select source, column_name, sum(rows) as filled, coalesce(sum(rows) filter (where state <> 'unread'), 0) as understood,
    coalesce(sum(rows) filter (where state = 'in part'), 0) as in_part
  from {{ ref('cell_readings') }}
  group by source, column_name
)
select
  counted.source,
  cast({{ var('year') }} as integer) as year,
  counted.column_name,
  cast(counted.filled as bigint) as filled,
  cast(counted.understood as bigint) as understood,
  cast(counted.in_part as bigint) as understood_in_part,
  unread.most_frequent as most_frequent_unread
from counted left join unread on unread.source = counted.source and unread.column_name = counted.column_name
