"""Randomisation inference: how often an assignment of scores by lot does as well as the one that happened.

A city takes over the scores of another of its province in all years, so that in each year the scores of a province are
reassigned among its cities and stay as persistent as they are. Lots drawn anew each year would turn differences between
cities into changes within firms, of which the true scores have few. Ours, since pyfixest's `ritest` knows no strata.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from egov_assets.paper.study import BOOTSTRAP_DRAWS, BOOTSTRAP_SEED
from egov_assets.regression_tables.clustered import members_of
from egov_assets.regression_tables.design import Design
from egov_assets.regression_tables.residuals import Residuals


def randomisation_p(design: Design) -> float | None:
    """p-value of |slope of the treatment|; None if the treatment differs within a city and year, or nothing can change.

    Cities are exchanged with those of their province that are observed in the same years.
    Source  Young (2019), randomisation-c: (1 + draws as large) / (1 + draws)
    """
    cells = design.frame.group_by("city", "province", "year").agg(pl.col("x0").first(), many=pl.col("x0").n_unique())
    if (cells["many"] > 1).any():
        return None
    cells = cells.sort("city", "year").with_row_index("at").with_columns(years=pl.col("year").implode().over("city"))
    scores = cells["x0"].to_numpy()
    blocks = [
        np.stack(cities["at"].to_list())  # (cities, years)
        for _, cities in cells.group_by("province", "city", "years", maintain_order=True)
        .agg("at")
        .group_by("province", "years", maintain_order=True)
    ]
    if all(len(block) < 2 for block in blocks):
        return None
    net = Residuals(design, range(1, len(design.terms)))
    at = design.frame.join(cells, on=["city", "year"], how="left", maintain_order="left")["at"].to_numpy()
    members, ones = members_of(at), np.ones(design.frame.height)
    information = net.across(members, ones, ones)
    covariance = members.T @ net(design.frame.select("y").to_numpy())[:, 0]
    drawn = np.vstack([scores, _reassigned(scores, blocks)])
    slopes = np.abs(drawn @ covariance / ((drawn @ information) * drawn).sum(axis=1))
    return float((1 + (slopes[1:] >= slopes[0] * (1 - 1e-10)).sum()) / len(slopes))


def _reassigned(scores: NDArray, blocks: list[NDArray]) -> NDArray:
    """(draws, cells) scores with the cities of each block in another order; blocks (cities, years) of positions."""
    draw = np.random.default_rng(BOOTSTRAP_SEED)
    drawn = np.tile(scores, (BOOTSTRAP_DRAWS, 1))
    for block in blocks:
        orders = draw.permuted(np.tile(np.arange(len(block)), (BOOTSTRAP_DRAWS, 1)), axis=1)
        drawn[:, block] = scores[block[orders]]
    return drawn
