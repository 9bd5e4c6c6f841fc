"""Interactions, differences and subsamples mean what their names say."""

import numpy as np
import polars as pl
from pytest import approx, fixture

from egov_assets.regression_tables.design import design_of
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.specifications import Column, Table
from egov_assets_tests.regression_tables.small_panel import small_panel

EXACT = 1e-10


@fixture(scope="module")
def tiny():
    """Firm a in all years, b in 2010 and 2012, c in 2011 and 2012 with a move from Beijing to Chengdu."""
    return pl.DataFrame(
        {
            "firm_id": ["a", "a", "a", "b", "b", "c", "c"],
            "year": [2010, 2011, 2012, 2010, 2012, 2011, 2012],
            "city_code": ["110000"] * 3 + ["510100"] * 2 + ["110000", "510100"],
            "industry_2002_code": ["1712", "1712", "1712", "3210", "3210", "1712", "1751"],
            "qua": [0.1, 0.3, 0.6, 0.2, 0.9, 0.5, 0.4],
            "egscore": [0.2, 0.4, 0.5, 0.3, 0.6, 0.4, 0.7],
            "state": [1, 1, 0, 0, 1, 0, 1],
            "eastern": [1, 1, 1, 0, None, 1, 0],
            "gvc_firm": [1, 0, 0, 0, 1, None, 0],
        }
    )


def kept(panel: pl.DataFrame, sample: str) -> list[tuple]:
    design = design_of(Column(outcome="qua", treatment="egscore", sample=sample), panel)
    return design.frame.select("firm_id", "year").rows()


def test_a_change_needs_the_year_before(tiny):
    design = design_of(Column(outcome="D.qua", treatment="D.egscore"), tiny)
    assert design.frame.select("firm_id", "year").rows() == [("a", 2011), ("a", 2012), ("c", 2012)]
    assert design.frame["y"].to_list() == approx([0.2, 0.3, -0.1])
    assert design.frame["x0"].to_list() == approx([0.2, 0.1, 0.3])


def test_an_interaction_is_the_product_and_the_main_effect_is_included(tiny):
    design = design_of(Column(outcome="qua", treatment="egscore", moderator="state"), tiny)
    assert design.terms == ("egscore", "state", "egscore:state")
    product = design.frame["x0"] * design.frame["x1"]
    assert design.frame["x2"].to_list() == approx(product.to_list())


def test_each_subsample_keeps_the_firms_it_names(tiny):
    assert {firm for firm, _ in kept(tiny, "firms_staying_in_their_city")} == {"a", "b"}
    assert {firm for firm, _ in kept(tiny, "firms_staying_in_their_industry")} == {"a", "b"}
    assert {firm for firm, _ in kept(tiny, "without_energy_and_raw_materials")} == {"a", "c"}
    assert {firm for firm, _ in kept(tiny, "firms_seen_every_year")} == {"a"}
    assert kept(tiny, "eastern_cities") == [("a", 2010), ("a", 2011), ("a", 2012), ("c", 2011)]
    assert kept(tiny, "other_cities") == [("b", 2010), ("c", 2012)]
    assert kept(tiny, "upstream_firm_years") == [("a", 2010), ("b", 2012)]


def test_balance_is_judged_before_observations_are_dropped(tiny):
    """N-02: the printed balanced panel is not divisible by the number of years."""
    gap = tiny.with_columns(qua=pl.when(pl.col("year") > 2010).then("qua"))
    assert kept(gap, "firms_seen_every_year") == [("a", 2011), ("a", 2012)]


def test_interacted_slopes_equal_those_of_each_group():
    """For groups that firms never leave, with firm effects only, main plus product is the group's own slope."""
    panel = small_panel().with_columns(
        state=(pl.col("firm_id").cast(pl.Int64) % 2).cast(pl.Float64),
    )
    columns = {"1": Column(outcome="qua", treatment="egscore", moderator="state", fixed_effects=("firm",))}
    rows = estimate_table("table_99", Table(title="Groups", columns=columns), panel).filter(variant="cluster_city")
    b = dict(rows.select("term", "estimate").iter_rows())
    for group, slope in ((0.0, b["egscore"]), (1.0, b["egscore"] + b["egscore:state"])):
        own = panel.filter(pl.col("state") == group).with_columns(
            pl.col("qua", "egscore") - pl.col("qua", "egscore").mean().over("firm_id")
        )
        assert slope == approx(np.dot(own["egscore"], own["qua"]) / np.dot(own["egscore"], own["egscore"]), rel=EXACT)
    assert b["state"] is None
