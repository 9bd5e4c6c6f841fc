"""The rules of the cleaning for a cell, called on columns that dbt does not read."""

import polars as pl
from pytest import mark

from egov_assets.platform.cells import is_filled, numbers, scaled, years


def test_a_number_is_what_staging_would_call_one():
    cells = pl.Series(["1,234.5", "2 500", "２５００", " 2.5E+03 ", "60,6", "12abc", ".a", "无", "", None])
    assert numbers(cells).to_list() == [1234.5, 2500.0, 2500.0, 2500.0, None, None, None, None, None, None]
    assert is_filled(cells).to_list() == [True, True, True, True, True, True, False, False, False, False]


def test_the_year_of_a_date():
    assert years(pl.Series(["2011.0", "2010年", "2011-05-01", "民国99年", "10-05"])).to_list() == [
        2011,
        2010,
        2011,
        2010,
        None,
    ]


@mark.parametrize("printed", ["2500", " 2500", "2500 ", "2.5E+03", "２５００", "2,500", "2 500"])
def test_a_factor_scales_every_spelling_of_a_number(printed):
    frame = pl.LazyFrame({"revenue": [printed, "很多", None]})
    assert frame.select(scaled(pl.col("revenue"), 10)).collect(engine="streaming")["revenue"].to_list() == [
        "25000.0",
        "很多",
        None,
    ]
