-- Published website scores with numbers as numbers.
with files as ({{ numbered_files(source('raw', 'raw_egov_scores')) }})
select
  source_file,
  file_number,
  source_row,
  year,
  {{ tidy('city_name') }} as city_name,
  {{ tidy('producer') }} as producer,
  {% for field in score_fields() -%}
  cast({{ number(tidy(field)) }} as double) as {{ field }}{{ ', ' if not loop.last }}
  {% endfor %}
from {{ source('raw', 'raw_egov_scores') }}
join files using (source_file)
