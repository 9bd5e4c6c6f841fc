{#- No value of these columns is below `low`, at or below `above`, or above `high`; missing values are another test's
    business. A limit is a number, a column, or the name of a setting (a variable of the project). `only_with` names a
    setting that must be on for the limit to be promised. -#}
{% test within(model, columns, low=none, high=none, above=none, low_setting=none, only_with=none) %}
{% set floor = var(low_setting) if low_setting else low %}
select *
from {{ model }}
where false
{% for column in columns if only_with is none or var(only_with) %}
  {% if floor is not none %}or {{ column }} < {{ floor }}{% endif %}
  {% if above is not none %}or {{ column }} <= {{ above }}{% endif %}
  {% if high is not none %}or {{ column }} > {{ high }}{% endif %}
{% endfor %}
{% endtest %}
