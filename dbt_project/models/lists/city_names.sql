-- Every name of a city or prefecture (with and without 市, earlier names) -> its code; a city that is gone has no name.
with spelled as (
  select code,
    -- 海南 alone is the province, not the autonomous prefecture in Qinghai; 吉林 alone is the city
    unnest([name_zh, case when level = 'prefecture_city' or is_municipality = '1' or name_short_zh not in (select regexp_replace(province_zh, '省$', '') from {{ reference('prefectures') }})
      then name_short_zh end, alt_name_zh, regexp_replace(alt_name_zh, '市$', '')]) as name,
    case {{ var('year') }} when 2010 then valid_2010 when 2011 then valid_2011 else valid_2012 end = '1' as is_valid
  from {{ reference('prefectures') }}
),
coded as (
  select spelled.name, coalesce(city_codes.city_code, spelled.code) as city_code, spelled.is_valid, spelled.code
  from spelled left join {{ ref('city_codes') }} as city_codes on city_codes.prefix = left(spelled.code, 4)
  where spelled.name is not null
)
select name, city_code
from coded
-- 毕节 stands for an area and for the city it became; a dissolved city's name must not stand for its successor
where is_valid or city_code not in (select city_code from coded where is_valid)
qualify row_number() over (partition by name order by is_valid desc, code) = 1
