-- Every word by which copies write a coded cell -> its code, for each column whose cells are coded; `word` is the word as
-- the macro of that name leaves it. Words that the study's settings add go before the shipped lists.
with spelled as (
  select coded, word, code from {{ reference('code_words') }}
  union all select 'trade_mode', unnest([code, name_zh, name_en]), code from {{ reference('trade_modes') }}
  union all select 'unit', unnest([code, ltrim(code, '0'), name_zh]), code from {{ reference('customs_units') }}
  union all select 'registration_type', code, code from {{ reference('code_words') }} where coded = 'registration_type'
  union all
  select 'partner', unnest([customs_code, lpad(customs_code, 4, '0'), name_zh, name_zh_alt, name_en, iso2, iso3]), iso3 from {{ reference('countries') }} where iso3 is not null
  union all select 'partner', name, iso3 from {{ reference('country_names') }}
),
own (word, code) as (
  values ('', null){% for name, iso3 in var('partner_names').items() %}, ('{{ name }}', '{{ iso3 }}'){% endfor %}
),
both_lists as (
  select coded, {{ word('word') }} as word, code, false as is_own from spelled
  union all select 'partner', {{ word('word') }}, code, true from own
)
select coded, word, coalesce(min(code) filter (where is_own), min(code)) as code
from both_lists
where word <> ''
group by coded, word
