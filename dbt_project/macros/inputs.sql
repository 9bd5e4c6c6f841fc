{#- Views over this year's raw tables, under the names the sources are declared by. -#}
{% macro register_inputs() %}
  {% if execute %}
    {% if not (var('year') and var('lake') and var('candidate') and var('reference')) %}
      {{ exceptions.raise_compiler_error("year, lake, candidate and reference must be given with --vars; see dbt_project.yml") }}
    {% endif %}
    {% do run_query('create schema if not exists raw') %}
    {% for source in graph.sources.values() %}
      {% do run_query("create or replace view raw." ~ source.name ~ " as select * from read_parquet('" ~ sql_text(var('lake')) ~ "/" ~ source.name
          ~ "/year=" ~ var('year') ~ "/data.parquet', hive_partitioning=false)") %}
    {% endfor %}
  {% endif %}
{% endmacro %}

{#- A code list shipped in egov_assets/platform/reference: every column text, blanks null; its README gives the sources. -#}
{% macro reference(name) -%}
  read_csv('{{ sql_text(var('reference')) }}/{{ name }}.csv', all_varchar=true, header=true, delim=',', quote='"')
{%- endmacro %}

{#- The year's HS6 codes with their products, which `egov_assets/platform/commodities.py` makes for every study anew. -#}
{% macro products_of_year() -%}
  read_csv('{{ sql_text(var('candidate')) }}/products.csv', all_varchar=true, header=true)
{%- endmacro %}

{#- A folder's name inside a quoted SQL text: people name folders with apostrophes. -#}
{% macro sql_text(name) %}
  {{ return(name | replace("'", "''")) }}
{% endmacro %}

{#- Is a row of the list of places of this year? -#}
{% macro year_of_list() -%}
  ({{ var('year') }} between first_year::integer and last_year::integer)
{%- endmacro %}
