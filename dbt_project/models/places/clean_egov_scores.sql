select city_code, year, producer, {{ score_fields() | join(', ') }}
from {{ ref('scores_judged') }}
where step is null
