{% set judged = {'customs': ['stg_customs', 'customs_judged', 'company_id'], 'firm_survey': ['stg_firm_survey', 'survey_judged', 'survey_firm_id'],
  'egov_scores': ['stg_egov_scores', 'scores_judged', none], 'city_yearbook': ['stg_city_yearbook', 'city_figures_judged', none],
  'province_yearbook': ['stg_province_yearbook', 'province_figures_judged', none]} %}
with counted as (
  {% for source, (staged, model, firm) in judged.items() %}
  {% set firms = 'count(distinct ' ~ firm ~ ')' if firm else 'cast(null as bigint)' %}
  {% set value = 'cast(sum(value_usd) as double)' if source == 'customs' else 'cast(null as double)' %}
  select '{{ source }}' as source, '00 read' as step, 'rows of the raw files' as reason, count(*) as rows, {{ firms }} as firms, {{ value }} as value_usd
  from {{ ref(staged) }}
  union all
  select '{{ source }}', coalesce(step, '99 clean'), coalesce(reason, 'rows behind the clean table'), count(*), {{ firms }}, {{ value }}
  from {{ ref(model) }}
  group by step, reason
  {{ 'union all' if not loop.last }}
  {% endfor %}
)
select cast({{ var('year') }} as integer) as year, source, step, reason, rows, firms, value_usd
from counted
