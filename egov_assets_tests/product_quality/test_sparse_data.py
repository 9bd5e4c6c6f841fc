"""The rules for sparse data: by hand, against other readings, and on sparse trade whose sigmas are known."""

from math import exp

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal
from pytest import MonkeyPatch, approx, fixture, mark

from egov_assets.clean.schema import UnitChanges
from egov_assets.product_quality import flows as flows_of
from egov_assets.product_quality.checks import (
    demand_residuals_sum_to_nothing_within_markets,
    most_value_has_quality,
    suspect_estimates_carry_little_value,
    suspect_estimates_do_not_carry_too_much_value,
    years_pooled_equal_years_added,
)
from egov_assets.product_quality.coefficients import Rule
from egov_assets.product_quality.reliability import suspect_value_shares
from egov_assets.product_quality.settings import LITERAL, Method, QualitySettings, SparseData
from egov_assets.product_quality.summaries import largest_mean_of_a_market
from egov_assets_tests.product_quality.estimation import estimate, prepared_flows
from egov_assets_tests.product_quality.small_trade import PROVINCES, YEARS, exports, provinces, small_trade
from egov_assets_tests.study_file import write_section

EVERY_FIRST_STAGE_IS_WEAK = 1e9


def with_rules(**rules: object) -> QualitySettings:
    """The literal reading with these rules."""
    return QualitySettings(sparse_data=LITERAL.model_copy(update=rules))


def of_qua(coefficients: pl.DataFrame) -> pl.DataFrame:
    return coefficients.filter(pl.col("outcome") == "qua")


@fixture(scope="module")
def trade():
    return small_trade(products=2)


@fixture(scope="module")
def sparse():
    """Exports, GDP and the sigma of each product: 48 products of 6 groups, some 130 flows each; in every third
    the costs of the seller hardly reach the price."""
    draw = np.random.default_rng(5)
    rows, sigmas = [], {}
    for product in range(48):
        code = f"64{product // 8 + 1:02d}{product % 8:02d}"
        sigmas[code] = sigma = 2.5 + 0.4 * (product // 8) + draw.normal(0, 0.2)
        pass_through = 0.02 if product % 3 == 0 else 1.0
        for firm in range(14):
            cost = draw.normal(0, 0.6)
            for year in YEARS:
                for destination in draw.choice(12, size=draw.integers(2, 5), replace=False):
                    shock = draw.normal()
                    ln_price = pass_through * cost + 0.4 * shock
                    ln_quantity = 5 - sigma * ln_price + 0.6 * shock + 0.6 * draw.normal()
                    place = (f"{firm:010d}", code, f"D{destination:02d}", year, PROVINCES[firm % len(PROVINCES)])
                    rows.append((*place, float(exp(ln_price + ln_quantity)), float(exp(ln_quantity))))
    gdp = {(province, year): float(exp(draw.normal(9, 0.7))) for province in PROVINCES for year in YEARS}
    return exports(rows), provinces(gdp), pl.DataFrame({"hs6_2007_code": list(sigmas), "true": list(sigmas.values())})


def sigma_error(sparse, settings: QualitySettings) -> float:
    flows, gdp, true = sparse
    used = of_qua(estimate(flows, gdp, settings).coefficients).join(true, on="hs6_2007_code")
    return used.select(((pl.col("sigma") - pl.col("true")) ** 2).mean().sqrt()).item()


def test_each_rule_brings_the_sigmas_of_sparse_trade_nearer_to_the_truth(sparse):
    literal, defaults, pooled = (
        sigma_error(sparse, settings)
        for settings in (with_rules(), QualitySettings(), QualitySettings(sparse_data=SparseData(pooling=True)))
    )
    assert pooled < defaults < literal / 2


def test_weak_first_stages_are_those_whose_prices_do_not_follow_costs(sparse):
    flows, gdp, _ = sparse
    coefficients = of_qua(estimate(flows, gdp).coefficients)
    weak = coefficients.filter(pl.col("is_first_stage_weak"))
    assert weak["rule"].unique().to_list() == [Rule.IMPOSED_FOR_WEAK]
    assert weak["sigma"].unique().to_list() == [3]
    product = weak["hs6_2007_code"].cast(pl.Int64) - 640100
    assert set((product // 100 * 8 + product % 100) % 3) == {0}
    assert weak.height >= 12


@mark.parametrize(
    "rules, rule",
    [
        ({"weak_first_stage": "drop", "min_first_stage_f": EVERY_FIRST_STAGE_IS_WEAK}, Rule.WEAK),
        ({"weak_first_stage": "keep", "min_first_stage_f": EVERY_FIRST_STAGE_IS_WEAK}, Rule.ESTIMATED),
        ({"weak_first_stage": "fall_back", "min_first_stage_f": EVERY_FIRST_STAGE_IS_WEAK}, Rule.IMPOSED_FOR_WEAK),
    ],
)
def test_an_estimate_with_a_weak_first_stage_is_shown_whatever_becomes_of_it(trade, rules, rule):
    literal, found = (
        of_qua(estimate(*trade, settings).coefficients) for settings in (with_rules(), with_rules(**rules))
    )
    assert found["rule"].to_list() == [rule] * 2
    assert found["is_first_stage_weak"].all() and not literal["is_first_stage_weak"].any()
    for name in ("sigma_hat", "first_stage_f", "sigma_std_error_by_firm"):
        assert found[name].to_list() == literal[name].to_list()


def test_what_falls_back_is_what_is_imposed(trade):
    """The third pass over replaced products gives them the bounds and the quality of an imposed sigma."""
    fell_back = with_rules(weak_first_stage="fall_back", min_first_stage_f=EVERY_FIRST_STAGE_IS_WEAK)
    imposed = QualitySettings(qua=Method(price_coefficient="imposed"), sparse_data=LITERAL)
    ours, theirs = (estimate(*trade, settings).flows for settings in (fell_back, imposed))
    assert_frame_equal(ours, theirs, abs_tol=1e-12)


def test_an_insignificant_estimate_has_an_interval_with_zero_in_it():
    """Noise of sd 40 hides an elasticity of 1.5 to 6."""
    flows, gdp = small_trade(products=4)
    noise = pl.Series(np.random.default_rng(2).normal(0, 40, flows.height))
    noisy = flows.with_columns(pl.col("quantity", "export_value_usd") * noise.exp())
    for choice, rule in (("drop", Rule.INSIGNIFICANT), ("fall_back", Rule.IMPOSED_FOR_INSIGNIFICANT)):
        product = of_qua(estimate(noisy, gdp, with_rules(insignificant_sigma=choice)).coefficients)
        has_zero = (product["sigma_hat"] - 1.959964 * product["sigma_std_error_by_firm"]) * (
            product["sigma_hat"] + 1.959964 * product["sigma_std_error_by_firm"]
        ) < 0
        assert product["is_sigma_insignificant"].to_list() == has_zero.to_list()
        assert product.filter(has_zero)["rule"].to_list() == [rule] * has_zero.sum()
        assert has_zero.any()


def test_markets_below_the_smallest_give_no_quality_and_change_no_other(trade):
    dropping = with_rules(thin_markets="drop", min_market_flows=15)
    literal, found = (estimate(*trade, settings) for settings in (with_rules(), dropping))
    market = ["hs6_2007_code", "destination_iso3", "year"]
    large = literal.flows.filter(pl.len().over(market) >= 15)
    assert 0 < large.height < literal.flows.height
    assert found.flows["ln_quality"].to_list() == large["ln_quality"].to_list()
    thin = literal.flows.height - large.height
    assert (of_qua(found.coefficients)["thin_market_flows"].sum(), found.moments["thin_market_flows"].sum()) == (
        thin,
        thin,
    )
    same = ["sigma_hat", "sigma_std_error", "flows", "cells", "export_value_usd"]
    assert_frame_equal(found.coefficients.select(same), literal.coefficients.select(same), check_exact=True)


def test_thin_markets_pooled_over_years_are_set_against_their_destination_in_all_years(trade):
    """Less the mean of the product's year, then less the mean of the destination over all years, by group sums here."""
    pooling = with_rules(thin_markets="pool_years", min_market_flows=15)
    literal, found = (estimate(*trade, settings) for settings in (with_rules(), pooling))
    market, names = ["hs6_2007_code", "destination_iso3"], ["ln_quantity", "ln_price", "ln_province_gdp"]
    logs = prepared_flows(*trade, pooling)
    less_year = logs.with_columns(pl.col(names) - pl.col(names).mean().over("hs6_2007_code", "year"))
    within = less_year.with_columns(pl.col(names) - pl.col(names).mean().over(market))
    of = of_qua(found.coefficients).select("hs6_2007_code", "sigma", "ln_gdp_coefficient", "divisor_sigma")
    residual = (
        pl.col("ln_quantity") + pl.col("sigma") * pl.col("ln_price")
        - pl.col("ln_gdp_coefficient") * pl.col("ln_province_gdp")
    )  # fmt: skip
    by_hand = within.join(of, on="hs6_2007_code").with_columns(by_hand=residual / (pl.col("divisor_sigma") - 1))
    both = found.flows.join(by_hand, on=[*market, "company_id", "year"], validate="1:1").join(
        literal.flows, on=[*market, "company_id", "year"], suffix="_literal", validate="1:1"
    )
    thin, thick = both.filter("is_in_thin_market"), both.filter(~pl.col("is_in_thin_market"))
    assert both.height == literal.flows.height
    assert min(thin.height, thick.height) > 50
    assert thin["ln_quality"].to_list() == approx(thin["by_hand"].to_list(), abs=1e-9)
    assert thick["ln_quality"].to_list() == thick["ln_quality_literal"].to_list()


def test_a_flow_that_has_its_destination_alone_in_all_years_is_dropped_where_years_are_pooled():
    flows, gdp = small_trade(products=1)
    alone = flows.row(0, named=True) | {"destination_iso3": "ZZZ"}
    known = exports([*flows.iter_rows(), tuple(alone[name] for name in flows.columns)])
    found = estimate(known, gdp, with_rules(thin_markets="pool_years")).flows
    assert "ZZZ" not in found["destination_iso3"].to_list()


def test_a_unit_value_beyond_five_deviations_is_left_out_and_told():
    """ln unit values -2 ... 2 in steps of 0.5, each in two markets: +- two beyond: MAD 1.5, bound 11.12."""
    ln_prices = {f"{firm}": (firm - 4) / 2 for firm in range(9)} | {"inside": 11.11, "outside": -11.13}
    rows = [
        (firm, "640399", destination, 2010, "330000", exp(5 + ln_price), exp(5))
        for firm, ln_price in ln_prices.items()
        for destination in "XY"
    ]
    gdp = provinces({("330000", 2010): 27000.0})
    settings = QualitySettings(min_product_flows=1)
    kept = prepared_flows(exports(rows), gdp, settings)["company_id"].unique()
    assert set(ln_prices) - set(kept) == {"outside"}
    moments = estimate(exports(rows), gdp, settings).moments.row(0, named=True)
    assert (moments["flows"], moments["outlying_flows"]) == (20, 2)
    assert moments["outlying_value_usd"] == approx(2 * exp(5 - 11.13))
    literal = prepared_flows(exports(rows), gdp, with_rules())
    assert literal.height == 22


def test_an_outlier_is_no_price_elsewhere_of_the_others(trade):
    """A quantity a thousand times too small in one market moves nothing but the flow itself, which is gone."""
    flows, gdp = trade
    slipped = flows.with_columns(
        pl.when(pl.int_range(pl.len()) == 40).then(pl.col("quantity") / 1e6).otherwise("quantity").alias("quantity")
    )
    without = flows.filter(pl.int_range(pl.len()) != 40)
    ours, theirs = (prepared_flows(each, gdp, QualitySettings()) for each in (slipped, without))
    assert_frame_equal(ours.drop("run"), theirs.drop("run"), check_exact=True)


def test_rules_change_no_byte_with_the_size_of_blocks(sparse):
    """Also where products are passed over a third time."""
    flows, gdp, _ = sparse
    settings = QualitySettings(sparse_data=SparseData(pooling=True, min_market_flows=3))
    whole = estimate(flows, gdp, settings)
    with MonkeyPatch.context() as patch:
        patch.setattr(flows_of, "BLOCK_FLOWS", 1000)
        parts = estimate(flows, gdp, settings)
    for table in ("moments", "coefficients", "flows", "firms"):
        assert_frame_equal(getattr(whole, table), getattr(parts, table), check_exact=True)


def coefficients_by_hand() -> pl.DataFrame:
    """Four products of qua worth 10, 20, 30 and 40: weak, at most 1 and insignificant, sound, not estimated."""
    return pl.DataFrame(
        {
            "outcome": "qua",
            "export_value_usd": [10.0, 20.0, 30.0, 40.0],
            "flows": [100, 100, 100, 100],
            "thin_market_flows": [50, 20, 10, 0],
            "sigma_hat": [9.0, 0.5, 3.0, None],
            "is_first_stage_weak": [True, False, False, None],
            "is_sigma_at_most_one": [False, True, False, None],
            "is_sigma_insignificant": [False, True, False, None],
            "rule": [Rule.IMPOSED_FOR_WEAK, Rule.SMALL, Rule.ESTIMATED, Rule.TOO_FEW_FLOWS],
        }
    )


def test_suspect_shares_are_of_the_value_that_is_estimated():
    assert suspect_value_shares(coefficients_by_hand()) == approx(
        {
            "is_first_stage_weak": 1 / 6,
            "is_sigma_at_most_one": 1 / 3,
            "is_sigma_insignificant": 1 / 3,
            "is_suspect": 1 / 2,
        }
    )


@mark.parametrize("limit, passes", [(0.5, True), (0.49, False)])
def test_more_suspect_value_than_the_limit_is_warned_of_or_refused(tmp_path, limit, passes):
    for check, key in (
        (suspect_estimates_carry_little_value, "warned_suspect_share"),
        (suspect_estimates_do_not_carry_too_much_value, "refused_suspect_share"),
    ):
        folders = FoldersOfStudy(write_section(tmp_path, "quality", f"sparse_data: {{{key}: {limit}}}"))
        found = check(coefficients_by_hand(), folders)
        assert found.passed == passes
        assert "50.0% of value has a suspect elasticity" in found.words


class FoldersOfStudy:
    def __init__(self, study_file):
        self.study_file = study_file


@mark.parametrize("method", [Method(), Method(price_coefficient="ols", province_gdp=False)])
def test_sigma_of_all_years_at_once_is_that_of_added_years_and_another_is_found_out(trade, tmp_path, method):
    flows, gdp = trade
    folders = FoldersOfStudy(write_section(tmp_path, "quality", f"qua: {method.model_dump_json()}"))
    coefficients = estimate(flows, gdp, QualitySettings(qua=method)).coefficients
    wrong = coefficients.with_columns(pl.col("sigma_hat") + 1e-4)
    in_one_province = flows.with_columns(province_code=pl.lit("110000"))  # whose GDP is the same within markets
    alone = estimate(in_one_province, gdp, QualitySettings(qua=method)).coefficients
    found = years_pooled_equal_years_added(alone, in_one_province.lazy(), gdp.lazy(), UnitChanges.empty(), folders)
    assert found.passed
    for table, passes in ((coefficients, True), (wrong, False)):
        found = years_pooled_equal_years_added(table, flows.lazy(), gdp.lazy(), UnitChanges.empty(), folders)
        assert (found.passed, found.facts["products"]) == (passes, 2)


def test_quality_that_is_off_in_one_market_is_found_out(trade, tmp_path):
    quality = estimate(*trade).flows.filter(pl.col("year") == 2010)
    is_first = pl.int_range(pl.len()) == 0
    shifted = quality.with_columns(ln_quality=pl.col("ln_quality") + pl.when(is_first).then(0.01).otherwise(0.0))
    folders = FoldersOfStudy(tmp_path / "study.yml")
    for table, passes in ((quality, True), (shifted, False)):
        facts = {"largest_mean_of_a_market": largest_mean_of_a_market(table)}
        assert demand_residuals_sum_to_nothing_within_markets(facts, folders).passed == passes


def test_value_without_quality_is_told():
    found = most_value_has_quality(coefficients_by_hand())
    assert (found.passed, found.facts["value_share_covered"]) == (False, approx(0.4))
