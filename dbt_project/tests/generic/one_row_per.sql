{#- The key identifies a row. Returns the keys that occur more than once. -#}
{% test one_row_per(model, columns) %}
select {{ columns | join(', ') }}, count(*) as rows
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
