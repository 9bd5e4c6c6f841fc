select province_code, year, {{ spread(['gdp_100m_cny', 'gdp_index_previous_year_100', 'urban_broadband_10k_households', 'domain_names_10k']) }}
from {{ ref('province_figures_judged') }}
where step is null
group by province_code, year
