"""The long tail of products: few flows, thin markets, weak instruments and slips of the unit, as much as declared."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from egov_assets.demo_economy.economy import Economy, simulate
from egov_assets.demo_economy.long_tail import PRODUCT, declared_flows, demand_estimates
from egov_assets.demo_economy.oracle import oracle_quality, usable_flows, write_truth
from egov_assets.demo_economy.truth import read_truth


@pytest.fixture(scope="module")
def shipped() -> Economy:
    return simulate()


@pytest.fixture(scope="module")
def flows(shipped: Economy) -> pl.DataFrame:
    return declared_flows(shipped)


def test_the_long_tail_is_thousands_of_products_with_few_flows(shipped, flows):
    assert shipped.world.in_long_tail.sum() > 2_000
    of_estimable = flows.select(PRODUCT, "in_long_tail").unique()
    assert of_estimable["in_long_tail"].sum() == pytest.approx(80, abs=30)  # the others have too few flows
    assert 0.01 < flows["in_long_tail"].mean() < 0.05
    assert flows.filter("in_long_tail")["value_usd"].sum() < 0.05 * flows["value_usd"].sum()
    assert 0.005 < (flows["in_market"] == 1).mean() < 0.05


def test_instruments_are_weak_where_costs_do_not_pass_through_and_some_sigmas_are_below_one(flows):
    found = demand_estimates(flows)
    weak = found.filter(pl.col("cost_pass_through") < 1)
    assert weak["in_long_tail"].all()
    assert (weak["first_stage_f"] < 10).mean() > 0.7
    assert (weak["sigma_hat"] <= 1).mean() > 0.1
    others = found.filter(~pl.col("in_long_tail"))
    assert others["first_stage_f"].min() > 500
    assert others["sigma_hat"].min() > 1


def test_slips_have_the_declared_share_and_are_powers_of_ten(shipped):
    economy = simulate(read_truth().with_changes(scale=0.2, long_tail={"slip_share": 0.3, "slip_share_elsewhere": 0.1}))
    flows = pl.concat(economy.flows(2011))
    tail = economy.world.code[economy.world.in_long_tail]
    slipped = pl.col("unit_slip") != 1
    share = flows.group_by(pl.col(PRODUCT).is_in(tail.tolist()).alias("in_tail")).agg(slipped.mean()).sort("in_tail")
    assert share["unit_slip"].to_list() == pytest.approx([0.1, 0.3], abs=0.03)
    powers = np.log10(flows.filter(slipped)["unit_slip"].unique().sort().to_numpy())
    assert powers == pytest.approx([-3, -2, -1, 1, 2, 3])


def test_without_products_in_the_tail_there_is_none():
    economy = simulate(read_truth().with_changes(scale=0.05, long_tail={"products": 0}))
    assert not economy.world.in_long_tail.any()
    assert (pl.concat(economy.flows(2011))["unit_slip"] == 1).all()


@pytest.mark.slow
def test_the_sparse_variant_is_as_hard_as_a_public_extract():
    """Of its 58 products sigma was at most 1 in 0.52, below 0 in 0.34, F under 10 in 0.59; 0.40 of flows were alone."""
    flows = declared_flows(simulate(read_truth(Path("sparse"))))
    found = demand_estimates(flows)
    assert (flows["in_market"] == 1).mean() == pytest.approx(0.40, abs=0.05)
    assert (found["first_stage_f"] < 10).mean() == pytest.approx(0.59, abs=0.05)
    assert (found["sigma_hat"] < 0).mean() == pytest.approx(0.34, abs=0.05)
    assert (found["sigma_hat"] <= 1).mean() > 0.35


def test_the_truth_of_flows_names_the_tail_the_weak_prices_and_the_slips(tmp_path):
    economy = simulate(read_truth().with_changes(scale=0.05, long_tail={"slip_share": 0.2}))
    links = economy.firm_years.select("firm", "year", pl.col("firm").cast(pl.String).alias("company_id"))
    links = links.with_columns(survey_firm_id=pl.lit(None, dtype=pl.String))
    write_truth(economy, links, tmp_path)
    written = pl.read_parquet(tmp_path / "flow_truth" / "year=2011.parquet")
    known = pl.concat(usable_flows(economy, 2011))
    assert len(written) == len(known)
    assert written["unit_slip"].equals(known["unit_slip"])
    assert 0 < written.filter("in_long_tail").height < written.height
    assert written.filter(pl.col("cost_pass_through") < 1)["in_long_tail"].all()
    of_tail = written.filter("in_long_tail", pl.col("rquality_oracle").is_null())
    bounds = oracle_quality(economy).bounds[PRODUCT]
    assert not of_tail.is_empty()
    assert not of_tail[PRODUCT].is_in(bounds.implode()).any()
