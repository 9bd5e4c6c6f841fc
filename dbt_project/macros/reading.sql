{#- How the cells of one column were read, by state: rows that could be read, in part, or not, these by what is printed.
    `printed` is the tidied cell, `meant` what it was read as, `in_part` holds where that is less than the column should say. -#}
{% macro reading(source, column, relation, printed, meant, in_part='false', weight='count(*)') -%}
  select '{{ source }}' as source, '{{ column }}' as column_name,
    case when {{ meant }} is null then 'unread' when {{ in_part }} then 'in part' else 'read' end as state,
    case when {{ meant }} is null then {{ printed }} end as printed,
    {{ weight }} as rows
  from {{ relation }}
  where {{ printed }} is not null
  group by 1, 2, 3, 4
{%- endmacro %}
