"""Statistics of figures that nature made and of figures that somebody made up."""

from math import log10

import numpy as np
import polars as pl
import pytest

from egov_assets.clean.assets import digits_follow_benford, figures_are_not_rounded, firms_do_not_repeat_figures
from egov_assets.clean.plausibility import benford, digit_deviation, plausibility, share_ending_in_00

FIRMS = 4_000


def survey(seed: int = 7) -> pl.DataFrame:
    """Two years of figures spread evenly over five powers of ten, as Benford's law has it."""
    draws = np.random.default_rng(seed)

    def figures() -> np.ndarray:
        return np.floor(10 ** draws.uniform(3, 8, FIRMS))

    years = []
    for year in (2010, 2011):
        columns = {name: figures() for name in ("revenue_thousand_cny", "wages_thousand_cny")}
        columns |= {name: figures() for name in ("export_delivery_thousand_cny", "total_assets_thousand_cny")}
        years.append(pl.DataFrame({"survey_firm_id": [f"F{n}" for n in range(FIRMS)], "year": year} | columns))
    return pl.concat(years).with_columns(pl.col("year").cast(pl.Int32))


def test_benfords_law_by_hand():
    assert benford(1)[1] == pytest.approx(log10(2))
    assert sum(benford(1).values()) == pytest.approx(1) and sum(benford(2).values()) == pytest.approx(1)
    assert benford(2)[0] == pytest.approx(0.11968, abs=5e-6)  # Newcomb (1881)


def test_deviation_of_digits_by_hand():
    """All nine first digits equally often: the mean of |1/9 - log10(1 + 1/d)|."""
    values = pl.Series([float(f"{digit}5") for digit in range(1, 10)])
    by_hand = sum(abs(1 / 9 - log10(1 + 1 / digit)) for digit in range(1, 10)) / 9
    assert digit_deviation(values, 1) == pytest.approx(by_hand)
    # every second digit is 5, whose share under the law is 0.0967
    assert digit_deviation(values, 2) == pytest.approx(2 * (1 - benford(2)[5]) / 10)
    assert digit_deviation(pl.Series([], dtype=pl.Float64), 1) is None


def test_rounding_by_hand():
    assert share_ending_in_00(pl.Series([1200.0, 1210.0, 5000.0, 1.0])) == 0.5


def test_figures_that_nature_made_are_not_suspect():
    found = plausibility(survey())
    assert found.height == 2 * 3 * 4 + 4  # three tests a year and figure, repeats in the second year
    assert not found["is_suspect"].any()
    for check in (digits_follow_benford, firms_do_not_repeat_figures, figures_are_not_rounded):
        assert check(found).passed


@pytest.mark.parametrize(
    ("made_up", "test", "check"),
    [
        (pl.col("total_assets_thousand_cny") / 1000 + 50_000, "first digits", digits_follow_benford),
        ((pl.col("total_assets_thousand_cny") / 100).round() * 100, "ends in 00", figures_are_not_rounded),
        (
            pl.col("total_assets_thousand_cny").first().over("survey_firm_id"),
            "same as the year before",
            firms_do_not_repeat_figures,
        ),
    ],
)
def test_figures_that_somebody_made_up_are_suspect_and_only_for_that(made_up: pl.Expr, test: str, check):
    found = plausibility(survey().with_columns(made_up.alias("total_assets_thousand_cny")))
    suspect = found.filter("is_suspect")
    assert set(suspect["figure"]) == {"total_assets_thousand_cny"}
    assert test in suspect["test"]
    assert not check(found).passed
    assert "total_assets_thousand_cny" in check(found).words


def test_too_few_firms_are_not_judged():
    assert plausibility(survey().head(900)).is_empty()
