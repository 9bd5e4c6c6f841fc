-- Every raw figure of the province yearbook with its province, column and factor, and the first rule that removes it.
{{ config(materialized='table') }}
with placed as (
  select figures.*, province_names.province_code, units.column_name, units.factor,
    figures.indicator in (select indicator from {{ ref('province_units') }}) as is_known_indicator,
    row_number() over (
      partition by province_code, column_name
      order by figures.value is null, file_number, source_row
    ) as copy_number
  from {{ ref('stg_province_yearbook') }} as figures
  left join {{ ref('province_names') }} as province_names on province_names.name = figures.province_name
  left join {{ ref('province_units') }} as units using (indicator, unit)
)
select *, {{ judge(figure_rules('province_code', 'province_name')) }} from placed
