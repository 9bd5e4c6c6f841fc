-- Unit of quantity -> its name, the unit it is a multiple of, and how many of these one is.
select code as unit_code, name_zh as unit, base_unit_zh as base_unit, cast(base_units as double) as base_units
from {{ reference('customs_units') }}
