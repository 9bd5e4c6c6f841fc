-- Figures of the city yearbook with tidy labels and numbers as numbers.
with files as ({{ numbered_files(source('raw', 'raw_city_yearbook')) }})
select
  source_file,
  file_number,
  source_row,
  year,
  {{ tidy('city_name') }} as city_name,
  {{ tidy('indicator') }} as indicator,
  block,
  {{ tidy('unit') }} as unit,
  {{ tidy('value') }} as printed_value,
  cast({{ number(tidy('value')) }} as double) as value
from {{ source('raw', 'raw_city_yearbook') }}
join files using (source_file)
