{#- A reason with values that differ by study: an id of egov_assets/clean/words.yml and the values as JSON, as
    egov_assets/platform/words.py reads them. -#}
{% macro message(name, values) -%}
  {{ return(name ~ ' ' ~ tojson(values)) }}
{%- endmacro %}

{#- A list of rules, each {step, reason, when, of}, in the order in which they are applied: the first that holds decides about
    the row. `step` carries its number, so that sample_flow sorts into the order of the story. A rule with `on: false` is
    switched off in the study's settings and removes nothing; the numbers of the others stay. `of` names the raw column
    that the rule looks at, whose text rejected_rows then shows. -#}
{% macro judge(rules) -%}
  case {%- for rule in rules if rule.get('on', true) %} when {{ rule.when }} then '{{ '%02d' | format(rules.index(rule) + 1) }} {{ rule.step }}' {%- endfor %} end as step,
  case {%- for rule in rules if rule.get('on', true) %} when {{ rule.when }} then '{{ rule.reason }}' {%- endfor %} end as reason,
  cast(case {%- for rule in rules if rule.get('on', true) %} when {{ rule.when }} then {{ "'" ~ rule.of ~ "'" if rule.get('of') else 'null' }} {%- endfor %} end as varchar) as judged_column
{%- endmacro %}
