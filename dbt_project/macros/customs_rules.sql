{#- The cuts of the customs data, in order; sources: domain.md 1.6 (C1 ...), 1.7, 4.1, method.md section 5. -#}
{% macro customs_rules() %}
  {{ return([
    {'step': 'flow', 'reason': 'import, not used', 'when': "flow = 'import'"},
    {'step': 'flow', 'reason': 'neither import nor export', 'when': 'flow is null'},
    {'step': 'year', 'reason': 'period is of another year', 'when': 'period_year is not null and try_cast(period_year as integer) <> year'},
    {'step': 'doubled part file', 'reason': 'every line of the file is in an earlier file', 'when': 'is_in_doubled_file'},
    {'step': 'duplicate line', 'reason': 'exact duplicate of an earlier line', 'when': 'copy_number > 1'},
    {'step': 'company id', 'reason': 'company id missing', 'when': 'company_id is null'},
    {'step': 'value', 'reason': 'value missing', 'when': 'printed_value is null'},
    {'step': 'value', 'reason': 'value not a number below 10^14', 'when': 'value_usd is null'},
    {'step': 'value', 'reason': 'value zero or negative', 'when': 'value_usd <= 0'},
    {'step': 'quantity', 'reason': 'quantity missing', 'when': 'printed_quantity is null'},
    {'step': 'quantity', 'reason': 'quantity not a number below 10^14', 'when': 'quantity is null'},
    {'step': 'quantity', 'reason': 'quantity zero or negative', 'when': 'quantity <= 0'},
    {'step': 'commodity code', 'reason': 'no commodity code of 8 digits', 'when': 'hs8_code is null'},
    {'step': 'partner', 'reason': 'partner missing', 'when': 'partner is null'},
    {'step': 'partner', 'reason': 're-import, partner is China', 'when': "destination_iso3 = 'CHN'"},
    {'step': 'partner', 'reason': 'partner in no country list', 'when': 'destination_iso3 is null'},
    {'step': 'chapter', 'reason': 'goods of chapter 93, 97, 98 or 99', 'when': "left(hs8_code, 2) in ('93', '97', '98', '99')"},
    {'step': 'commodity code', 'reason': 'code not in the HS revision of the year', 'when': 'hs6_2007_code is null'},
    {'step': 'intermediary', 'reason': 'trading intermediary by its name', 'when': 'is_intermediary'},
    {'step': 'manufactures', 'reason': 'no manufactured good (SITC rev. 2, 5 to 8)', 'when': 'not is_manufacture'},
    {'step': 'differentiated', 'reason': 'not a differentiated good (Rauch, conservative)', 'when': 'not is_differentiated'},
    {'step': 'unit', 'reason': 'unit is not the usual one of the HS8 code', 'when': 'unit <> usual_unit'},
    {'step': 'minimum flow', 'reason': 'flow of the year below the minimum value', 'when': 'flow_value_usd < ' ~ var('min_flow_value_usd')},
    {'step': 'minimum flow', 'reason': 'flow of the year below the minimum quantity', 'when': 'flow_quantity < ' ~ var('min_flow_quantity')},
  ]) }}
{% endmacro %}

{#- The rules that judge a line by itself; the last two judge the flow it belongs to. -#}
{% macro customs_line_rules() %}
  {{ return(customs_rules()[:-2]) }}
{% endmacro %}

{#- A firm is an intermediary if its name holds one of the core keywords (domain.md 1.7). -#}
{% macro is_intermediary_name(name) -%}
  coalesce(regexp_matches({{ name }}, (select string_agg(keyword_zh, '|' order by keyword_zh)
    from {{ reference('intermediary_keywords') }} where is_core = '1')), false)
{%- endmacro %}
