"""Products whose unit changes between years."""

import polars as pl

from egov_assets.clean.assets import no_product_changes_its_unit
from egov_assets.clean.schema import UnitChanges
from egov_assets.clean.units import units_by_year


def test_a_product_whose_unit_changes_is_named_with_its_years():
    """A year whose copy has no units says nothing about the product."""
    units = pl.DataFrame(
        {
            "hs6_2007_code": ["851712"] * 3 + ["610910"] * 3,
            "year": [2012, 2011, 2010, 2010, 2011, 2012],
            "unit": ["千克", "台", None, None, "件", "件"],
            "export_value_usd": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        },
        schema_overrides={"year": pl.Int32},
    )
    changes = units_by_year(units)
    UnitChanges.validate(changes)
    assert changes.rows() == [("851712", 2011, "台", 2.0), ("851712", 2012, "千克", 1.0)]
    found = no_product_changes_its_unit(changes)
    assert (found.passed, found.words) == (False, "851712: 2011 台, 2012 千克")
    assert no_product_changes_its_unit(changes.head(0)).passed
