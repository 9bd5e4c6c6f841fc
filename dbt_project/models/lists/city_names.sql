-- Every name of a city or prefecture (with and without 市, earlier names) -> its code; a city that is gone has no name.
with spelled as (
  select code, unnest([name_zh, name_short_zh, alt_name_zh, regexp_replace(alt_name_zh, '市$', '')]) as name,
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
