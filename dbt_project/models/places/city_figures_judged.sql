-- Every raw figure of the city yearbook with its city, column and factor, and the first rule that removes it, or none.
{{ config(materialized='table') }}
with placed as (
  select figures.*, city_names.city_code, units.column_name, units.factor,
    figures.indicator in (select indicator from {{ ref('yearbook_units') }}) as is_known_indicator,
    row_number() over (
      partition by city_code, figures.block, column_name
      order by figures.value is null, file_number, source_row
    ) as copy_number
  from {{ ref('stg_city_yearbook') }} as figures
  left join {{ ref('city_names') }} as city_names on city_names.name = figures.city_name
  left join {{ ref('yearbook_units') }} as units using (indicator, unit)
)
select *, {{ judge(figure_rules('city_code', 'city_name', block="block <> '全市'")) }} from placed
