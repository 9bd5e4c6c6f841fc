"""Real provincial GDP is the first year's, grown by the printed indices; without them the run says what is missing."""

import polars as pl
from pytest import approx, raises

from egov_assets.product_quality.moments import moments_of_year
from egov_assets.product_quality.provincial_gdp import INDEX, NoDeflator, provincial_gdp
from egov_assets.product_quality.settings import QualitySettings
from egov_assets_tests.product_quality.small_trade import small_trade

REAL = QualitySettings(province_gdp_prices="real")


def yearbook(rows: list[tuple]) -> pl.LazyFrame:
    schema = {"province_code": pl.String, "year": pl.Int32, "gdp_100m_cny": pl.Float64, INDEX: pl.Float64}
    return pl.LazyFrame(rows, schema=schema, orient="row")


GROWTH = yearbook(
    [
        ("330000", 2012, 140.0, 108.0),
        ("330000", 2010, 100.0, 112.0),
        ("330000", 2011, 120.0, 109.0),
        ("440000", 2011, 50.0, None),  # its first year: the index is not needed
        ("440000", 2012, 60.0, 110.0),
    ]
)


def test_real_gdp_is_that_of_the_first_year_times_the_indices_since():
    """Zhejiang 100, then 100 x 1.09, then 109 x 1.08; Guangdong 50, then 50 x 1.10."""
    found = provincial_gdp(GROWTH, REAL).collect()
    assert found.select("province_code", "year").rows() == [
        *[("330000", year) for year in (2010, 2011, 2012)],
        *[("440000", year) for year in (2011, 2012)],
    ]
    assert found["gdp_100m_cny"].to_list() == approx([100, 109, 117.72, 50, 55])


def test_nominal_gdp_is_as_printed_and_asks_for_no_index():
    printed = GROWTH.drop(INDEX)
    assert provincial_gdp(printed, QualitySettings()).collect().equals(printed.collect())


def test_an_index_that_is_missing_or_skips_a_year_is_named():
    without = yearbook([("330000", 2010, 1.0, 1.0), ("330000", 2011, 1.0, None), ("440000", 2011, 1.0, None)])
    with raises(NoDeflator, match=r"in 2011 \(1 provinces\); the first are 330000"):
        provincial_gdp(without, REAL)
    with raises(NoDeflator, match=r"in 2012 \(1 provinces\)"):
        provincial_gdp(yearbook([("330000", 2010, 1.0, 1.0), ("330000", 2012, 1.0, 108.0)]), REAL)


def test_inflation_that_all_provinces_share_moves_no_sum_and_their_own_does():
    """Within a market of one year a factor common to all provinces is absorbed, as flows.py says."""
    exports, nominal = small_trade()
    year = exports["year"].max()
    flows = exports.filter(year=year).lazy()

    def sums(factor: pl.Expr) -> list[float]:
        gdp = nominal.with_columns(pl.col("gdp_100m_cny") * factor).lazy()
        return moments_of_year(flows, gdp)["ln_quantity_x_ln_province_gdp"].to_list()

    assert sums(pl.lit(1.07)) == approx(sums(pl.lit(1.0)), abs=1e-9)
    own = pl.when(pl.col("province_code") == nominal["province_code"][0]).then(1.5).otherwise(1.0)
    assert sums(own) != approx(sums(pl.lit(1.0)), abs=1e-3)
