-- HS6 as declared in this year -> product and its classes. A product is a code of the oldest HS revision among the
-- study's years, or the first code of a family of codes that later revisions split, joined or exchanged.
select
  products.hs6_code,
  products.product_code as hs6_2007_code,
  coalesce(left(classes.sitc2_4d, 1) between '5' and '8', false) as is_manufacture,
  coalesce(classes.rauch_{{ var('rauch') }}_filled in ('{{ kept_rauch_classes().get(var('goods'), ['n']) | join("', '") }}'), false) as is_differentiated
from (select * from {{ products_of_year() }}) as products
left join (select * from {{ reference('hs6_classes') }}) as classes on classes.hs6 = products.hs2007_code
