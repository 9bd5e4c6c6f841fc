-- Raw customs lines with tidy text, exact numbers and codes for coded cells; no line is left out.
{{ config(materialized='table') }}
{% set coded = ['period', 'flow', 'hs8_code', 'company_id', 'partner', 'trade_mode', 'unit'] %}
{% set texts = ['company_name', 'place', 'address', 'customs_port', 'ownership_label', 'transit_country', 'zip_code', 'phone', 'value_usd', 'quantity'] %}
{% set codes = ['transit_country', 'zip_code', 'phone'] %}
with files as ({{ numbered_files(source('raw', 'raw_customs')) }}),
tidied as (
  select
    raw_lines.source_file,
    source_row,
    year,
    {% for column in coded %}{{ column }}_spelling.text as {{ column }}, {{ column }}_spelling.code as {{ column }}_meant, {% endfor %}
    coalesce(company_id_spelling.is_spoiled, false) as id_is_spoiled,
    coalesce(hs8_code_spelling.is_spoiled, false) as commodity_is_spoiled,
    {% for column in texts %}{{ code(tidy(column)) if column in codes else tidy(column) }} as {{ column }}{{ ', ' if not loop.last }}{% endfor %}
  from {{ source('raw', 'raw_customs') }} as raw_lines
  {% for column in coded %}
  left join {{ ref('customs_spellings') }} as {{ column }}_spelling
    on {{ column }}_spelling.column_name = '{{ column }}' and {{ column }}_spelling.printed = raw_lines.{{ column }}
  {% endfor %}
),
understood as (
  select *, {{ number('value_usd') }} as value, {{ number('quantity') }} as amount from tidied
),
keyed as (
  select *,
    -- 128 bits of all that the line says: two lines are duplicates only if every cell means the same
    md5_number(concat_ws(chr(31),
      {% for column in coded %}coalesce({{ column }}_meant, {{ column }}, chr(30)), {% endfor %}
      coalesce(cast(value as varchar), value_usd, chr(30)), coalesce(cast(amount as varchar), quantity, chr(30)),
      {% for column in texts if column not in ['value_usd', 'quantity'] %}coalesce({{ column }}, chr(30)){{ ', ' if not loop.last }}{% endfor %})) as full_key
  from understood
)
select
  keyed.source_file,
  file_number,
  source_row,
  year,
  left(period_meant, 4) as period_year,
  try_cast(nullif(substr(period_meant, 5), '') as integer) as period_month,
  period is not null and period_meant is null as period_is_unread,
  flow_meant as flow,
  hs8_code as printed_hs8_code,
  commodity_is_spoiled,
  hs8_code_meant as commodity_code,
  company_id as printed_company_id,
  company_id_meant as company_id,
  {{ is_total(['company_id', 'company_name', 'hs8_code', 'partner']) }} as is_total,
  {{ several(customs_fields_of_other_kinds()) }} as is_shifted,
  company_name,
  zip_code as printed_zip_code,
  {{ postal_code('zip_code', 'company_id_meant') }} as zip_code,
  phone,
  ownership_label,
  trade_mode_meant as trade_mode_code,
  partner as printed_partner,
  partner_meant as destination_iso3,
  coalesce(units.unit, keyed.unit) as unit,
  coalesce(units.base_unit, keyed.unit) as base_unit,
  coalesce(units.base_units, 1) as base_units,
  value_usd as printed_value,
  value as value_usd,
  quantity as printed_quantity,
  amount as quantity,
  full_key
from keyed
join files using (source_file)
left join {{ ref('units') }} as units on units.unit_code = keyed.unit_meant
