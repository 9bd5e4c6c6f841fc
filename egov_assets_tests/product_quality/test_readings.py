"""The study of readings sees what the economy plants: unit values mislead, and more flows widen the bounds."""

import polars as pl
from pytest import fixture

from egov_assets.demo_economy.truth import read_truth
from egov_assets.product_quality.readings import (
    METHODS,
    compare_readings,
    ranges_of_quality,
    recovered_quality,
    scale_of_qua,
)


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
    quality = recovered_quality(truth)
    assert abs(quality["ln_quality_true"].mean()) < 1e-9
    assert quality.select(pl.corr("ln_quality", "ln_quality_true")).item() > 0.3


def test_the_range_of_log_quality_grows_with_the_flows_of_a_product(truth):
    found = scale_of_qua(ranges_of_quality(truth)).sort("flows")
    assert found["products"].n_unique() == 1
    assert found["range"].is_sorted() and found["one_over_range"].is_sorted(descending=True)
