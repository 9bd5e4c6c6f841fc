-- Every raw customs line with all that the rules ask about it: copies, country, product, firm, usual unit.
{{ config(materialized='table') }}
with copies as (
  select *,
    row_number() over same_line as copy_number,
    first_value(source_file) over same_line as first_file
  from {{ ref('stg_customs') }}
  window same_line as (partition by full_key order by file_number, source_row)
),
doubled_files as (
  select source_file from copies group by source_file having bool_and(first_file <> source_file)
),
usual_units as (
  {{ modal("(select * from copies where flow = 'export' and copy_number = 1 and value_usd > 0 and quantity > 0 and hs8_code is not null)",
    'hs8_code', 'unit', weight='value_usd') }}
)
select
  copies.* exclude (full_key, first_file),
  copies.source_file in (select source_file from doubled_files) as is_in_doubled_file,
  partner_countries.destination_iso3,
  products.hs6_2007_code,
  products.is_manufacture,
  products.is_differentiated,
  customs_firms.province_code,
  coalesce(customs_firms.is_intermediary, false) as is_intermediary,
  usual_units.unit as usual_unit
from copies
left join {{ ref('partner_countries') }} as partner_countries using (partner)
left join {{ ref('products') }} as products on products.hs6_code = left(copies.hs8_code, 6)
left join {{ ref('customs_firms') }} as customs_firms using (company_id)
left join usual_units using (hs8_code)
