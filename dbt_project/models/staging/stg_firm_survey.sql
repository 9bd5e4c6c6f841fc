-- Raw survey rows with tidy text, exact numbers and codes for coded cells; rows of the 2010 figures file stay rows of their own.
{{ config(materialized='table') }}
{% set coded = ['period', 'survey_firm_id', 'region_code', 'industry_code', 'registration_type_code'] %}
{% set texts = ['firm_name', 'legal_person'] %}
{% set codes = ['zip_code', 'phone'] %}
with files as ({{ numbered_files(source('raw', 'raw_firm_survey')) }}),
tidied as (
  select raw_rows.source_file, source_row, year, dialect
    {%- for column in coded %}, {{ column }}_spelling.text as printed_{{ column }}, {{ column }}_spelling.code as {{ column }}{% endfor %}
    , region_code_spelling.is_of_no_place
    {%- for column in texts + survey_figures() %}, {{ tidy(column) }} as {{ column }}{% endfor %}
    {%- for column in codes %}, {{ code(tidy(column)) }} as {{ column }}{% endfor %}
  from {{ source('raw', 'raw_firm_survey') }} as raw_rows
  {% for column in coded %}
  left join {{ ref('survey_spellings') }} as {{ column }}_spelling
    on {{ column }}_spelling.column_name = '{{ column }}' and {{ column }}_spelling.printed = raw_rows.{{ column }}
  {% endfor %}
)
select
  tidied.source_file,
  file_number,
  source_row,
  year,
  dialect = 'questionnaire_finance' as is_figures_row,
  left(period, 4) as period_year,
  printed_period is not null and period is null as period_is_unread,
  printed_survey_firm_id,
  survey_firm_id,
  {{ is_total(['printed_survey_firm_id', 'firm_name']) }} as is_total,
  {{ several(survey_fields_of_other_kinds()) }} as is_shifted,
  firm_name,
  legal_person,
  region_code,
  printed_region_code,
  coalesce(is_of_no_place, false) as is_of_no_place,
  zip_code as printed_zip_code,
  {{ postal_code('zip_code', 'region_code') }} as zip_code,
  phone,
  industry_code,
  registration_type_code,
  {% for column in survey_figures() -%}
  {{ number(column) }} as {{ column }},
  {% endfor -%}
  -- without these two a row is no firm of the survey; any other figure that cannot be read is missing
  revenue_thousand_cny is not null and {{ number('revenue_thousand_cny') }} is null as revenue_is_unread,
  employees_persons is not null and {{ number('employees_persons') }} is null as employees_are_unread
from tidied
join files using (source_file)
