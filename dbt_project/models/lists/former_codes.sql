-- Prefecture code of before 2005 (four digits) -> the code the study uses for the place.
select left(former_code, 4) as prefix, code as city_code from {{ reference('former_region_codes') }}
