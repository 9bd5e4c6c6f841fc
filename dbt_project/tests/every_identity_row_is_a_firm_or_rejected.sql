{{ config(meta={'table': 'clean_firms'}) }}
-- Survey: raw rows that say who a firm is = firms + rejected ones of them.
with identity_rows as (
  select raw_rows.source_file, rejected.source_row is not null as is_rejected
  from {{ source('raw', 'raw_firm_survey') }} as raw_rows
  left join (select * from {{ ref('rejected_rows') }} where source = 'firm_survey') as rejected using (source_file, source_row)
  where raw_rows.dialect <> 'questionnaire_finance'
)
select count(*) as rows_in, count(*) filter (where is_rejected) as rows_rejected, (select count(*) from {{ ref('clean_firms') }}) as firms
from identity_rows
having rows_in <> rows_rejected + firms
