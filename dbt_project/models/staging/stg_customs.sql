-- Raw customs lines with tidy text, exact numbers and one way of writing the flow; no line is left out.
{{ config(materialized='table') }}
{% set printed = ['period', 'flow', 'hs8_code', 'company_id', 'company_name', 'place', 'address', 'zip_code', 'phone', 'customs_port',
  'ownership_label', 'partner', 'trade_mode', 'transit_country', 'unit', 'value_usd', 'quantity'] %}
{% set used = ['period', 'flow', 'hs8_code', 'company_id', 'company_name', 'zip_code', 'phone', 'ownership_label', 'partner', 'trade_mode',
  'unit', 'value_usd', 'quantity'] %}
with files as ({{ numbered_files(source('raw', 'raw_customs')) }}),
tidied as (
  select
    source_file,
    source_row,
    year,
    {% for column in used %}{{ tidy(column) }} as {{ column }}, {% endfor %}
    -- 128 bits of the whole line as printed: two lines are duplicates only if every column agrees
    md5_number(concat_ws(chr(31), {% for column in printed %}coalesce({{ column }}, chr(30)){{ ', ' if not loop.last }}{% endfor %})) as full_key
  from {{ source('raw', 'raw_customs') }}
)
select
  source_file,
  file_number,
  source_row,
  year,
  nullif(regexp_extract(period, '^\d{4}'), '') as period_year,
  try_cast(nullif(regexp_extract(period, '^\d{4}\D?(\d{1,2})', 1), '') as integer) as period_month,
  case {{ code('flow') }}
    when '出口' then 'export' when '0' then 'export' when '进口' then 'import' when '1' then 'import'
  end as flow,
  case when regexp_full_match({{ code('hs8_code') }}, '\d{7,8}') then lpad({{ code('hs8_code') }}, 8, '0') end as hs8_code,
  upper({{ code('company_id') }}) as company_id,
  company_name,
  {{ code('zip_code') }} as zip_code,
  {{ code('phone') }} as phone,
  ownership_label,
  {{ code('trade_mode') }} as trade_mode,
  {{ code('partner') }} as partner,
  unit,
  value_usd as printed_value,
  {{ number('value_usd') }} as value_usd,
  quantity as printed_quantity,
  {{ number('quantity') }} as quantity,
  full_key
from tidied
join files using (source_file)
