"""The study of readings sees what the economy plants: unit values mislead, and more flows widen the bounds."""

import numpy as np
import polars as pl
from polars.testing import assert_frame_equal
from pytest import MonkeyPatch, approx, fixture, mark

from egov_assets.demo_economy.truth import read_truth
from egov_assets.product_quality.flows import BY_PRODUCT
from egov_assets.product_quality.settings import QualitySettings
from egov_assets.validation import quality_variants as readings
from egov_assets.validation.estimated_economy import parts_of_firms
from egov_assets.validation.quality_variants import (
    METHODS,
    coefficients_of_scale,
    compare_readings,
    recovered_quality,
    samples_of_firms,
    scale_of_qua,
)
from egov_assets_tests.product_quality.estimation import estimate
from egov_assets_tests.product_quality.small_trade import small_trade

pytestmark = mark.slow

ROUNDING = 1e-9
DEMEANING = 1e-5  # pyfixest demeans by iteration


@fixture(scope="module")
def truth():
    return read_truth().with_changes(scale=0.1, demand={"products": 30})


def test_quality_orders_flows_better_than_their_price_does(truth):
    found = {row["reading"]: row for row in compare_readings(truth).to_dicts()}
    assert set(found) == set(METHODS)
    assert found["iv"]["rank_of_residual"] > 0.5 > found["unit value"]["rank_of_residual"]
    assert found["iv"]["rank_of_firms"] > 0.3 > found["unit value"]["rank_of_firms"]
    assert found["unit value"]["sigma_hat_less_sigma"] is None


def test_flows_of_better_quality_are_found_better(truth):
    """Recovered on true log quality within market: the slope has the true sign, and true quality is centred."""
    ((_, quality),) = recovered_quality(truth, {"the defaults": QualitySettings()})
    assert abs(quality["ln_quality_true"].mean()) < 1e-9
    assert quality.select(pl.corr("ln_quality", "ln_quality_true")).item() > 0.3


@fixture(scope="module")
def samples(truth):
    with MonkeyPatch.context() as patch:
        patch.setattr(readings, "DIVISIONS", ((1, 0), (2, 0), (4, 0)))
        return samples_of_firms(truth)


def test_a_unit_of_log_quality_is_worth_less_qua_the_more_flows_a_product_has(samples):
    found = scale_of_qua(*samples).sort("flows")
    assert found["share_of_firms"].to_list() == [0.25, 0.5, 1]
    assert found["range"].is_sorted()
    for slope in ("qua_on_ln_quality", "qua_on_ln_quality_within", "qua_per_ln_quality"):
        assert found[slope][0] > found[slope][-1], slope


def test_the_parts_of_a_division_hold_every_flow_once():
    exports, _ = small_trade()
    parts = list(parts_of_firms(exports, 1, [(1, 0), (4, 0)]))
    assert [share for share, _ in parts] == [1, 0.25, 0.25, 0.25, 0.25]
    whole, *quarters = (part for _, part in parts)
    for divided in (whole, pl.concat(quarters)):
        assert_frame_equal(divided.drop("part").sort(BY_PRODUCT), exports)
    assert sum(part["company_id"].n_unique() for part in quarters) == exports["company_id"].n_unique()


def test_with_one_product_every_coefficient_on_qua_is_that_on_log_quality_over_the_range():
    trade = estimate(*small_trade(products=1))
    low, high = trade.coefficients.filter(pl.col("outcome") == "qua").select("min_ln_quality", "max_ln_quality").row(0)
    found = coefficients_of_scale(with_truth(trade.firms))
    worth = approx(1 / (high - low), rel=ROUNDING)
    assert (found["qua_on_ln_quality"], found["qua_on_ln_quality_within"]) == (worth, worth)
    assert found["qua_on_true"] / found["ln_quality_on_true"] == worth


def test_coefficients_are_those_of_dummies_for_firms_and_years():
    """Normal equations of a dummy for each firm and year, firms seen in one to three years."""
    firm_years = with_truth(estimate(*small_trade()).firms).sample(fraction=0.6, seed=1)
    effects = firm_years.select("company_id", "year").to_dummies(["company_id", "year"]).to_numpy().astype(float)
    constant = np.ones((len(firm_years), 1))

    def slope(outcome: str, regressor: str, others: np.ndarray) -> float:
        columns = np.column_stack([firm_years[regressor], others])
        return np.linalg.lstsq(columns, firm_years[outcome], rcond=None)[0][0]

    assert coefficients_of_scale(firm_years) == approx(
        {
            "qua_on_ln_quality": slope("qua", "ln_quality", constant),
            "qua_on_ln_quality_within": slope("qua", "ln_quality", effects),
            "qua_on_true": slope("qua", "ln_quality_true", effects),
            "ln_quality_on_true": slope("ln_quality", "ln_quality_true", effects),
        },
        rel=DEMEANING,
    )


def with_truth(firms: pl.DataFrame) -> pl.DataFrame:
    return firms.with_columns(ln_quality_true=np.random.default_rng(3).normal(size=firms.height))
