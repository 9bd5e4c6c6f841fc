-- Every raw customs line with all that the rules ask about it: copies, product, firm, the product's usual unit.
{{ config(materialized='table') }}
with chosen as (
  select *, {{ is_left_out('source_file') }} as is_left_out from {{ ref('stg_customs') }}
),
copies as (
  select lines.*,
    products.hs6_2007_code,
    products.is_manufacture,
    products.is_differentiated,
    row_number() over same_line as copy_number,
    first_value(source_file) over same_line as first_file
  from chosen as lines
  left join {{ ref('products') }} as products on products.hs6_code = left(lines.commodity_code, 6)
  window same_line as (partition by is_left_out, full_key order by file_number, source_row)
),
doubled_files as (
  select source_file from copies group by source_file having bool_and(first_file <> source_file)
),
usual_units as (
  {{ modal("(select * from copies where flow = 'export' and copy_number = 1 and value_usd > 0 and quantity > 0 and hs6_2007_code is not null)",
    'hs6_2007_code', 'unit', weight='value_usd') }}
),
unit_sizes as (select distinct unit, base_unit, base_units from copies where unit is not null)
select
  copies.* exclude (full_key, first_file, quantity),
  -- to the last digit where the line is in the usual unit already
  case when copies.base_unit = sizes.base_unit and copies.base_units <> sizes.base_units
    then cast(round(cast(copies.quantity as double) * copies.base_units / sizes.base_units, 8) as decimal(28, 8))
    else copies.quantity end as quantity,
  copies.source_file in (select source_file from doubled_files) as is_in_doubled_file,
  customs_firms.province_code,
  coalesce(customs_firms.is_intermediary, false) as is_intermediary,
  usual_units.unit as usual_unit,
  sizes.base_unit as usual_base_unit,
  sizes.base_units as usual_base_units
from copies
left join {{ ref('customs_firms') }} as customs_firms using (company_id)
left join usual_units using (hs6_2007_code)
left join unit_sizes as sizes on sizes.unit = usual_units.unit
