-- Figures of the province yearbook with tidy labels and numbers as numbers.
with files as ({{ numbered_files(source('raw', 'raw_province_yearbook')) }})
select
  source_file,
  file_number,
  source_row,
  year,
  {{ tidy('province_name') }} as province_name,
  {{ tidy('indicator') }} as indicator,
  {{ tidy('unit') }} as unit,
  {{ tidy('value') }} as printed_value,
  cast({{ number(tidy('value')) }} as double) as value
from {{ source('raw', 'raw_province_yearbook') }}
join files using (source_file)
