{{ config(meta={'table': 'clean_exports'}) }}
-- A unit value of kilograms and pieces together is no price: the lines of a flow are in one unit, or in multiples of it.
select company_id, hs6_2007_code, destination_iso3, count(distinct coalesce(base_unit, 'none')) as units
from {{ ref('customs_judged') }}
where step is null and {{ 'true' if var('usual_unit_only') else 'false' }}
group by all
having units > 1
