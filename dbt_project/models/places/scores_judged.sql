-- Every raw score row with its city and the first rule that removes it, or none.
{{ config(materialized='table') }}
{% set rules = [
  {'step': 'city', 'reason': 'city missing', 'when': 'city_name is null'},
  {'step': 'city', 'reason': 'city in no list of the year', 'when': 'city_code is null', 'of': 'city_name'},
  {'step': 'producer', 'reason': 'producer missing', 'when': 'producer is null'},
  {'step': 'score', 'reason': 'a field score is missing or not a number', 'when': score_fields() | join(' is null or ') ~ ' is null'},
  {'step': 'score', 'reason': 'a field score is outside 0 to 1', 'when': score_fields() | join(' not between 0 and 1 or ') ~ ' not between 0 and 1'},
  {'step': 'duplicate row', 'reason': 'city and producer occur in an earlier row', 'when': 'copy_number > 1'},
] %}
with placed as (
  select scores.*, city_names.city_code,
    row_number() over (
      partition by city_code, producer order by file_number, source_row
    ) as copy_number
  from {{ ref('stg_egov_scores') }} as scores
  left join {{ ref('city_names') }} as city_names on city_names.name = scores.city_name
)
select *, {{ judge(rules) }} from placed
