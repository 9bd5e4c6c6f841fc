"""Two firms, two destinations: small enough for paper and pencil."""

from math import e, exp

import polars as pl
from pytest import approx, raises

from egov_assets.product_quality.coefficients import Rule
from egov_assets.product_quality.moments import NoUsableFlows, moments_of_year
from egov_assets.product_quality.settings import QualitySettings
from egov_assets_tests.product_quality.estimation import Estimation, estimate, prepared_flows
from egov_assets_tests.product_quality.small_trade import exports, provinces

# Log prices: A asks 3 in X and 2 in Y, B asks 1 and 0. Log quantity = 10 - 2 ln p + e, with e = +-0.5 as below.
# Within each market A is 1 above and B 1 below the mean, in price and in the price elsewhere, so sigma = 2 exactly.
LN_PRICE = {("A", "X"): 3, ("A", "Y"): 2, ("B", "X"): 1, ("B", "Y"): 0}
SURPRISE = {("A", "X"): 0.5, ("A", "Y"): -0.5, ("B", "X"): -0.5, ("B", "Y"): 0.5}
ROUNDING = 1e-12
FROM_ONE_FLOW = QualitySettings(min_product_flows=1)


def two_firms(settings: QualitySettings = FROM_ONE_FLOW, province_of_b: str = "330000") -> Estimation:
    province = {"A": "330000", "B": province_of_b}
    rows = []
    for (firm, destination), ln_price in LN_PRICE.items():
        ln_quantity = 10 - 2 * ln_price + SURPRISE[firm, destination]
        value = exp(ln_price + ln_quantity)
        rows.append((firm, "640399", destination, 2010, province[firm], value, exp(ln_quantity)))
    return estimate(exports(rows), provinces({("330000", 2010): 27000.0, ("340000", 2010): 12000.0}), settings)


def test_moments_are_sums_of_squares_and_products_within_market():
    moments = two_firms().moments.row(0, named=True)
    assert (moments["flows"], moments["firms"], moments["cells"]) == (4, 2, 2)
    assert moments["ln_price_x_ln_price"] == approx(4, rel=ROUNDING)
    assert moments["ln_price_x_ln_price_elsewhere"] == approx(4, rel=ROUNDING)
    assert moments["ln_quantity_x_ln_price_elsewhere"] == approx(-8, rel=ROUNDING)
    assert moments["ln_province_gdp_x_ln_province_gdp"] == 0


def test_sigma_is_two_and_its_robust_error_one_half():
    """Squared scores add to 1, times 4 flows / (4 - 2 markets - 1 regressor) = 4; its root over sum z p = 4 is 0.5."""
    product = two_firms().coefficients.row(0, named=True)
    assert product["rule"] == Rule.WITHOUT_GDP
    assert product["sigma_hat"] == approx(2, rel=ROUNDING)
    assert product["sigma_std_error"] == approx(0.5, rel=ROUNDING)
    assert product["ln_gdp_coefficient"] == 0


def test_quality_is_the_surprise_over_sigma_minus_one_with_sigma_three():
    flows = {(row["company_id"], row["destination_iso3"]): row for row in two_firms().flows.to_dicts()}
    for flow, surprise in SURPRISE.items():
        assert flows[flow]["ln_quality"] == approx(surprise / 2, rel=1e-9)
        assert flows[flow]["rquality"] == approx(1 if surprise > 0 else 0, abs=1e-9)


def test_firm_quality_weighs_flows_by_value():
    """A sells exp(7.5) USD in both markets; B sells exp(8.5) of its bad and exp(10.5) of its good flow."""
    firms = two_firms().firms
    assert firms["qua"].to_list() == approx([1 / 2, e**2 / (1 + e**2)], rel=1e-9)
    assert firms["ln_quality"].to_list() == approx([0, 0.25 * (e**2 - 1) / (1 + e**2)], abs=1e-9)
    assert firms["qua_price"].to_list() == approx([2.5, 1 / (1 + e**2)], rel=1e-9)
    assert firms["flows"].to_list() == [2, 2]


def test_a_flow_without_another_destination_of_its_product_and_year_is_dropped():
    rows = [
        ("A", "640399", "X", 2010, "330000", 8.0, 2.0),
        ("A", "640399", "Y", 2011, "330000", 8.0, 2.0),
        ("A", "640411", "Y", 2010, "330000", 8.0, 2.0),
    ]
    gdp = provinces({("330000", 2010): 27000.0, ("330000", 2011): 32000.0})
    with raises(NoUsableFlows, match="none of its 2 flows of 2010"):
        moments_of_year(exports(rows).lazy().filter(pl.col("year") == 2010), gdp.lazy())


def test_an_imposed_sigma_leaves_price_in_quality():
    """With sigma 3 the residual is the price's deviation plus the surprise, +-1 +-0.5, over 3 - 1; a range of 1.5."""
    flows = two_firms().flows
    placed = dict(
        zip(flows.select("company_id", "destination_iso3").rows(), flows["rquality_sub_imposed"], strict=True)
    )
    by_hand = {("A", "X"): 1.0, ("A", "Y"): 2 / 3, ("B", "X"): 0.0, ("B", "Y"): 1 / 3}
    assert placed == approx(by_hand, abs=ROUNDING)


def test_errors_of_firms_whose_surprises_cancel_are_zero():
    """A firm's scores are +0.5 and -0.5: clustered they add to nothing, flow by flow their squares add to 1."""
    product = two_firms().coefficients.row(0, named=True)
    assert product["sigma_std_error_by_firm"] == approx(0, abs=ROUNDING)
    assert product["sigma_std_error"] == approx(0.5, rel=ROUNDING)


def test_least_squares_finds_two_as_well_where_the_price_is_the_same_everywhere():
    """Prices and prices elsewhere deviate alike, so that both estimators are one; least squares has no GDP to lose."""
    product = two_firms().coefficients.row(1, named=True)
    assert (product["outcome"], product["rule"]) == ("qua_sub", Rule.ESTIMATED)
    assert product["sigma_hat"] == approx(2, rel=ROUNDING)
    assert product["first_stage_f"] is None


def test_a_product_needs_one_flow_more_than_markets_and_regressors():
    """Four flows, two markets: a price leaves one degree of freedom and the error of one half; a price and GDP none."""
    with_gdp, without_gdp, *_ = two_firms(province_of_b="340000").coefficients.iter_rows(named=True)
    assert (with_gdp["outcome"], with_gdp["rule"]) == ("qua", Rule.NO_FREEDOM)
    assert with_gdp["sigma_hat"] is None
    assert (without_gdp["outcome"], without_gdp["rule"]) == ("qua_sub", Rule.ESTIMATED)
    assert without_gdp["sigma_hat"] == approx(2, rel=ROUNDING)
    assert without_gdp["sigma_std_error"] == approx(0.5, rel=ROUNDING)


def test_a_product_of_exactly_the_fewest_flows_is_estimated_and_one_of_fewer_is_not():
    enough, too_few = (
        two_firms(QualitySettings(min_product_flows=fewest)).coefficients.row(0, named=True) for fewest in (4, 5)
    )
    assert enough["rule"] == Rule.WITHOUT_GDP
    assert enough["sigma_hat"] == approx(2, rel=ROUNDING)
    assert (too_few["rule"], too_few["sigma_hat"]) == (Rule.TOO_FEW_FLOWS, None)


def test_a_giant_flow_leaves_no_rounding_in_the_price_elsewhere_of_its_own_run():
    """X sells a million million USD; the two others sell one each, so that its price elsewhere is their mean."""
    sold = {"X": (1e12, 3), "Y": (1.0, 0.1), "Z": (1.0, 0.2)}  # USD, ln price
    rows = [
        ("A", "640399", destination, 2010, "330000", value, value / exp(ln_price))
        for destination, (value, ln_price) in sold.items()
    ]
    settings = QualitySettings(price_elsewhere="value_weighted")
    flows = prepared_flows(exports(rows), provinces({("330000", 2010): 27000.0}), settings)
    assert flows["ln_price_elsewhere"].to_list() == approx([0.15, 3, 3], rel=1e-9)
