-- The judged rows that a rule removed, each with the text of the cell that the rule looked at.
{% set judged = {'customs': ['customs_judged', 'raw_customs'], 'firm_survey': ['survey_judged', 'raw_firm_survey'],
  'egov_scores': ['scores_judged', 'raw_egov_scores'], 'city_yearbook': ['city_figures_judged', none],
  'province_yearbook': ['province_figures_judged', none]} %}
{% set looked_at = {
  'customs': ['period', 'flow', 'hs8_code', 'company_id', 'company_name', 'partner', 'trade_mode', 'unit', 'value_usd', 'quantity'],
  'firm_survey': ['period', 'survey_firm_id', 'employees_persons', 'revenue_thousand_cny'],
  'egov_scores': ['city_name'], 'city_yearbook': ['city_name', 'indicator', 'unit'], 'province_yearbook': ['province_name', 'indicator', 'unit']} %}
{% for name, (model, raw_table) in judged.items() -%}
select '{{ name }}' as source, judged.source_file, judged.source_row, judged.year, judged.step, judged.reason, judged.judged_column as column_name,
  case judged.judged_column {%- for column in looked_at[name] %} when '{{ column }}' then {{ 'printed_rows' if raw_table else 'judged' }}.{{ column }}{% endfor %} end as printed,
  {{ 'cast(judged.value_usd as double)' if name == 'customs' else 'cast(null as double)' }} as value_usd
from {{ ref(model) }} as judged
{% if raw_table %}left join {{ source('raw', raw_table) }} as printed_rows using (source_file, source_row){% endif %}
where judged.step is not null
{{ 'union all' if not loop.last }}
{% endfor %}
