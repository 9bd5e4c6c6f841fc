"""Section `quality` changes one reading at a time, is checked whole, and its absence means the paper's readings."""

import polars as pl
from hypothesis import given, strategies
from hypothesis import settings as hypothesis_settings
from polars.testing import assert_frame_equal
from pytest import approx, fixture, mark, raises

from egov_assets.platform.settings_file import SettingsError
from egov_assets.product_quality.settings import LITERAL, Method, QualitySettings, SparseData, read_quality_settings
from egov_assets_tests.product_quality.estimation import estimate
from egov_assets_tests.product_quality.small_trade import small_trade
from egov_assets_tests.study_file import write_section

pytestmark = mark.slow

TREATMENTS = strategies.sampled_from(["keep", "drop", "fall_back"])


@fixture(scope="module")
def trade():
    return small_trade(products=2)


@fixture(scope="module")
def baseline(trade):
    return estimate(*trade)


def test_without_a_file_the_readings_are_those_of_the_method_statement(tmp_path):
    assert read_quality_settings(tmp_path / "study.yml") == QualitySettings()


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path):
    found = read_quality_settings(write_section(tmp_path, "quality", "qua: {sigma: 5}\nbounds: market"))
    assert found == QualitySettings(qua=Method(sigma=5), bounds="market")


def test_every_problem_of_a_file_is_listed(tmp_path):
    study_file = write_section(
        tmp_path,
        "quality",
        "qua: {sigma: 1}\nqua_sub: {price_coeficient: ols}\ntails: cut\nqua_sub_imposed: {sigma_table: protee_hs6, "
        "price_coefficient: ols}\n",
    )
    with raises(SettingsError) as problems:
        read_quality_settings(study_file)
    for part in ("4 problem", "qua.sigma", "'price_coefficient'", "tails", "sigma_table is imposed"):
        assert part in str(problems.value)


def test_a_table_of_sigmas_divides_by_its_own():
    with raises(ValueError, match="set divisor to own"):
        Method(price_coefficient="imposed", sigma_table="protee_hs6")


def test_an_own_divisor_needs_a_rule_for_estimates_at_most_one():
    with raises(ValueError, match="divisor `own` of qua turns quality round"):
        QualitySettings(qua=Method(divisor="own"), sparse_data=LITERAL)


def test_one_word_is_the_literal_reading_and_keys_change_one_rule(tmp_path):
    literal = read_quality_settings(write_section(tmp_path, "quality", "sparse_data: literal"))
    assert literal == QualitySettings(sparse_data=LITERAL)
    one_rule = read_quality_settings(write_section(tmp_path, "quality", "sparse_data: {min_market_flows: 5}"))
    assert one_rule.sparse_data == SparseData(min_market_flows=5)
    with raises(SettingsError, match="sparse_data"):
        read_quality_settings(write_section(tmp_path, "quality", "sparse_data: litteral"))


def test_the_own_sigma_as_divisor_gives_the_same_qua(trade, baseline):
    """method.md section 5: readings 1 and 3 agree after standardisation where sigma exceeds 1."""
    own = estimate(*trade, settings=QualitySettings(qua=Method(divisor="own")))
    assert own.firms["qua"].to_list() == approx(baseline.firms["qua"].to_list(), abs=1e-12)
    assert own.firms["ln_quality"].to_list() != approx(baseline.firms["ln_quality"].to_list(), abs=1e-3)


def test_an_imposed_sigma_does_move_qua(trade):
    two, five = (
        estimate(*trade, settings=QualitySettings(qua=Method(price_coefficient="imposed", sigma=sigma))).firms["qua"]
        for sigma in (2, 5)
    )
    assert (two - five).abs().max() > 0.01


def test_ols_as_the_baseline_equals_qua_sub(trade, baseline):
    ols = Method(price_coefficient="ols", province_gdp=False)
    assert (
        estimate(*trade, settings=QualitySettings(qua=ols)).firms["qua"].equals(baseline.firms["qua_sub"].rename("qua"))
    )


def test_single_destination_flows_get_a_quality_from_unchanged_coefficients(trade, baseline):
    kept = estimate(*trade, settings=QualitySettings(single_destination="residual"))
    exports, _ = trade
    assert kept.flows.height == exports.height > baseline.flows.height
    estimates = ["sigma_hat", "sigma_std_error", "sigma_std_error_by_firm", "first_stage_f", "flows", "firms"]
    assert_frame_equal(kept.coefficients.select(estimates), baseline.coefficients.select(estimates), check_exact=True)
    within = pl.col("ln_quality").mean().over("hs6_2007_code", "destination_iso3", "year")
    assert kept.flows.select(within.abs().max()).item() < 1e-12


def test_bounds_by_market_reach_0_and_1_in_every_market_of_two_qualities(trade):
    flows = estimate(*trade, settings=QualitySettings(bounds="market")).flows
    found = flows.group_by("hs6_2007_code", "destination_iso3", "year").agg(
        pl.len(), low=pl.col("rquality").min(), high=pl.col("rquality").max()
    )
    assert found["len"].min() >= 2
    assert set(found["low"]) == {0} and set(found["high"]) == {1}


@mark.parametrize("within", ["product", "product_year"])
def test_tails_are_trimmed_or_drawn_to_the_quantile(trade, baseline, within):
    trimmed, drawn = (
        estimate(*trade, settings=QualitySettings(tails=tails, tails_within=within, tail_share=0.05))
        for tails in ("trim", "winsorise")
    )
    groups = ["hs6_2007_code"] if within == "product" else ["hs6_2007_code", "year"]
    value = pl.col("ln_quality")
    outside = (value < value.quantile(0.05, "nearest").over(groups)) | (
        value > value.quantile(0.95, "nearest").over(groups)
    )
    inside = baseline.flows.filter(~outside)
    assert trimmed.flows["ln_quality"].to_list() == inside["ln_quality"].to_list()
    assert trimmed.total_weights == approx([1] * trimmed.firms.height, abs=1e-12)
    to_quantile = baseline.flows.select(
        value.clip(*(value.quantile(q, "nearest").over(groups) for q in (0.05, 0.95)))
    ).to_series()
    assert drawn.flows["ln_quality"].to_list() == to_quantile.to_list()
    assert drawn.flows["rquality"].is_between(0, 1).all()
    assert (drawn.flows["rquality"] == 0).sum() > 2


@mark.parametrize("within", ["product", "product_year"])
@mark.parametrize("tails", ["trim", "winsorise"])
def test_tails_are_cut_first_and_the_bounds_of_markets_taken_from_what_is_left(trade, baseline, tails, within):
    settings = QualitySettings(tails=tails, tails_within=within, tail_share=0.1, bounds="market")
    found = estimate(*trade, settings=settings).flows
    groups = ["hs6_2007_code"] if within == "product" else ["hs6_2007_code", "year"]
    value, market = pl.col("ln_quality"), ["hs6_2007_code", "destination_iso3", "year"]
    low, high = (value.quantile(q, "nearest").over(groups) for q in (0.1, 0.9))
    cut = (
        baseline.flows.filter(value.is_between(low, high))
        if tails == "trim"
        else baseline.flows.with_columns(value.clip(low, high))
    )
    least, most = value.min().over(market), value.max().over(market)
    expected = cut.select(place=(value - least) / (most - least)).filter(pl.col("place").is_not_nan()).to_series()
    assert found["rquality"].to_list() == approx(expected.to_list(), abs=1e-12)


@given(
    strategies.fixed_dictionaries(
        {
            "price_elsewhere": strategies.sampled_from(["mean_of_logs", "log_of_mean", "value_weighted"]),
            "single_destination": strategies.sampled_from(["drop", "residual"]),
            "bounds": strategies.sampled_from(["product", "market"]),
            "tails": strategies.sampled_from(["keep", "trim", "winsorise"]),
            "tails_within": strategies.sampled_from(["product", "product_year"]),
            "tail_share": strategies.sampled_from([0.01, 0.1, 0.3]),
            "qua": strategies.builds(
                Method,
                price_coefficient=strategies.sampled_from(["iv", "ols", "imposed", "unit_value"]),
                province_gdp=strategies.booleans(),
                divisor=strategies.sampled_from(["constant", "own"]),
            ),
            "sparse_data": strategies.builds(
                SparseData,
                sigma_at_most_one=strategies.sampled_from(["drop", "fall_back"]),
                weak_first_stage=TREATMENTS,
                insignificant_sigma=TREATMENTS,
                min_first_stage_f=strategies.sampled_from([10.0, 1e4]),
                pooling=strategies.booleans(),
                thin_markets=strategies.sampled_from(["drop", "keep", "pool_years"]),
                min_market_flows=strategies.sampled_from([2, 4]),
                unit_value_mads=strategies.sampled_from([None, 2.0]),
            ),
        }
    )
)
@hypothesis_settings(max_examples=25, deadline=None, derandomize=True)
def test_every_combination_of_readings_keeps_the_laws(trade, choices):
    """Weights add to one, all outcomes lie in [0, 1], nothing but declared columns is null, no flow appears twice."""
    result = estimate(*trade, settings=QualitySettings(**choices))
    assert result.total_weights == approx([1] * result.firms.height, abs=1e-12)
    for outcome in ("qua", "qua_sub", "qua_sub_imposed", "qua_price_standardised"):
        assert result.firms[outcome].drop_nulls().is_between(0, 1).all()
    assert result.firms["qua"].null_count() == 0
    key = ["company_id", "hs6_2007_code", "destination_iso3", "year"]
    assert not result.flows.select(key).is_duplicated().any()
