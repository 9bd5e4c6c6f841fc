-- Every name of a province, with and without its kind -> its code.
with provinces as (select distinct province_code, province_zh from {{ reference('prefectures') }})
select distinct province_code, unnest([province_zh, regexp_replace(province_zh, '(省|市|(壮族|回族|维吾尔)?自治区)$', '')]) as name
from provinces
