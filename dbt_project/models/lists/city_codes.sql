-- Every county or city code prefix that means a prefecture in this year -> the code the study uses for it.
-- Cities keep one code over the years: Bijie and Tongren carry the code they got in 2011 in 2010 too, because a city
-- that changed its code is one city to a fixed effect. Chaohu ends in 2011, its counties went to three cities.
with valid as (
  select code, province_code, level, case {{ var('year') }} when 2010 then valid_2010 when 2011 then valid_2011 else valid_2012 end = '1' as is_valid
  from {{ reference('prefectures') }}
),
prefixes as (
  -- municipalities: 1101, 1102 ... all mean 110000; prefectures: 4 digits; counties run by the province: all 6
  select left(code, 2) as prefix, code as city_code from valid where level = 'municipality'
  union all
  select left(code, 4), code from valid where level not in ('municipality', 'province_direct_county') and is_valid
  union all
  select code, code from valid where level = 'province_direct_county'
),
successors (prefix, city_code, first_year) as (
  values ('5222', '520600', 2010), ('5224', '520500', 2010),
    -- 居巢 and 庐江 to Hefei, 无为 to Wuhu, 含山 and 和县 to Ma'anshan (State Council, 14 July 2011); 3414 alone: the seat
    ('3414', '340100', 2011), ('341402', '340100', 2011), ('341421', '340100', 2011), ('341422', '340200', 2011),
    ('341423', '340500', 2011), ('341424', '340500', 2011)
)
select prefix, city_code from successors where first_year <= {{ var('year') }}
union all
select prefix, city_code from prefixes where prefix not in (select prefix from successors where first_year <= {{ var('year') }})
union all
select prefix, city_code from {{ ref('former_codes') }}
