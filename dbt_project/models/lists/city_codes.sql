-- Every county or city code prefix that means a place in this year -> the code the study uses for it.
-- Cities keep one code over the years, that of 2012: Bijie and Tongren carry the code they got in 2011 in 2010 too, and
-- Lüliang before 2003 the one it got then, because a city that changed its code is one city to a fixed effect. Files
-- keep older codes for years, so those count as long as their city exists and the year's own list has no such code.
with listed as (
  select code, city_code, {{ year_of_list() }}::integer as is_of_year, last_year::integer as last_year,
    -- municipalities: 1101, 1102 ... all mean 110000; prefectures: 4 digits; counties run by the province: all 6
    left(code, case level when 'municipality' then 2 when 'prefecture' then 4 else 6 end) as prefix
  from {{ reference('place_codes') }}
  where first_year::integer <= {{ var('year') }}
),
successors (prefix, city_code) as (
  -- Chaohu ended in 2011: 居巢 and 庐江 to Hefei, 无为 to Wuhu, 含山 and 和县 to Ma'anshan (State Council, 14 July 2011);
  -- 3414 alone: the seat
  select * from (values ('3414', '340100'), ('341402', '340100'), ('341421', '340100'), ('341422', '340200'),
    ('341423', '340500'), ('341424', '340500')) as of_chaohu where {{ var('year') }} >= 2011
)
select prefix, city_code from successors
union all
select prefix, city_code
from listed
where prefix not in (select prefix from successors) and city_code in (select city_code from listed where is_of_year = 1)
qualify row_number() over (partition by prefix order by is_of_year desc, last_year desc) = 1
