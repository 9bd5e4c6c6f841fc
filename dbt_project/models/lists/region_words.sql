-- Every way to write a place in the survey in words -> region code: a city alone or behind its province, or a province.
with places as (
  select name, city_code as code from {{ ref('city_names') }}
  union all
  select province_names.name || city_names.name, city_names.city_code
  from {{ ref('city_names') }} as city_names
  join {{ ref('province_names') }} as province_names on left(province_names.province_code, 2) = left(city_names.city_code, 2)
  union all
  select name, province_code from {{ ref('province_names') }} where name not in (select name from {{ ref('city_names') }})
)
select name, min(code) as code from places group by name
