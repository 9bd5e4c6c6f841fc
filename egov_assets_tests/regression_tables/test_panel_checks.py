"""The check of the firm panel passes on lasting quality and fails where a year's firms are mixed up."""

import numpy as np
import polars as pl
from pytest import approx

from egov_assets.regression_tables.panel_checks import firms_keep_their_place_in_quality


def panel(firms: int = 80) -> pl.DataFrame:
    """Lasting quality with a little noise; firm i has i / firms."""
    draw = np.random.default_rng(5)
    rows = [
        (f"{firm:03d}", year, firm / firms + 0.01 * draw.normal())
        for year in (2010, 2011, 2012)
        for firm in range(firms)
    ]
    return pl.DataFrame(rows, schema=["firm_id", "year", "qua"], orient="row")


def test_lasting_quality_passes_and_the_numbers_are_kept_for_a_plot():
    found = firms_keep_their_place_in_quality(panel())
    assert found.passed
    assert set(found.facts) == {"rank 2010 to 2011", "rank 2011 to 2012"}
    assert min(found.facts.values()) > 0.95


def test_a_year_whose_firms_are_mixed_up_fails_and_is_named():
    """In 2012 firm i has the quality of firm 79 - i: the rank correlation with 2011 is -1 but for noise."""
    mixed = panel().with_columns(qua=pl.when(pl.col("year") == 2012).then(1 - pl.col("qua")).otherwise("qua"))
    found = firms_keep_their_place_in_quality(mixed)
    assert not found.passed
    assert found.words.endswith("Look for what changed: 2011 to 2012")
    assert found.facts["rank 2011 to 2012"] == approx(-1, abs=0.01)


def test_a_handful_of_firms_is_not_asked():
    assert "no two neighbouring years" in firms_keep_their_place_in_quality(panel(firms=20)).words
