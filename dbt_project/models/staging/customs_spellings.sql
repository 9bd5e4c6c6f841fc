-- Every spelling of a coded cell in the year's customs lines, read once: `text` is the tidied spelling, `code` what it
-- means (null if nobody can tell), `rows` how many lines write it so.
{{ config(materialized='table') }}
with tidied as ({{ spellings(source('raw', 'raw_customs'), ['period', 'flow', 'hs8_code', 'company_id', 'partner', 'trade_mode', 'unit']) }})
select
  tidied.column_name,
  tidied.printed,
  tidied.rows,
  tidied.text,
  coalesce({{ is_spoiled('tidied.text') }}, false) as is_spoiled,
  case tidied.column_name
    when 'period' then {{ year_and_month('tidied.text') }}
    when 'hs8_code' then {{ commodity_code('tidied.text') }}
    when 'company_id' then case when regexp_full_match(upper({{ code('tidied.text') }}), '[1-9][0-9A-Z]{9}') then upper({{ code('tidied.text') }}) end
    else words.code
  end as code
from tidied
left join {{ ref('words') }} as words on words.coded = tidied.column_name and words.word = {{ word(code('tidied.text')) }}
