{#- The cuts of the survey, in order; source: domain.md 2.5. Missing wages and exports are facts of the 2010 data and of
    blanks in later years (domain.md 10), no reason to lose a firm. -#}
{% macro survey_rules() %}
  {% set negative = [] %}
  {% for figure in ['wages', 'export_delivery', 'total_assets', 'current_assets', 'fixed_assets'] %}
    {% do negative.append(figure ~ '_thousand_cny < 0') %}
  {% endfor %}
  {% set required = [] %}
  {% for figure in var('required_figures') %}
    {% do required.append({'step': 'required figures', 'reason': message('required figure missing', {'column': figure}), 'when': figure ~ ' is null'}) %}
  {% endfor %}
  {{ return([
    {'step': 'total', 'reason': 'a row that adds up others', 'when': 'is_total', 'of': 'survey_firm_id'},
    {'step': 'shifted fields', 'reason': 'several fields cannot be of their kind', 'when': 'is_shifted'},
    {'step': 'firm id', 'reason': 'organisation code missing', 'when': 'printed_survey_firm_id is null'},
    {'step': 'firm id', 'reason': 'organisation code is none: spoiled, or not of letters and digits', 'when': 'survey_firm_id is null', 'of': 'survey_firm_id'},
    {'step': 'year', 'reason': 'period cannot be read', 'when': 'period_is_unread', 'of': 'period'},
    {'step': 'year', 'reason': 'period is of another year', 'when': 'period_year is not null and try_cast(period_year as integer) <> year', 'of': 'period'},
    {'step': 'duplicate row', 'reason': 'exact duplicate of an earlier row', 'when': 'copy_number > 1'},
    {'step': 'two files', 'reason': 'figures without an identity row', 'when': 'is_figures_row and not has_identity'},
    {'step': 'two files', 'reason': 'second figures row of the same firm', 'when': 'is_figures_row and figures_number > 1'},
    {'step': 'numbers', 'reason': 'revenue is not a number', 'when': 'revenue_is_unread', 'of': 'revenue_thousand_cny'},
    {'step': 'numbers', 'reason': 'employees are not a number', 'when': 'employees_are_unread', 'of': 'employees_persons'},
    {'step': 'revenue', 'reason': 'revenue missing', 'when': 'revenue_thousand_cny is null'},
    {'step': 'revenue', 'reason': 'revenue zero or negative', 'when': 'revenue_thousand_cny <= 0', 'of': 'revenue_thousand_cny'},
    {'step': 'revenue', 'on': var('min_revenue_thousand_cny') > 0, 'reason': message('revenue below the minimum', {'thousand_cny': var('min_revenue_thousand_cny')}),
      'when': 'revenue_thousand_cny < ' ~ var('min_revenue_thousand_cny')},
    {'step': 'employees', 'reason': message('fewer employees than the minimum', {'employees': var('min_employees')}), 'when': 'employees_persons < ' ~ var('min_employees'), 'of': 'employees_persons'},
    {'step': 'assets', 'on': var('drop_inconsistent_assets'), 'reason': 'current assets above total assets', 'when': 'current_assets_thousand_cny > total_assets_thousand_cny'},
    {'step': 'assets', 'on': var('drop_inconsistent_assets'), 'reason': 'fixed assets above total assets', 'when': 'fixed_assets_thousand_cny > total_assets_thousand_cny'},
    {'step': 'negative figures', 'on': var('drop_negative_figures'), 'reason': 'wages, exports or assets negative', 'when': negative | join(' or ')},
    {'step': 'exports', 'on': var('max_exports_to_revenue') > 0, 'reason': message('exports above a multiple of revenue', {'times': '%g' | format(var('max_exports_to_revenue'))}),
      'when': 'export_delivery_thousand_cny > ' ~ var('max_exports_to_revenue') ~ ' * revenue_thousand_cny'},
    {'step': 'paid-in capital', 'on': var('drop_without_capital'), 'reason': 'paid-in capital zero or negative', 'when': 'paid_in_capital_thousand_cny <= 0'},
    {'step': 'opening', 'on': var('drop_invalid_opening'), 'reason': 'opening month outside 1 to 12', 'when': 'opening_month not between 1 and 12'},
    {'step': 'opening', 'on': var('drop_invalid_opening'), 'reason': message('opening year after the survey or too early', {'year': var('first_opening_year')}),
      'when': 'opening_year > year or opening_year < ' ~ var('first_opening_year')},
    {'step': 'region', 'on': var('drop_unknown_regions'), 'reason': 'region in no list', 'when': 'is_of_no_place', 'of': 'region_code'},
  ] + required + [
    {'step': 'same firm twice', 'reason': 'code of another firm, with which it agrees in nothing else', 'when': 'row_of_firm > 1 and is_another_firm'},
    {'step': 'same firm twice', 'reason': 'another row of the same firm is more complete', 'when': 'row_of_firm > 1'},
  ]) }}
{% endmacro %}

{% macro survey_row_rules() %}
  {{ return(survey_rules()[:-2]) }}
{% endmacro %}

{#- A person has two to four characters, a firm a word for firm: names that stand in each other's column (domain.md 2.2). -#}
{% macro are_swapped(firm_name, legal_person) -%}
  (regexp_matches({{ legal_person }}, '公司|厂|集团|企业|合作社') and length({{ firm_name }}) <= 4 and not regexp_matches({{ firm_name }}, '公司|厂'))
{%- endmacro %}

{#- Ownership from the registration type (domain.md 2.5). -#}
{% macro ownership_class(code) -%}
  case
    when {{ code }} in ('110', '141', '143', '151') then 'state'
    when {{ code }} in ('120', '130', '142', '149', '159', '160', '170', '171', '172', '173', '174', '190') then 'private'
    when {{ code }} in ('210', '220', '310', '320') then 'joint_venture'
    when {{ code }} in ('230', '240', '330', '340') then 'wholly_foreign'
  end
{%- endmacro %}

{#- What cannot stand in a survey row's columns. No signs are words in columns that copies also write in words (region,
    industry, registration type), rounded codes and zeros for nothing; nor is more than one of columns that one firm may
    leave open together in words of its own: names, contacts, figures. -#}
{% macro survey_fields_of_other_kinds() %}
  {% set conditions = [
    'printed_period is not null and period is null',
    'survey_firm_id is null and not ' ~ is_spoiled('printed_survey_firm_id') ~ ' and ' ~ has_letters('printed_survey_firm_id'),
    any_of([is_no_word('firm_name'), is_no_word('legal_person')]),
    any_of([has_letters('zip_code'), is_word('phone')]),
    number('opening_year') ~ ' <> 0 and ' ~ number('opening_year') ~ ' not between 1000 and 2100',
  ] %}
  {% for column in ['region_code', 'industry_code', 'registration_type_code'] %}
    {% do conditions.append(column ~ ' is null and not ' ~ is_spoiled('printed_' ~ column) ~ ' and ' ~ has_digits('printed_' ~ column)) %}
  {% endfor %}
  {% set words = [] %}
  {% for column in survey_figures() %}
    {% do words.append(number(column) ~ ' is null and ' ~ has_letters(column)) %}
  {% endfor %}
  {{ return(conditions + [any_of(words)]) }}
{% endmacro %}
