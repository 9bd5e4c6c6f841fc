{#- Every value that is there has the form of the pattern. -#}
{% test written_as(model, column_name, pattern) %}
select {{ column_name }} from {{ model }} where not regexp_full_match({{ column_name }}, '{{ pattern }}')
{% endtest %}
