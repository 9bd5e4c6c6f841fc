{{ config(meta={'table': 'rejected_rows'}) }}
-- Lines in = lines behind clean_exports + rejected lines, and the same in USD to the cent. Counted from the raw table
-- and from what is published, not from the models between.
with raw_lines as (
  select count(*) as rows, coalesce(sum({{ number(tidy('value_usd')) }}), 0) as value_usd from {{ source('raw', 'raw_customs') }}
),
clean as (select coalesce(sum(lines), 0) as rows, coalesce(sum(cast(export_value_usd as decimal(38, 4))), 0) as value_usd from {{ ref('clean_exports') }}),
rejected as (
  select count(*) as rows, coalesce(sum(cast(value_usd as decimal(38, 4))), 0) as value_usd from {{ ref('rejected_rows') }} where source = 'customs'
)
select raw_lines.rows as rows_in, clean.rows as rows_clean, rejected.rows as rows_rejected,
  raw_lines.value_usd as value_in, clean.value_usd as value_clean, rejected.value_usd as value_rejected
from raw_lines, clean, rejected
where raw_lines.rows <> clean.rows + rejected.rows
  -- to the cent; beyond it only what 53 bits of the published doubles cannot hold (0.0002 USD of China's exports)
  or abs(raw_lines.value_usd - clean.value_usd - rejected.value_usd) >= 0.01 + cast(raw_lines.value_usd as double) / power(2, 53)
