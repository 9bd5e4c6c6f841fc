{#- A list of rules, each {step, reason, when}, in the order in which they are applied: the first that holds decides about
    the row. `step` carries its number, so that sample_flow sorts into the order of the story. -#}
{% macro judge(rules) -%}
  case {%- for rule in rules %} when {{ rule.when }} then '{{ '%02d' | format(loop.index) }} {{ rule.step }}' {%- endfor %} end as step,
  case {%- for rule in rules %} when {{ rule.when }} then '{{ rule.reason }}' {%- endfor %} end as reason
{%- endmacro %}
