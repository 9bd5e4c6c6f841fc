-- Industry class as printed in this year -> GB/T 4754-2002 class; from 2012 the survey uses the 2011 revision.
-- A 2011 class that unites several 2002 classes takes the first of its list (30 of 581).
{% if var('year') >= var('first_year_of_gbt4754_2011') -%}
select code as industry_code, split_part(gbt4754_2002_codes, ';', 1) as industry_2002_code
from {{ reference('gbt4754_2011') }} where level = '4'
{%- else -%}
select code as industry_code, code as industry_2002_code
from {{ reference('gbt4754_2002') }} where level = '4'
{%- endif %}
