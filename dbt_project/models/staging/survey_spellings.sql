-- Every spelling of a coded cell in the year's survey rows, read once: `text` is the tidied spelling, `code` what it means
-- (null if nobody can tell), `rows` how many rows write it so, `is_of_no_place` that it is in the column of regions and names
-- no province, or no city of a province: 00 and 90 (counties run by the province) stand where no city is meant.
{{ config(materialized='table') }}
with tidied as (
  {{ spellings(source('raw', 'raw_firm_survey'), ['period', 'survey_firm_id', 'region_code', 'industry_code', 'registration_type_code']) }}
),
coded as (
  select
    tidied.column_name,
    tidied.printed,
    tidied.rows,
    tidied.text,
    case tidied.column_name
      when 'period' then {{ year_and_month('tidied.text') }}
      when 'survey_firm_id' then {{ organisation_code('tidied.text') }}
      when 'region_code' then coalesce(
        case when regexp_full_match({{ code('tidied.text') }}, '\d{6}(\d{6})?') then left(tidied.text, 6) end, region_words.code)
      when 'industry_code' then case when regexp_full_match({{ code('tidied.text') }}, '[A-T]?\d{1,4}') then lpad(ltrim({{ code('tidied.text') }}, 'ABCDEFGHIJKLMNOPQRST'), 4, '0') end
      else coalesce(nullif(regexp_extract({{ code('tidied.text') }}, '^0?([1-9]\d\d)$', 1), ''), words.code)
    end as code
  from tidied
  left join {{ ref('words') }} as words on words.coded = 'registration_type' and words.word = {{ word('tidied.text') }}
  left join {{ ref('region_words') }} as region_words on region_words.name = replace(tidied.text, ' ', '')
)
select coded.*,
  column_name = 'region_code' and text is not null
    and ({{ province_of('code') }} is null or ({{ city_of() }} is null and substr(code, 3, 2) not in ('00', '90'))) as is_of_no_place
from coded
{{ join_city('coded.code') }}
