select
  survey_firm_id,
  year,
  firm_name,
  legal_person,
  zip_code,
  phone,
  region_code,
  {{ city_of() }} as city_code,
  {{ province_of('region_code') }} as province_code,
  industry_codes.industry_2002_code,
  registration_type_code,
  {{ ownership_class('registration_type_code') }} as ownership_class,
  try_cast(opening_year as integer) as opening_year,
  {% for column in ['employees_persons', 'revenue_thousand_cny', 'wages_thousand_cny', 'export_delivery_thousand_cny', 'total_assets_thousand_cny'] -%}
  cast({{ column }} as double) as {{ column }},
  {% endfor -%}
  revenue_thousand_cny >= 20000 as is_above_threshold_of_2011
from {{ ref('survey_judged') }} as firms
left join {{ ref('industry_codes') }} as industry_codes using (industry_code)
{{ join_city('firms.region_code') }}
where firms.step is null and not firms.is_figures_row
