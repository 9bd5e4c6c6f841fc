"""Partial pooling against paper and pencil, and against a hierarchy that was drawn."""

import numpy as np
import polars as pl
from pytest import approx

from egov_assets.product_quality.pooling import between_variance, pooled_sigmas

NOTHING = np.inf


def pooled(products: list[str], sigma_hat: list[float], variance: list[float]) -> list[float]:
    return pooled_sigmas(pl.Series(products), np.array(sigma_hat), np.array(variance)).tolist()


def test_two_estimates_as_far_apart_as_error_and_spread_together_go_halfway():
    """2 and 4, each with variance 1: squared distances add to 2 = 1 + tau2, so tau2 = 1 and half of each stays."""
    assert pooled(["640310", "640320"], [2, 4], [1, 1]) == approx([2.5, 3.5])


def test_estimates_closer_than_their_errors_become_their_mean():
    assert pooled(["640310", "640320"], [2.9, 3.1], [1, 1]) == approx([3, 3])


def test_groups_are_drawn_to_their_chapter_before_products_are_to_their_group():
    """Groups of mean 3 and 7: within, 4 = 2 (1 + tau2), tau2 = 1. Means have variance 1; 8 = 1 + T, T = 7: they
    become 3.25 and 6.75, and products go halfway to these. One that tells nothing is its group's mean."""
    products = ["640310", "640320", "640330", "640410", "640420"]
    found = pooled(products, [2, 4, -50, 6, 8], [1, 1, NOTHING, 1, 1])
    assert found == approx([2.625, 3.625, 3.25, 6.375, 7.375])


def test_a_group_that_tells_nothing_has_the_mean_of_its_chapter_and_a_chapter_that_of_all():
    found = pooled(["640310", "640320", "640410", "850110"], [2, 4, 9, 9], [1, 1, NOTHING, NOTHING])
    assert found == approx([2.5, 3.5, 3, 3])


def test_where_no_product_tells_anything_nothing_is_pooled():
    assert np.isnan(pooled(["640310", "640320"], [2, 4], [NOTHING, NOTHING])).all()


def test_precise_estimates_stay_where_they_are():
    assert pooled(["640310", "640320"], [2, 4], [1e-9, 1e-9]) == approx([2, 4], abs=1e-8)


def test_a_drawn_hierarchy_is_recovered_better_than_by_the_estimates():
    """40 groups of ten products: spread 0.5 within, 0.8 between groups, errors of 0.1 to 2."""
    draw = np.random.default_rng(1)
    group = np.repeat(np.arange(40), 10)
    true = 3 + draw.normal(0, 0.8, 40)[group] + draw.normal(0, 0.5, 400)
    error = draw.uniform(0.1, 2, 400)
    found = true + error * draw.normal(size=400)
    assert between_variance(found, error**2, group) == approx(0.25, rel=0.3)
    codes = pl.Series([f"{number // 10 + 1000}{number % 10:02d}" for number in range(400)])
    rooted = {
        "estimates": np.sqrt(np.mean((found - true) ** 2)),
        "pooled": np.sqrt(np.mean((pooled_sigmas(codes, found, error**2) - true) ** 2)),
        "mean of group": np.sqrt(np.mean((np.bincount(group, found)[group] / 10 - true) ** 2)),
    }
    assert rooted["pooled"] < 0.8 * rooted["mean of group"] < rooted["estimates"]
