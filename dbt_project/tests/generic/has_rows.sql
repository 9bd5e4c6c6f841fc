{#- A table without rows passes every test of its rows. -#}
{% test has_rows(model) %}
select 'no row' as fault where not exists (select * from {{ model }})
{% endtest %}
