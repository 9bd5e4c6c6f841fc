-- Raw survey rows with tidy text and exact numbers; rows of the 2010 figures file stay rows of their own.
{{ config(materialized='table') }}
{% set texts = ['period', 'survey_firm_id', 'firm_name', 'legal_person', 'region_code', 'zip_code', 'phone', 'industry_code', 'registration_type_code'] %}
{% set numbers = ['opening_year', 'opening_month', 'employees_persons', 'revenue_thousand_cny', 'wages_thousand_cny', 'export_delivery_thousand_cny',
  'total_assets_thousand_cny', 'current_assets_thousand_cny', 'fixed_assets_thousand_cny', 'paid_in_capital_thousand_cny'] %}
with files as ({{ numbered_files(source('raw', 'raw_firm_survey')) }}),
tidied as (
  select source_file, source_row, year, dialect
    {%- for column in texts + numbers %}, {{ tidy(column) }} as {{ column }}{% endfor %}
  from {{ source('raw', 'raw_firm_survey') }}
)
select
  source_file,
  file_number,
  source_row,
  year,
  dialect = 'questionnaire_finance' as is_figures_row,
  nullif(regexp_extract(period, '^\d{4}'), '') as period_year,
  upper({{ code('survey_firm_id') }}) as survey_firm_id,
  firm_name,
  legal_person,
  left({{ code('region_code') }}, 6) as region_code,
  {{ code('zip_code') }} as zip_code,
  {{ code('phone') }} as phone,
  lpad({{ code('industry_code') }}, 4, '0') as industry_code,
  {{ code('registration_type_code') }} as registration_type_code,
  {% for column in numbers -%}
  {{ number(column) }} as {{ column }},
  {% endfor -%}
  {% for column in numbers -%}
  ({{ column }} is not null and {{ number(column) }} is null) {{ 'or ' if not loop.last }}
  {%- endfor %} as has_unreadable_number
from tidied
join files using (source_file)
