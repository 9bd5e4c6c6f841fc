-- Provincial indicator and unit as printed -> our column and the factor that turns the figure into the column's unit.
select * from (values
  ('地区生产总值', '亿元', 'gdp_100m_cny', 1.0), ('地区生产总值', '万元', 'gdp_100m_cny', 0.0001),
  ('地区生产总值指数', '上年=100', 'gdp_index_previous_year_100', 1.0), ('地区生产总值指数', '%', 'gdp_index_previous_year_100', 1.0),
  ('城市宽带接入用户', '万户', 'urban_broadband_10k_households', 1.0), ('城市宽带接入用户', '户', 'urban_broadband_10k_households', 0.0001),
  ('域名数', '万个', 'domain_names_10k', 1.0), ('域名数', '个', 'domain_names_10k', 0.0001)
) as province_figures (indicator, unit, column_name, factor)
