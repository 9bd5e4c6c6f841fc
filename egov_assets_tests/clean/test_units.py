"""Products whose unit changes between years, and the unit that quality takes for them."""

import polars as pl

from egov_assets.clean.assets import no_product_changes_its_unit
from egov_assets.clean.schema import UnitChanges
from egov_assets.clean.units import units_by_year

COLUMNS = {
    "hs6_2007_code": pl.String, "year": pl.Int32, "unit": pl.String, "base_unit": pl.String, "base_units": pl.Float64,
    "export_value_usd": pl.Float64, "flows": pl.Int64,
}  # fmt: skip


def changes(*rows: tuple) -> pl.DataFrame:
    found = units_by_year(pl.DataFrame(rows, schema=COLUMNS, orient="row"))
    UnitChanges.validate(found)
    return found


def test_a_product_whose_unit_changes_is_named_with_its_years_and_the_smaller_part_is_left_out():
    """A year whose copy has no units says nothing about the product."""
    found = changes(
        ("851712", 2012, "千克", "千克", 1.0, 1.0, 4),
        ("851712", 2011, "台", "台", 1.0, 2.0, 5),
        ("851712", 2010, None, None, None, 3.0, 6),
        ("610910", 2010, None, None, None, 4.0, 7),
        ("610910", 2011, "件", "件", 1.0, 5.0, 8),
        ("610910", 2012, "件", "件", 1.0, 6.0, 9),
    )
    assert found.select("year", "unit", "product_unit", "product_units", "treatment").rows() == [
        (2011, "台", "台", 1.0, "kept"),
        (2012, "千克", "台", None, "left out"),
    ]
    said = no_product_changes_its_unit(found)
    assert (said.passed, said.words) == (False, "851712: 2011 台, 2012 千克 (left out)")
    assert said.facts == {"products": 1, "flows converted": 0, "flows left out": 4}
    assert no_product_changes_its_unit(found.head(0)).passed


def test_multiples_of_a_unit_are_counted_together_and_converted():
    """Tonnes and kilograms outweigh the 900 USD in pieces; of the two, tonnes are worth more."""
    found = changes(
        ("720839", 2010, "个", "个", 1.0, 900.0, 1),
        ("720839", 2011, "吨", "千克", 1000.0, 600.0, 1),
        ("720839", 2012, "千克", "千克", 1.0, 500.0, 1),
    )
    assert found.select("unit", "product_unit", "product_units", "treatment").rows() == [
        ("个", "吨", None, "left out"),
        ("吨", "吨", 1.0, "kept"),
        ("千克", "吨", 0.001, "converted"),
    ]


def test_equal_values_are_decided_by_the_text():
    rows = [("720839", 2010, "千克", "千克", 1.0, 5.0, 1), ("720839", 2011, "个", "个", 1.0, 5.0, 1)]
    assert changes(*rows).equals(changes(*reversed(rows)))
    assert set(changes(*rows)["product_unit"]) == {"个"}
