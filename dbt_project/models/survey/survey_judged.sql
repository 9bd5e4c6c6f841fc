-- Every raw survey row with the first rule that removes it, or none. Rows of one firm that pass all other rules: the
-- one with most figures stays, the first in file order if they are equal. A figures row shares the fate of the
-- identity row that carries its figures.
{{ config(materialized='table') }}
with by_row as (
  select *, {{ judge(survey_row_rules()) }}
  from {{ ref('survey_rows') }}
),
ranked as (
  select * exclude (step, reason, judged_column), step as row_step,
    case when step is null and not is_figures_row then row_number() over firm end as row_of_firm,
    -- the row that stays, and this one, name each of these and no two are equal
    case when step is null and not is_figures_row then coalesce(
      {% for column in ['firm_name', 'legal_person', 'region_code', 'phone'] -%}
      {{ column }} <> first_value({{ column }}) over firm {{ ' and ' if not loop.last }}
      {%- endfor %}, false) end as is_another_firm
  from by_row
  window firm as (partition by is_figures_row, survey_firm_id, step is null order by figures_given desc, file_number, source_row)
),
judged as (select * exclude (row_step), {{ judge(survey_rules()) }} from ranked),
fates as (
  select survey_firm_id, step, reason, judged_column
  from judged
  where not is_figures_row
  qualify row_number() over (
    partition by survey_firm_id order by step is not null, copy_number, file_number, source_row
  ) = 1
)
select
  judged.* exclude (step, reason, judged_column),
  case when takes_fate then fates.step else judged.step end as step,
  case when takes_fate then fates.reason else judged.reason end as reason,
  -- what an identity row shows of itself, its figures row need not hold
  case when not takes_fate then judged.judged_column end as judged_column
from (
  select *, is_figures_row and survey_firm_id is not null and copy_number = 1 and figures_number = 1 and has_identity as takes_fate
  from judged
) as judged
left join fates on judged.takes_fate and fates.survey_firm_id = judged.survey_firm_id
