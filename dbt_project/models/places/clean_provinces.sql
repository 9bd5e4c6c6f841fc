select province_code, year, {{ spread(['gdp_100m_cny', 'urban_broadband_10k_households', 'domain_names_10k']) }}
from {{ ref('province_figures_judged') }}
where step is null
group by province_code, year
