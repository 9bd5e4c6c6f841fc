{% macro survey_figures() %}
  {{ return(['opening_year', 'opening_month', 'employees_persons', 'revenue_thousand_cny', 'wages_thousand_cny', 'export_delivery_thousand_cny',
    'total_assets_thousand_cny', 'current_assets_thousand_cny', 'fixed_assets_thousand_cny', 'paid_in_capital_thousand_cny']) }}
{% endmacro %}
