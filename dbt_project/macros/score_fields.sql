{% macro score_fields() %}
  {{ return(['egscore_idf', 'egscore_enp', 'egscore_tax', 'egscore_int', 'egscore_emp', 'egscore_doc', 'egscore_tra', 'egscore_hou', 'egscore_dis']) }}
{% endmacro %}
