select city_code, year, {{ spread(['gdp_10k_cny', 'gdp_per_head_cny', 'industrial_firms', 'fdi_10k_usd', 'students_persons']) }}
from {{ ref('city_figures_judged') }}
where step is null
group by city_code, year
