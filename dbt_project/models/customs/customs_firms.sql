-- One row per company id of this year's export lines: its most frequent name, postal code and phone, what the id says
-- about place and ownership, and whether the name is that of a trading intermediary.
-- (id digits: 1-4 place, 6 ownership, domain.md 1.4; the ownership label serves where digit 6 is no known class)
{{ config(materialized='table') }}
with lines as (
  select * from {{ ref('stg_customs') }} where flow = 'export' and company_id is not null
),
ids as (select distinct company_id, left(company_id, 6) as id_head from lines),
names as ({{ modal('lines', 'company_id', 'company_name') }}),
zip_codes as ({{ modal('lines', 'company_id', 'zip_code') }}),
phones as ({{ modal('lines', 'company_id', 'phone') }}),
labels as ({{ modal('lines', 'company_id', 'ownership_label') }})
select
  ids.company_id,
  names.company_name,
  zip_codes.zip_code,
  phones.phone,
  coalesce(by_digit.code, by_label.code) as ownership_code,
  {{ city_of(digits=4) }} as city_code,
  {{ province_of('ids.company_id') }} as province_code,
  {{ is_intermediary_name('names.company_name') }} as is_intermediary
from ids
left join names using (company_id)
left join zip_codes using (company_id)
left join phones using (company_id)
left join labels using (company_id)
left join {{ reference('firm_ownership_codes') }} as by_digit on by_digit.code = substr(ids.company_id, 6, 1)
left join {{ reference('firm_ownership_codes') }} as by_label on by_label.name_zh = labels.ownership_label
{{ join_city('ids.company_id', digits=4) }}
