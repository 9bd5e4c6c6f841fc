"""Products that cannot be estimated say so by rule; none gives a number that looks like an estimate."""

import polars as pl
from pytest import approx, mark

from egov_assets.product_quality.coefficients import Rule
from egov_assets_tests.product_quality.estimation import estimate
from egov_assets_tests.product_quality.small_trade import provinces, small_trade


def one_product() -> tuple[pl.DataFrame, pl.DataFrame]:
    return small_trade(products=1)


def repriced(exports: pl.DataFrame, price: pl.Expr) -> pl.DataFrame:
    return exports.with_columns(export_value_usd=pl.col("quantity") * price)


DEGENERATE = {
    Rule.TOO_FEW_FLOWS: lambda exports: exports.head(60),
    Rule.NO_PRICE_VARIATION: lambda exports: repriced(exports, pl.lit(4.0)),
    # One firm with every destination: each of its flows is alone in its market.
    Rule.NO_FREEDOM: lambda exports: pl.concat(
        [exports.head(1).with_columns(destination_iso3=pl.lit(f"E{number:03d}")) for number in range(120)]
    ),
}


@mark.parametrize("rule", DEGENERATE)
def test_rule(rule):
    exports, gdp = one_product()
    result = estimate(DEGENERATE[rule](exports), gdp)
    product = result.coefficients.row(0, named=True)
    assert product["rule"] == rule
    measures = (
        "sigma_hat",
        "sigma_std_error",
        "ln_gdp_coefficient",
        "first_stage_f",
        "min_ln_quality",
        "max_ln_quality",
    )
    assert [product[name] for name in measures] == [None] * len(measures)
    assert result.flows.is_empty()


def test_an_instrument_that_follows_provincial_gdp_alone_is_no_instrument():
    """All firms of a province ask the price its GDP dictates, the same in all markets."""
    exports, gdp = one_product()
    in_gdp = exports.join(gdp, on=["province_code", "year"])
    result = estimate(repriced(in_gdp, pl.col("gdp_100m_cny")).drop("gdp_100m_cny"), gdp)
    assert result.coefficients["rule"].to_list() == [Rule.NO_PRICE_VARIATION]


def test_prices_elsewhere_without_relation_to_the_own_price_are_refused():
    """Four firms ask low-low, low-high, high-low and high-high in X and Y: one price says nothing of the other."""
    ln_prices = {"A": (0, 0), "B": (0, 1), "C": (1, 0), "D": (1, 1)}
    rows = [
        {
            "company_id": firm,
            "hs6_2007_code": "640399",
            "destination_iso3": destination,
            "year": 2010,
            "province_code": "330000",
            "export_value_usd": quantity * 2.718281828459045**ln_price,
            "quantity": quantity,
        }
        for firm, prices in ln_prices.items()
        for destination, ln_price, quantity in zip("XY", prices, (5.0, 7.0), strict=True)
    ]
    exports = pl.DataFrame(rows).with_columns(pl.col("year").cast(pl.Int32))
    result = estimate(exports, provinces({("330000", 2010): 1.0}), min_flows=1)
    assert result.coefficients["rule"].to_list() == [Rule.IRRELEVANT_INSTRUMENT]


def test_quantities_explained_by_price_alone_have_one_quality():
    exports, gdp = one_product()
    price = pl.col("export_value_usd") / pl.col("quantity")
    exact = exports.with_columns(quantity=100 * price**-2, export_value_usd=100 * price**-1)
    assert estimate(exact, gdp).coefficients["rule"].to_list() == [Rule.ONE_QUALITY]


def test_one_province_only_is_estimated_without_gdp():
    exports, gdp = one_product()
    result = estimate(exports.with_columns(province_code=pl.lit("110000")), gdp)
    product = result.coefficients.row(0, named=True)
    assert product["rule"] == Rule.WITHOUT_GDP
    assert product["ln_gdp_coefficient"] == 0
    assert product["sigma_hat"] > 1


def test_a_market_with_one_flow_has_mean_quality():
    exports, gdp = one_product()
    alone = exports.head(1).with_columns(destination_iso3=pl.lit("ALO"))
    flows = estimate(pl.concat([exports, alone]), gdp).flows
    assert flows.filter(pl.col("destination_iso3") == "ALO")["ln_quality"].to_list() == approx([0], abs=1e-12)


def test_flows_without_provincial_gdp_or_with_zero_quantity_are_left_out():
    exports, gdp = one_product()
    no_gdp = gdp.with_columns(
        gdp_100m_cny=pl.when(pl.col("province_code") == "110000").then(None).otherwise("gdp_100m_cny")
    )
    zero = exports.with_columns(quantity=pl.when(pl.col("province_code") == "120000").then(0.0).otherwise("quantity"))
    firms = estimate(zero, no_gdp).firms["company_id"].cast(pl.Int64) % 7
    assert not {0, 1} & set(firms)  # firms are dealt to seven provinces in turn, 110000 first
