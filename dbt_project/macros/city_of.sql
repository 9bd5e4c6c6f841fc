{#- The city of a 6-digit region code or of a customs company id: the longest known prefix decides. Joins `city_codes`
    as six, four and two; customs ids give no district, so their six digits are never looked up. -#}
{% macro join_city(column, digits=6) -%}
  {% if digits == 6 %}left join {{ ref('city_codes') }} as six on six.prefix = left({{ column }}, 6){% endif %}
  left join {{ ref('city_codes') }} as four on four.prefix = left({{ column }}, 4)
  left join {{ ref('city_codes') }} as two on two.prefix = left({{ column }}, 2)
{%- endmacro %}

{% macro city_of(digits=6) -%}
  coalesce({{ 'six.city_code, ' if digits == 6 }}four.city_code, two.city_code)
{%- endmacro %}

{% macro province_of(column) -%}
  case when left({{ column }}, 2) in (select left(province_code, 2) from {{ reference('prefectures') }})
    then left({{ column }}, 2) || '0000' end
{%- endmacro %}
