"""Quality counts each product in one unit over all years."""

import polars as pl
from pytest import approx

from egov_assets.product_quality.coefficient_table import coefficient_table
from egov_assets.product_quality.flows import BY_PRODUCT
from egov_assets.product_quality.moments import moments_of_year
from egov_assets.product_quality.one_unit import in_one_unit, of_one_unit
from egov_assets.product_quality.residuals import flow_quality
from egov_assets.product_quality.settings import QualitySettings
from egov_assets_tests.product_quality.estimation import by_year, estimate
from egov_assets_tests.product_quality.small_trade import small_trade

GRAMS_IN_2011 = (pl.col("hs6_2007_code") == "640301") & (pl.col("year") == 2011)
ROUNDING = 1e-9


def changes(product_units: float | None) -> pl.DataFrame:
    """What `unit_changes` says of one product whose unit is another in 2011."""
    return pl.DataFrame(
        {"hs6_2007_code": ["640301"] * 2, "year": [2011, 2012], "product_units": [product_units, 1.0]},
        schema_overrides={"year": pl.Int32, "product_units": pl.Float64},
    )


def quality(exports: pl.DataFrame, provinces: pl.DataFrame, unit_changes: pl.DataFrame):
    """Coefficients and flows as the assets make them: moments of each year first, before other years are known."""
    moments = pl.concat(moments_of_year(flows, provinces.lazy()) for flows in by_year(exports))
    of_all_years = in_one_unit(exports.lazy().sort(BY_PRODUCT), unit_changes)
    coefficients = coefficient_table(of_one_unit(moments, unit_changes), of_all_years, provinces.lazy())
    flows = (
        block
        for year in by_year(exports)
        for block in flow_quality(in_one_unit(year, unit_changes), provinces.lazy(), coefficients, QualitySettings())
    )
    return coefficients, pl.concat(flows)


def test_a_year_in_a_multiple_is_the_same_trade():
    exports, provinces = small_trade()
    in_grams = exports.with_columns(
        quantity=pl.when(GRAMS_IN_2011).then(pl.col("quantity") * 1000).otherwise("quantity")
    )
    coefficients, flows = quality(in_grams, provinces, changes(0.001))
    expected = estimate(exports, provinces)
    for column in ("sigma_hat", "sigma_std_error", "min_ln_quality", "max_ln_quality"):
        theirs = expected.coefficients[column].to_list()
        assert coefficients[column].to_list() == [
            each if each is None else approx(each, rel=ROUNDING) for each in theirs
        ]
    assert flows.select(BY_PRODUCT).equals(expected.flows.select(BY_PRODUCT))
    for column in ("ln_unit_value", "rquality", "runit_value"):
        assert flows[column].to_list() == approx(expected.flows[column].to_list(), abs=ROUNDING)


def test_a_year_in_another_unit_is_as_if_it_were_not_there():
    exports, provinces = small_trade()
    coefficients, flows = quality(exports, provinces, changes(None))
    expected = estimate(exports.filter(~GRAMS_IN_2011), provinces)
    assert coefficients.equals(expected.coefficients)
    assert flows.equals(expected.flows)


def test_without_changes_nothing_is_touched():
    exports, _ = small_trade()
    assert in_one_unit(exports.lazy(), changes(None).head(0)).collect().equals(exports)
