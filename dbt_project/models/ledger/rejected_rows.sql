{% set judged = {'customs': 'customs_judged', 'firm_survey': 'survey_judged', 'egov_scores': 'scores_judged',
  'city_yearbook': 'city_figures_judged', 'province_yearbook': 'province_figures_judged'} %}
{% for source, model in judged.items() -%}
select '{{ source }}' as source, source_file, source_row, year, step, reason,
  {{ 'cast(value_usd as double)' if source == 'customs' else 'cast(null as double)' }} as value_usd
from {{ ref(model) }}
where step is not null
{{ 'union all' if not loop.last }}
{% endfor %}
