{#- A table without rows passes every test of its rows. One whose source has no files this year is meant to have none. -#}
{% test has_rows(model) %}
select 'no row' as fault where not exists (select * from {{ model }}) and {{ model.identifier not in var('not_available') }}
{% endtest %}
