{#- A model's rows of this year, written whole as Parquet into the candidate folder. The rest of the call sees a view of
    that file, so tests judge what would be published. The stock `external` materialization writes an empty result as
    one row of nulls and, partitioned, deletes the other years. -#}
{% materialization lake, adapter='duckdb', supported_languages=['sql'] %}
  {%- set file = sql_text(var('candidate')) ~ '/' ~ this.identifier ~ '.parquet' -%}
  {%- set target_relation = this.incorporate(type='view') -%}
  {%- set built = api.Relation.create(identifier=this.identifier ~ '__built', schema=schema, database=database, type='table') -%}
  {{ run_hooks(pre_hooks) }}
  {%- do adapter.drop_relation(built) -%}
  {%- call statement('main') -%}
    {{ create_table_as(False, built, compiled_code) }}
  {%- endcall -%}
  {#- use_tmp_file: without it a reader can meet half a file -#}
  {%- do run_query("copy (select * from " ~ built ~ order_by_key() ~ ") to '" ~ file
        ~ "' (format parquet, compression zstd, row_group_size 122880, use_tmp_file true)") -%}
  {%- do run_query("create or replace view " ~ target_relation ~ " as select * from read_parquet('" ~ file ~ "')") -%}
  {%- do adapter.drop_relation(built) -%}
  {{ run_hooks(post_hooks) }}
  {%- do adapter.commit() -%}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}

{% macro order_by_key() %}
  {%- set key = config.get('meta')['key'] -%}
  {{ return(' order by ' ~ key | join(', ')) }}
{% endmacro %}
