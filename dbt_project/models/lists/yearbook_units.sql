-- Indicator and unit as printed -> our column and the factor that turns the printed figure into the column's unit.
select * from (values
  ('地区生产总值', '万元', 'gdp_10k_cny', 1.0), ('地区生产总值', '亿元', 'gdp_10k_cny', 10000.0), ('地区生产总值', '元', 'gdp_10k_cny', 0.0001),
  ('人均地区生产总值', '元', 'gdp_per_head_cny', 1.0), ('人均地区生产总值', '万元', 'gdp_per_head_cny', 10000.0),
  ('规模以上工业企业数', '个', 'industrial_firms', 1.0), ('规模以上工业企业数', '家', 'industrial_firms', 1.0),
  ('当年实际使用外资金额', '万美元', 'fdi_10k_usd', 1.0), ('当年实际使用外资金额', '亿美元', 'fdi_10k_usd', 10000.0),
  ('当年实际使用外资金额', '美元', 'fdi_10k_usd', 0.0001),
  ('普通高等学校在校学生数', '人', 'students_persons', 1.0), ('普通高等学校在校学生数', '万人', 'students_persons', 10000.0)
) as city_figures (indicator, unit, column_name, factor)
