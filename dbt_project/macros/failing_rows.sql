{#- The first rows that each failed test returned, as <candidate>/<test>.json: the database is gone when the call ends, and a
    number of rows alone tells nobody which. -#}
{% macro show_failing_rows(results) %}
  {% if execute %}
    {% for result in results if result.node.resource_type == 'test' and result.status in ['fail', 'warn'] %}
      {% do run_query("copy (select * from (" ~ result.node.compiled_code ~ ") as failing limit 5) to '"
          ~ sql_text(var('candidate')) ~ "/" ~ result.node.name ~ ".json' (format json)") %}
    {% endfor %}
  {% endif %}
{% endmacro %}
