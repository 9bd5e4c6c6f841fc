{#- The cuts of the customs data, in order; sources: domain.md 1.6 (C1 ...), 1.7, 4.1, method.md section 5. -#}
{% macro customs_rules() %}
  {{ return([
    {'step': 'flow', 'reason': 'import, no export flow', 'when': "flow = 'import'"},
    {'step': 'flow', 'reason': 'neither import nor export', 'when': 'flow is null'},
    {'step': 'year', 'reason': 'period is of another year', 'when': 'period_year is not null and try_cast(period_year as integer) <> year'},
    {'step': 'year', 'reason': 'month outside 1 to 12', 'when': 'period_month not between 1 and 12'},
    {'step': 'doubled part file', 'on': var('drop_duplicate_lines'), 'reason': 'every line of the file is in an earlier file', 'when': 'is_in_doubled_file'},
    {'step': 'duplicate line', 'on': var('drop_duplicate_lines'), 'reason': 'exact duplicate of an earlier line', 'when': 'copy_number > 1'},
    {'step': 'company id', 'reason': 'company id missing', 'when': 'company_id is null'},
    {'step': 'value', 'reason': 'value missing', 'when': 'printed_value is null'},
    {'step': 'value', 'reason': 'value not a number below 10^14', 'when': 'value_usd is null'},
    {'step': 'value', 'reason': 'value zero or negative', 'when': 'value_usd <= 0'},
    {'step': 'quantity', 'reason': 'quantity missing', 'when': 'printed_quantity is null'},
    {'step': 'quantity', 'reason': 'quantity not a number below 10^14', 'when': 'quantity is null'},
    {'step': 'quantity', 'reason': 'quantity zero or negative', 'when': 'quantity <= 0'},
    {'step': 'commodity code', 'reason': 'no commodity code of 8 digits', 'when': 'hs8_code is null'},
    {'step': 'partner', 'reason': 'partner missing', 'when': 'partner is null'},
    {'step': 'partner', 'on': var('drop_reimports'), 'reason': 're-import, partner is China', 'when': "destination_iso3 = 'CHN'"},
    {'step': 'partner', 'reason': 'partner in no country list', 'when': 'destination_iso3 is null'},
    {'step': 'chapter', 'on': var('excluded_chapters') != [], 'reason': message('goods of excluded chapters', {'chapters': var('excluded_chapters') | join(', ')}),
      'when': "left(hs8_code, 2) in ('" ~ var('excluded_chapters') | join("', '") ~ "')"},
    {'step': 'commodity code', 'reason': 'code not in the HS revision of the year', 'when': 'hs6_2007_code is null'},
    {'step': 'trade mode', 'on': var('ordinary_trade_only'), 'reason': 'not ordinary trade', 'when': "coalesce(trade_mode, '') not in ('一般贸易', '10')"},
    {'step': 'intermediary', 'on': var('drop_intermediaries'), 'reason': 'trading intermediary by its name', 'when': 'is_intermediary'},
    {'step': 'manufactures', 'on': var('goods') != 'all', 'reason': 'no manufactured good (SITC rev. 2, 5 to 8)', 'when': 'not is_manufacture'},
    {'step': 'differentiated', 'on': var('goods') in kept_rauch_classes(), 'reason': 'not a ' ~ var('goods') | replace('_', ' ') ~ ' good (Rauch, ' ~ var('rauch') ~ ')',
      'when': 'not is_differentiated'},
    {'step': 'unit', 'on': var('usual_unit_only'), 'reason': 'unit is not the usual one of the HS8 code', 'when': 'unit <> usual_unit'},
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
