-- Imports only weigh tariffs: one row per company and product, of lines that can be read and are no copies. They are no
-- export flows and stand in rejected_rows too.
select
  company_id,
  hs6_2007_code,
  year,
  cast(sum(value_usd) as double) as import_value_usd,
  count(*) as lines
from {{ ref('customs_lines') }}
where flow = 'import'
  and company_id is not null
  and value_usd > 0
  and hs6_2007_code is not null
  {% if var('drop_reimports') %}and coalesce(destination_iso3, '') <> 'CHN'{% endif %}
  and not is_left_out
  and not is_total and not is_shifted and not period_is_unread
  and try_cast(coalesce(period_year, year::varchar) as integer) = year
  {% if var('drop_duplicate_lines') %}and copy_number = 1 and not is_in_doubled_file{% endif %}
group by company_id, hs6_2007_code, year
