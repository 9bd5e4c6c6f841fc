-- Industry class as printed in this year -> GB/T 4754-2002 class, by the edition that the survey uses in the year.
-- A 2011 class that unites several 2002 classes takes the first of its list (30 of 581).
{% if var('gbt4754') == '2011' -%}
select code as industry_code, split_part(gbt4754_2002_codes, ';', 1) as industry_2002_code
from {{ reference('gbt4754_2011') }} where level = '4'
{%- else -%}
select code as industry_code, code as industry_2002_code
from {{ reference('gbt4754_2002') }} where level = '4' and '{{ var('gbt4754') }}' = '2002'
{%- endif %}
