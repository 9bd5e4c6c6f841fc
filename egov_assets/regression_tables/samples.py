"""Subsamples of the firm panel that columns name, and conditions of their own: which firm-years stay.

A firm's years are looked at over the whole panel, before observations without controls are dropped: the printed
balanced panel has 57341 observations, divisible neither by 3 nor by 2 (N-02).
"""

from collections.abc import Mapping

import polars as pl

from egov_assets.paper.study import CONTROLS
from egov_assets.regression_tables.where import Condition, condition


def _same_within_firm(name: str) -> Condition:
    return Condition((name,), pl.col(name).drop_nulls().n_unique().over("firm_id") <= 1)


SAMPLES: dict[str, Condition] = {
    # What is true of a firm's other years, or of the panel's, no condition on a firm-year can say.
    "firms_staying_in_their_city": _same_within_firm("city_code"),
    "firms_staying_in_their_industry": _same_within_firm("industry_2002_code"),
    "firms_seen_every_year": Condition(
        ("year",), pl.col("year").n_unique().over("firm_id") == pl.col("year").n_unique()
    ),
    # N-04: two years may be behind the printed n.
    "without_the_first_year": Condition(("year",), pl.col("year") > pl.col("year").min()),
    "without_the_last_year": Condition(("year",), pl.col("year") < pl.col("year").max()),
    # Mining; petroleum processing and coking; smelting of ferrous and other metals; electricity, heat, gas and water
    # (GB/T 4754-2002). The paper gives no list.
    "without_energy_and_raw_materials": condition(
        'industry not in ["06", "07", "08", "09", "10", "11", "25", "32", "33", "44", "45", "46"]'
    ),
    "firm_years_with_controls": condition(" and ".join(f"{name} is not null" for name in CONTROLS)),
    "eastern_cities": condition("eastern == 1"),
    "other_cities": condition("eastern == 0"),
    "upstream_firm_years": condition("gvc_firm == 1"),
}


def sample_of(sample: str | None, where: str | None, panel: Mapping[str, pl.DataType]) -> Condition | None:
    """The firm-years that a named sample and a condition leave; None if there is neither.

    panel   its columns and their types
    Raises  KeyError for an unknown sample; ConditionError for a condition that cannot be used
    """
    chosen = ([SAMPLES[sample]] if sample else []) + ([condition(where, panel)] if where else [])
    return chosen[0] & chosen[1] if len(chosen) == 2 else chosen[0] if chosen else None
