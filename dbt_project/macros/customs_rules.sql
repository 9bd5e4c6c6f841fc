{#- The cuts of the customs data, in order; sources: domain.md 1.6 (C1 ...), 1.7, 4.1, method.md section 5. -#}
{% macro customs_rules() %}
  {{ return([
    {'step': 'choice', 'on': var('files_left_out') != [], 'reason': 'file left out by choice', 'when': 'is_left_out'},
    {'step': 'total', 'reason': 'a line that adds up others', 'when': 'is_total', 'of': 'company_id'},
    {'step': 'shifted fields', 'reason': 'several fields cannot be of their kind', 'when': 'is_shifted'},
    {'step': 'flow', 'reason': 'import, no export flow', 'when': "flow = 'import'"},
    {'step': 'flow', 'reason': 'neither import nor export', 'when': 'flow is null', 'of': 'flow'},
    {'step': 'year', 'reason': 'period cannot be read', 'when': 'period_is_unread', 'of': 'period'},
    {'step': 'year', 'reason': 'period is of another year', 'when': 'period_year is not null and try_cast(period_year as integer) <> year', 'of': 'period'},
    {'step': 'year', 'reason': 'month outside 1 to 12', 'when': 'period_month not between 1 and 12', 'of': 'period'},
    {'step': 'doubled part file', 'on': var('drop_duplicate_lines'), 'reason': 'every line of the file is in an earlier file', 'when': 'is_in_doubled_file'},
    {'step': 'duplicate line', 'on': var('drop_duplicate_lines'), 'reason': 'exact duplicate of an earlier line', 'when': 'copy_number > 1'},
    {'step': 'company id', 'reason': 'company id missing', 'when': 'printed_company_id is null'},
    {'step': 'company id', 'reason': 'company id is none: spoiled, or not of 10 characters', 'when': 'company_id is null', 'of': 'company_id'},
    {'step': 'value', 'reason': 'value missing', 'when': 'printed_value is null'},
    {'step': 'value', 'reason': 'value not a number below 10^14', 'when': 'value_usd is null', 'of': 'value_usd'},
    {'step': 'value', 'reason': 'value zero or negative', 'when': 'value_usd <= 0', 'of': 'value_usd'},
    {'step': 'quantity', 'reason': 'quantity missing', 'when': 'printed_quantity is null'},
    {'step': 'quantity', 'reason': 'quantity not a number below 10^14', 'when': 'quantity is null', 'of': 'quantity'},
    {'step': 'quantity', 'reason': 'quantity zero or negative', 'when': 'quantity <= 0', 'of': 'quantity'},
    {'step': 'commodity code', 'reason': 'commodity code rounded by a spreadsheet', 'when': 'commodity_is_spoiled', 'of': 'hs8_code'},
    {'step': 'commodity code', 'reason': 'no commodity code of 6, 8 or 10 digits', 'when': 'commodity_code is null', 'of': 'hs8_code'},
    {'step': 'partner', 'reason': 'partner missing', 'when': 'printed_partner is null'},
    {'step': 'partner', 'on': var('drop_reimports'), 'reason': 're-import, partner is China', 'when': "destination_iso3 = 'CHN'"},
    {'step': 'partner', 'reason': 'partner in no country list', 'when': 'destination_iso3 is null', 'of': 'partner'},
    {'step': 'chapter', 'on': var('excluded_chapters') != [], 'reason': message('goods of excluded chapters', {'chapters': var('excluded_chapters') | join(', ')}),
      'when': "left(commodity_code, 2) in ('" ~ var('excluded_chapters') | join("', '") ~ "')", 'of': 'hs8_code'},
    {'step': 'commodity code', 'reason': 'code not in the HS revision of the year', 'when': 'hs6_2007_code is null', 'of': 'hs8_code'},
    {'step': 'trade mode', 'on': var('ordinary_trade_only'), 'reason': 'not ordinary trade', 'when': "coalesce(trade_mode_code, '') <> '10'", 'of': 'trade_mode'},
    {'step': 'intermediary', 'on': var('drop_intermediaries'), 'reason': 'trading intermediary by its name', 'when': 'is_intermediary', 'of': 'company_name'},
    {'step': 'manufactures', 'on': var('goods') != 'all', 'reason': 'no manufactured good (SITC rev. 2, 5 to 8)', 'when': 'not is_manufacture'},
    {'step': 'differentiated', 'on': var('goods') in kept_rauch_classes(), 'reason': 'not a ' ~ var('goods') | replace('_', ' ') ~ ' good (Rauch, ' ~ var('rauch') ~ ')',
      'when': 'not is_differentiated'},
    {'step': 'unit', 'on': var('usual_unit_only'), 'reason': 'unit missing, other lines of the product name one', 'when': 'unit is null and usual_unit is not null'},
    {'step': 'unit', 'on': var('usual_unit_only'), 'reason': 'unit is not the usual one of the product', 'when': 'base_unit <> usual_base_unit', 'of': 'unit'},
    {'step': 'minimum flow', 'reason': 'flow of the year below the minimum value', 'when': 'flow_value_usd < ' ~ var('min_flow_value_usd')},
    {'step': 'minimum flow', 'reason': 'flow of the year below the minimum quantity', 'when': 'flow_quantity < ' ~ var('min_flow_quantity')},
  ]) }}
{% endmacro %}

{#- The rules that judge a line by itself; the last two judge the flow it belongs to. -#}
{% macro customs_line_rules() %}
  {{ return(customs_rules()[:-2]) }}
{% endmacro %}

{#- The choices of goods that go by Rauch's classes -> the classes kept: n differentiated, r reference priced. -#}
{% macro kept_rauch_classes() %}
  {{ return({'differentiated': ['n'], 'differentiated_or_reference_priced': ['n', 'r']}) }}
{% endmacro %}

{#- A firm is an intermediary if its name holds one of the keywords: the shipped list's or one's own (domain.md 1.7). -#}
{% macro is_intermediary_name(name) -%}
  {% set keywords = var('intermediary_keywords') -%}
  {% if keywords is string -%}
  coalesce(regexp_matches({{ name }}, (select string_agg(keyword_zh, '|' order by keyword_zh)
    from {{ reference('intermediary_keywords') }} {% if keywords == 'core' %}where is_core = '1'{% endif %})), false)
  {%- elif keywords -%}
  coalesce(regexp_matches({{ name }}, '{{ keywords | join('|') }}'), false)
  {%- else -%}
  false
  {%- endif %}
{%- endmacro %}

{#- A file that the study's settings leave out, because it says what others say. -#}
{% macro is_left_out(file) -%}
  {% if var('files_left_out') -%}
  {{ file }} in ({% for name in var('files_left_out') %}'{{ sql_text(name) }}'{{ ', ' if not loop.last }}{% endfor %})
  {%- else -%}
  false
  {%- endif %}
{%- endmacro %}

{#- What cannot stand in a customs line's columns: a code that is none, digits where words are, words where digits are. A
    word for a mode or a unit that no list knows may still be one, and who cannot tell a postal code may not know the
    telephone either. -#}
{% macro customs_fields_of_other_kinds() %}
  {{ return([
    'period is not null and period_meant is null',
    'flow is not null and flow_meant is null',
    'hs8_code is not null and hs8_code_meant is null and not commodity_is_spoiled',
    'company_id is not null and company_id_meant is null and not id_is_spoiled',
    'partner is not null and partner_meant is null',
    'trade_mode_meant is null and ' ~ has_digits('trade_mode'),
    'unit_meant is null and ' ~ is_no_word('keyed.unit'),
    is_no_word('company_name'),
    any_of([has_letters('zip_code'), is_word('phone')]),
    'value is null and ' ~ has_letters('value_usd'),
    'amount is null and ' ~ has_letters('quantity'),
  ]) }}
{% endmacro %}
