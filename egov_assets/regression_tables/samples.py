"""Subsamples of the firm panel that columns name: which firm-years stay.

A firm's years are looked at over the whole panel, before observations without controls are dropped: the printed
balanced panel has 57341 observations, divisible neither by 3 nor by 2 (N-02).
"""

from collections.abc import Callable

import polars as pl

from egov_assets.paper.study import CONTROLS

# Mining; petroleum processing and coking; smelting of ferrous and other metals; electricity, heat, gas and water
# (GB/T 4754-2002). The paper gives no list.
ENERGY_AND_RAW_MATERIALS = ("06", "07", "08", "09", "10", "11", "25", "32", "33", "44", "45", "46")


def _same_within_firm(name: str) -> pl.Expr:
    return pl.col(name).drop_nulls().n_unique().over("firm_id") <= 1


# name: (columns of the panel it needs, rows that stay)
SAMPLES: dict[str, tuple[tuple[str, ...], Callable[[], pl.Expr]]] = {
    "firms_staying_in_their_city": (("city_code",), lambda: _same_within_firm("city_code")),
    "firms_staying_in_their_industry": (("industry_2002_code",), lambda: _same_within_firm("industry_2002_code")),
    "without_energy_and_raw_materials": (
        ("industry_2002_code",),
        lambda: ~pl.col("industry_2002_code").str.slice(0, 2).is_in(ENERGY_AND_RAW_MATERIALS),
    ),
    "firms_seen_every_year": (
        ("year",),
        lambda: pl.col("year").n_unique().over("firm_id") == pl.col("year").n_unique(),
    ),
    # N-04: two years may be behind the printed n.
    "without_the_first_year": (("year",), lambda: pl.col("year") > pl.col("year").min()),
    "without_the_last_year": (("year",), lambda: pl.col("year") < pl.col("year").max()),
    "firm_years_with_controls": (CONTROLS, lambda: pl.all_horizontal(pl.col(CONTROLS).is_not_null())),
    "eastern_cities": (("eastern",), lambda: pl.col("eastern") == 1),
    "other_cities": (("eastern",), lambda: pl.col("eastern") == 0),
    "upstream_firm_years": (("gvc_firm",), lambda: pl.col("gvc_firm") == 1),
}
