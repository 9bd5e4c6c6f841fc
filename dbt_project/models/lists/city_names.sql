-- Every name of a city or prefecture (with and without 市, earlier and later names) -> its code; a city that is not there
-- in the year has no name. Of two places of one name the one that has it in the year counts.
with places as (
  select code, name_zh, city_code, {{ year_of_list() }} as is_valid from {{ reference('place_codes') }}
),
spelled as (
  select prefectures.code, coalesce(places.city_code, prefectures.code) as city_code, coalesce(places.is_valid, false) as is_valid,
    -- 海南 alone is the province, not the autonomous prefecture in Qinghai; 吉林 alone is the city
    unnest([prefectures.name_zh, case when level = 'prefecture_city' or is_municipality = '1' or name_short_zh not in (select regexp_replace(province_zh, '省$', '') from {{ reference('prefectures') }})
      then name_short_zh end, alt_name_zh, regexp_replace(alt_name_zh, '市$', '')]) as name
  from (select * from {{ reference('prefectures') }}) as prefectures
  left join (select code, city_code, bool_or(is_valid) as is_valid from places group by all) as places using (code)
  union all
  select code, city_code, is_valid, unnest([name_zh, regexp_replace(name_zh, '(市|地区|盟)$', '')]) from places
)
select name, city_code
from spelled
where name is not null and city_code in (select city_code from places where is_valid)
qualify row_number() over (partition by name order by is_valid desc, code, city_code) = 1
