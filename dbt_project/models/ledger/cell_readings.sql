-- The cells of every coded and numeric column by how they were read; what could not be read by its text.
{% set places = {'city_yearbook': ['city_figures_judged', 'city_name', 'city_code'], 'province_yearbook': ['province_figures_judged', 'province_name', 'province_code']} %}
{% for column in ['period', 'flow', 'hs8_code', 'company_id', 'partner', 'trade_mode', 'unit'] %}
{{ reading('customs', column, "(select * from " ~ ref('customs_spellings') ~ " where column_name = '" ~ column ~ "')", 'text', 'code',
  in_part="length(code) = 6" if column == 'hs8_code' else 'false', weight='sum(rows)') }}
union all
{% endfor %}
{{ reading('customs', 'zip_code', ref('stg_customs'), 'printed_zip_code', 'zip_code') }}
union all
{{ reading('customs', 'value_usd', ref('stg_customs'), 'printed_value', 'value_usd') }}
union all
{{ reading('customs', 'quantity', ref('stg_customs'), 'printed_quantity', 'quantity') }}
union all
{% for column in ['period', 'survey_firm_id', 'region_code', 'registration_type_code'] %}
{{ reading('firm_survey', column, "(select * from " ~ ref('survey_spellings') ~ " where column_name = '" ~ column ~ "')", 'text', 'code',
  in_part={'region_code': "right(code, 2) = '00'", 'survey_firm_id': 'not ' ~ has_check_character('code')}.get(column, 'false'), weight='sum(rows)') }}
union all
{% endfor %}
{% if var('gbt4754') %}
{{ reading('firm_survey', 'industry_code', "(select text, rows, industry_2002_code from " ~ ref('survey_spellings') ~ " left join " ~ ref('industry_codes')
  ~ " on industry_code = code where column_name = 'industry_code')", 'text', 'industry_2002_code', weight='sum(rows)') }}
union all
{% endif %}
{{ reading('firm_survey', 'city of region_code', "(select text, rows, " ~ city_of() ~ " as city_code from " ~ ref('survey_spellings') ~ " as spelled "
  ~ join_city('spelled.code') ~ " where column_name = 'region_code')", 'text', 'city_code', weight='sum(rows)') }}
union all
{{ reading('firm_survey', 'survey_firm_id of figures', "(select survey_firm_id, nullif(has_identity, false) as met from " ~ ref('survey_rows') ~ " where is_figures_row)",
  'survey_firm_id', 'met') }}
union all
{{ reading('firm_survey', 'zip_code', ref('stg_firm_survey'), 'printed_zip_code', 'zip_code') }}
union all
{% for column in survey_figures() %}
{{ reading('firm_survey', column, "(select " ~ tidy(column) ~ " as text from " ~ source('raw', 'raw_firm_survey') ~ ")", 'text', number('text')) }}
union all
{% endfor %}
{% for column in score_fields() %}
{{ reading('egov_scores', column, "(select " ~ tidy(column) ~ " as text from " ~ source('raw', 'raw_egov_scores') ~ ")", 'text', number('text')) }}
union all
{% endfor %}
{{ reading('egov_scores', 'city_name', "(select city_name, coalesce(city_code, province_code) as place, city_code from " ~ ref('scores_judged') ~ " left join "
  ~ ref('province_names') ~ " on name = city_name)", 'city_name', 'place', in_part='city_code is null') }}
{% for source, (model, name, code) in places.items() %}
union all
{{ reading(source, name, "(select figures." ~ name ~ ", coalesce(figures." ~ code ~ ", names.province_code) as place, figures." ~ code ~ " as place_code from " ~ ref(model) ~ " as figures left join "
  ~ ref('province_names') ~ " as names on names.name = figures." ~ name ~ ")", name, 'place', in_part='place_code is null') }}
union all
{{ reading(source, 'unit', "(select * from " ~ ref(model) ~ " where is_known_indicator)", 'unit', 'column_name') }}
union all
{{ reading(source, 'value', ref(model), 'printed_value', 'value') }}
{% endfor %}
