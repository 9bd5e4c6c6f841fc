"""Products that cannot be estimated say so by rule; none gives a number that looks like an estimate."""

import polars as pl
from polars.testing import assert_frame_equal
from pytest import approx, mark

from egov_assets.platform.reference import FOLDER
from egov_assets.product_quality.coefficients import Rule
from egov_assets.product_quality.imposed_sigmas import sigmas_by_product
from egov_assets.product_quality.settings import LITERAL, Method, QualitySettings, SparseData
from egov_assets_tests.product_quality.estimation import Estimation, estimate
from egov_assets_tests.product_quality.small_trade import provinces, small_trade

FROM_ONE_FLOW = QualitySettings(min_product_flows=1, sparse_data=LITERAL)


def one_product() -> tuple[pl.DataFrame, pl.DataFrame]:
    return small_trade(products=1)


def repriced(exports: pl.DataFrame, price: pl.Expr) -> pl.DataFrame:
    return exports.with_columns(export_value_usd=pl.col("quantity") * price)


def rules(result: Estimation) -> dict[str, str]:
    """The rule of the only product, by outcome."""
    return dict(result.coefficients.select("outcome", "rule").iter_rows())


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
        "sigma_std_error_by_firm",
    )
    assert [product[name] for name in measures] == [None] * len(measures)
    assert result.flows.is_empty()


def test_an_instrument_that_follows_provincial_gdp_alone_is_no_instrument():
    """All firms of a province ask the price its GDP dictates, the same in all markets."""
    exports, gdp = one_product()
    in_gdp = exports.join(gdp, on=["province_code", "year"])
    result = estimate(repriced(in_gdp, pl.col("gdp_100m_cny")).drop("gdp_100m_cny"), gdp)
    assert rules(result)["qua"] == Rule.NO_PRICE_VARIATION


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
    result = estimate(exports, provinces({("330000", 2010): 1.0}), settings=FROM_ONE_FLOW)
    assert rules(result)["qua"] == Rule.IRRELEVANT_INSTRUMENT


def test_quantities_explained_by_price_alone_have_one_quality():
    exports, gdp = one_product()
    price = pl.col("export_value_usd") / pl.col("quantity")
    exact = exports.with_columns(quantity=100 * price**-2, export_value_usd=100 * price**-1)
    assert rules(estimate(exact, gdp))["qua"] == Rule.ONE_QUALITY


def test_one_province_only_is_estimated_without_gdp():
    exports, gdp = one_product()
    result = estimate(exports.with_columns(province_code=pl.lit("110000")), gdp)
    product = result.coefficients.row(0, named=True)
    assert product["rule"] == Rule.WITHOUT_GDP
    assert product["ln_gdp_coefficient"] == 0
    assert product["sigma_hat"] > 1


def test_a_market_with_one_flow_has_mean_quality_where_it_is_kept():
    exports, gdp = one_product()
    alone = exports.head(1).with_columns(destination_iso3=pl.lit("ALO"))
    kept = estimate(pl.concat([exports, alone]), gdp, QualitySettings(sparse_data=LITERAL)).flows
    assert kept.filter(pl.col("destination_iso3") == "ALO")["ln_quality"].to_list() == approx([0], abs=1e-12)
    assert "ALO" not in estimate(pl.concat([exports, alone]), gdp).flows["destination_iso3"]


def test_flows_without_provincial_gdp_or_with_zero_quantity_are_left_out():
    exports, gdp = one_product()
    no_gdp = gdp.with_columns(
        gdp_100m_cny=pl.when(pl.col("province_code") == "110000").then(None).otherwise("gdp_100m_cny")
    )
    zero = exports.with_columns(quantity=pl.when(pl.col("province_code") == "120000").then(0.0).otherwise("quantity"))
    firms = estimate(zero, no_gdp).firms["company_id"].cast(pl.Int64) % 7
    assert not {0, 1} & set(firms)  # firms are dealt to seven provinces in turn, 110000 first


def test_one_market_is_estimated_from_that_market():
    """All flows to one destination in one year; the price elsewhere comes from a second where everyone is alone."""
    exports, gdp = one_product()
    first = exports.unique(["company_id"], keep="first", maintain_order=True).with_columns(
        destination_iso3=pl.lit("ONE"), year=pl.lit(2010, dtype=pl.Int32)
    )
    price = pl.col("export_value_usd") / pl.col("quantity")
    alone = first.with_columns(
        destination_iso3=pl.lit("E") + pl.col("company_id").str.tail(2),
        export_value_usd=pl.col("quantity") * price**0.5,
    )
    product = estimate(pl.concat([first, alone]), gdp, settings=FROM_ONE_FLOW).coefficients.row(0, named=True)
    assert (product["rule"], product["cells"], product["flows"]) == (Rule.ESTIMATED, 61, 120)
    assert product["sigma_hat"] is not None


def test_one_firm_in_every_market_has_nobody_to_be_compared_with():
    exports, gdp = one_product()
    only = exports.filter(pl.col("year") == 2010).unique("destination_iso3", keep="first", maintain_order=True)
    result = estimate(
        only.with_columns(company_id=pl.lit("A"), province_code=pl.lit("110000")), gdp, settings=FROM_ONE_FLOW
    )
    assert rules(result) == {
        "qua": Rule.NO_FREEDOM,
        "qua_sub": Rule.NO_FREEDOM,
        "qua_sub_imposed": Rule.ONE_QUALITY,
        "qua_price_standardised": Rule.UNIT_VALUE,
    }
    assert result.coefficients["sigma_std_error_by_firm"].to_list() == [None] * 4


def test_identical_flows_are_dropped_under_every_method():
    exports, gdp = one_product()
    same = exports.with_columns(quantity=pl.lit(7.0), export_value_usd=pl.lit(21.0))
    result = estimate(same, gdp)
    assert rules(result) == {
        "qua": Rule.NO_PRICE_VARIATION,
        "qua_sub": Rule.NO_PRICE_VARIATION,
        "qua_sub_imposed": Rule.ONE_QUALITY,
        "qua_price_standardised": Rule.ONE_QUALITY,
    }
    assert result.flows.is_empty()


def test_an_estimate_at_most_one_is_kept_dropped_or_replaced_as_the_method_says():
    """Quantities that hardly fall with the price: sigma is 0.5."""
    exports, gdp = one_product()
    price = pl.col("export_value_usd") / pl.col("quantity")
    surprise = (pl.col("quantity").log() * 7).sin()
    flat = exports.with_columns(quantity=price**-0.5 * surprise.exp(), export_value_usd=price**0.5 * surprise.exp())
    found = {}
    for choice in ("keep", "drop", "fall_back"):
        settings = QualitySettings(sparse_data=SparseData(sigma_at_most_one=choice))
        found[choice] = estimate(flat, gdp, settings=settings).coefficients.row(0, named=True)
    assert found["keep"]["rule"] == Rule.ESTIMATED
    assert found["drop"]["rule"] == Rule.SMALL
    assert found["fall_back"]["rule"] == Rule.IMPOSED_FOR_SMALL
    assert found["keep"]["sigma_hat"] == approx(0.5, abs=0.3)
    for each in found.values():  # the estimate is reported whatever is done with it
        assert each["sigma_hat"] == found["keep"]["sigma_hat"]
        assert each["sigma_std_error"] == found["keep"]["sigma_std_error"]
    assert (found["keep"]["sigma"], found["drop"]["sigma"]) == (found["keep"]["sigma_hat"], None)
    assert (found["fall_back"]["sigma"], found["fall_back"]["divisor_sigma"]) == (3, 3)


def test_imposing_a_table_drops_the_products_that_it_does_not_have():
    exports, gdp = small_trade(products=2)
    unknown = pl.when(pl.col("hs6_2007_code") == "640301").then(pl.lit("999999")).otherwise("hs6_2007_code")
    imposed = Method(price_coefficient="imposed", sigma_table="broda_weinstein_hs3", divisor="own")
    result = estimate(
        exports.with_columns(unknown.alias("hs6_2007_code")), gdp, settings=QualitySettings(qua=imposed)
    ).coefficients.filter(pl.col("outcome") == "qua")
    printed = pl.read_csv(FOLDER / "sigma_broda_weinstein_hs3.csv", infer_schema=False)
    footwear = float(printed.filter(pl.col("hs1992_3d") == "640")["sigma"].item())
    assert result["rule"].to_list() == [Rule.IMPOSED, Rule.NO_SIGMA]
    assert result["sigma"].to_list() == [footwear, None]


def test_a_price_elsewhere_that_all_firms_share_is_no_instrument():
    """Prices differ in the one common market; elsewhere each firm is alone, and all ask the same."""
    exports, gdp = one_product()
    in_common = exports.filter(pl.col("year") == 2010).unique("company_id", keep="first", maintain_order=True)
    in_common = in_common.with_columns(destination_iso3=pl.lit("ALL"))
    alone = in_common.with_columns(
        destination_iso3=pl.lit("E") + pl.col("company_id").str.tail(2), export_value_usd=pl.col("quantity") * 4
    )
    result = estimate(pl.concat([in_common, alone]), gdp, settings=FROM_ONE_FLOW)
    assert rules(result)["qua"] == Rule.NO_INSTRUMENT_VARIATION
    assert rules(result)["qua_sub"] == Rule.ESTIMATED  # least squares needs no price elsewhere


def test_a_price_elsewhere_that_follows_provincial_gdp_is_no_instrument():
    """Own prices differ freely; elsewhere, where each firm is alone, it asks what the GDP of its province dictates."""
    exports, gdp = one_product()
    in_common = exports.filter(pl.col("year") == 2010).unique("company_id", keep="first", maintain_order=True)
    in_common = in_common.with_columns(destination_iso3=pl.lit("ALL")).join(gdp, on=["province_code", "year"])
    alone = in_common.with_columns(
        destination_iso3=pl.lit("E") + pl.col("company_id").str.tail(2),
        export_value_usd=pl.col("quantity") * pl.col("gdp_100m_cny"),
    )
    result = estimate(pl.concat([in_common, alone]).drop("gdp_100m_cny"), gdp, settings=FROM_ONE_FLOW)
    assert rules(result)["qua"] == Rule.NO_INSTRUMENT_VARIATION
    without_gdp = QualitySettings(min_product_flows=1, qua=Method(province_gdp=False), sparse_data=LITERAL)
    again = estimate(pl.concat([in_common, alone]).drop("gdp_100m_cny"), gdp, settings=without_gdp)
    assert rules(again)["qua"] == Rule.ESTIMATED  # it is collinear, not constant


def test_a_product_that_goes_to_one_destination_only_has_a_row_and_no_quality():
    """One cell a year: no firm has a price elsewhere, so that nothing can be estimated; it is told all the same."""
    exports, gdp = small_trade(products=2)
    one_cell = pl.col("hs6_2007_code") == "640301"
    in_one = exports.filter(one_cell).unique(["company_id", "year"], keep="first", maintain_order=True)
    both = pl.concat([exports.filter(~one_cell), in_one.with_columns(destination_iso3=pl.lit("ONE"))])
    result = estimate(both, gdp)
    product = result.coefficients.filter(one_cell)
    assert product["rule"].to_list() == [Rule.TOO_FEW_FLOWS] * 4
    assert product["flows"].to_list() == [0] * 4
    assert result.flows.filter(one_cell).is_empty()


def test_sigmas_of_the_protee_table_are_minus_its_significant_elasticities():
    printed = pl.read_csv(FOLDER / "hs6_trade_elasticity_protee.csv", infer_schema=False)
    elasticity = pl.col("elasticity").cast(pl.Float64)
    usable = (pl.col("is_insignificant") == "0") & (pl.col("is_positive") == "0")
    cases = {
        "significant": (printed.filter(usable & (elasticity < -1)).row(0), True),
        "insignificant": (printed.filter(pl.col("is_insignificant") == "1").row(0), False),
        "positive": (printed.filter(pl.col("is_positive") == "1").row(0), False),
        "unknown": (("999999", None, None, None), False),
    }
    products = pl.Series([row[0] for row, _ in cases.values()])
    method = Method(price_coefficient="imposed", sigma_table="protee_hs6", divisor="own")
    found = dict(zip(cases, sigmas_by_product(products, method), strict=True))
    assert found["significant"] == approx(-float(cases["significant"][0][3]))
    assert [found[case] for case in ("insignificant", "positive", "unknown")] == [None] * 3


def test_gdp_of_zero_or_below_is_no_gdp():
    exports, gdp = one_product()
    bad = gdp.with_columns(
        gdp_100m_cny=pl.when(pl.col("province_code") == "110000")
        .then(0.0)
        .when(pl.col("province_code") == "120000")
        .then(-5.0)
        .otherwise("gdp_100m_cny")
    )
    left_out = exports.filter(~pl.col("province_code").is_in(["110000", "120000"]))
    assert_frame_equal(estimate(exports, bad).coefficients, estimate(left_out, gdp).coefficients, check_exact=True)


def test_values_and_quantities_that_are_no_positive_numbers_are_left_out():
    exports, gdp = one_product()
    firm = pl.col("company_id").cast(pl.Int64)
    wrong = {0: 0.0, 1: -3.0, 2: float("nan"), 3: float("inf"), 4: None}
    spoilt = exports
    for place, value in wrong.items():
        column = ("export_value_usd", "quantity")[place % 2]
        spoilt = spoilt.with_columns(pl.when(firm == place).then(pl.lit(value)).otherwise(column).alias(column))
    left_out = exports.filter(firm >= len(wrong))
    assert_frame_equal(estimate(spoilt, gdp).coefficients, estimate(left_out, gdp).coefficients, check_exact=True)


def test_a_firm_year_weighs_the_flows_that_have_the_outcome():
    """One product has no sigma in the table: the imposed outcome is the mean over the firm's other product."""
    exports, gdp = small_trade(products=2)
    unknown = pl.when(pl.col("hs6_2007_code") == "640301").then(pl.lit("999999")).otherwise("hs6_2007_code")
    imposed = Method(price_coefficient="imposed", sigma_table="broda_weinstein_hs3", divisor="own", province_gdp=False)
    result = estimate(
        exports.with_columns(unknown.alias("hs6_2007_code")), gdp, settings=QualitySettings(qua_sub_imposed=imposed)
    )
    weighed = result.flows.drop_nulls("rquality_sub_imposed").group_by("company_id", "year")
    value, quality = pl.col("export_value_usd"), pl.col("rquality_sub_imposed")
    by_hand = weighed.agg(by_hand=(value * quality).sum() / value.sum())
    both = result.firms.join(by_hand, on=["company_id", "year"], how="left", validate="1:1")
    assert 0 < both["by_hand"].null_count() < both.height
    assert both["qua_sub_imposed"].null_count() == both["by_hand"].null_count()
    known = both.drop_nulls("by_hand")
    assert known["qua_sub_imposed"].to_list() == approx(known["by_hand"].to_list(), abs=1e-12)
