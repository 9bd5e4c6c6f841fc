-- Every raw survey row with all that the rules ask about it. In 2010 who a firm is and its figures come in two files:
-- identity rows take their figures from the figures row of the same organisation code.
{{ config(materialized='table') }}
{% set identity = ['firm_name', 'legal_person', 'region_code', 'zip_code', 'phone', 'industry_code', 'registration_type_code', 'opening_year',
  'opening_month', 'employees_persons'] %}
{% set figures = ['revenue_thousand_cny', 'wages_thousand_cny', 'export_delivery_thousand_cny', 'total_assets_thousand_cny',
  'current_assets_thousand_cny', 'fixed_assets_thousand_cny', 'paid_in_capital_thousand_cny'] %}
with numbered as (
  select *,
    row_number() over (
      partition by is_figures_row, survey_firm_id, {{ (identity + figures) | join(', ') }}
      order by file_number, source_row
    ) as copy_number,
    {% for column in figures %}({{ column }} is not null)::integer {{ '+ ' if not loop.last }}{% endfor %} as figures_given
  from {{ ref('stg_firm_survey') }}
),
figures_rows as (
  select *,
    row_number() over (
      partition by survey_firm_id order by copy_number, figures_given desc, file_number, source_row
    ) as figures_number
  from numbered
  where is_figures_row
),
joined as (
  select
    rows.source_file, rows.file_number, rows.source_row, rows.year, rows.period_year, rows.is_figures_row, rows.survey_firm_id, rows.copy_number,
    rows.printed_survey_firm_id, rows.period_is_unread, rows.is_total, rows.is_shifted, rows.employees_are_unread, rows.is_of_no_place,
    case when {{ are_swapped('rows.firm_name', 'rows.legal_person') }} then rows.legal_person else rows.firm_name end as firm_name,
    case when {{ are_swapped('rows.firm_name', 'rows.legal_person') }} then rows.firm_name else rows.legal_person end as legal_person,
    {% for column in identity[2:] %}rows.{{ column }}, {% endfor %}
    {% for column in figures %}coalesce(rows.{{ column }}, added.{{ column }}) as {{ column }}, {% endfor %}
    rows.revenue_is_unread or coalesce(added.revenue_is_unread, false) as revenue_is_unread,
    rows.figures_given + coalesce(added.figures_given, 0) as figures_given
  from numbered as rows
  left join figures_rows as added
    on not rows.is_figures_row and added.survey_firm_id = rows.survey_firm_id and added.figures_number = 1
)
select
  joined.*,
  coalesce(figures_rows.figures_number, 1) as figures_number,
  joined.survey_firm_id in (select survey_firm_id from numbered where not is_figures_row and survey_firm_id is not null) as has_identity
from joined
left join figures_rows using (source_file, source_row)
