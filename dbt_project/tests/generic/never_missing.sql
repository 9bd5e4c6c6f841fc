{#- No value of these columns is missing. One test for several columns: each dbt test costs a tenth of a second. -#}
{% test never_missing(model, columns) %}
select * from {{ model }} where {{ columns | join(' is null or ') }} is null
{% endtest %}
