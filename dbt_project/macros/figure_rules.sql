{#- The cuts of yearbook figures: `place` is the code found for the row's name, `place_name` the column it stands in. -#}
{% macro figure_rules(place, place_name, block=none) %}
  {% set rules = [
    {'step': 'place', 'reason': 'place in no list of the year', 'when': place ~ ' is null', 'of': place_name},
    {'step': 'indicator', 'reason': 'indicator not used', 'when': 'not is_known_indicator', 'of': 'indicator'},
    {'step': 'unit', 'reason': 'unit not known for the indicator', 'when': 'column_name is null', 'of': 'unit'},
    {'step': 'value', 'reason': 'no figure printed', 'when': 'printed_value is null'},
    {'step': 'value', 'reason': 'figure not a number', 'when': 'value is null'},
    {'step': 'duplicate figure', 'reason': 'place and indicator occur in an earlier row', 'when': 'copy_number > 1'},
  ] %}
  {{ return(([{'step': 'block', 'reason': 'districts only, the whole prefecture is used', 'when': block}] if block else []) + rules) }}
{% endmacro %}

{#- Figures with one row per place and column, spread into columns. -#}
{% macro spread(columns) -%}
  {% for column in columns -%}
  max(value * factor) filter (where column_name = '{{ column }}') as {{ column }}{{ ', ' if not loop.last }}
  {% endfor %}
{%- endmacro %}
