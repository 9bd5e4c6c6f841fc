"""Columns of a regression table with errors that few clusters can carry."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from egov_assets.library.frames import Columns, UnusableFrame, as_polars, taken

if TYPE_CHECKING:
    from egov_assets.regression_tables.clustered import Rule


def robust_table(
    models: Mapping[str, Mapping[str, Any]],
    panel: Any,
    *,
    firm: str = "firm_id",
    year: str = "year",
    city: str = "city_code",
    rule: "Rule" = "jackknife",
) -> pl.DataFrame:
    """Tidy rows of each model, one per term and way to its errors (docs/inference.md), as `estimate_table` gives.

    models   by name, with the keys of a column of study.yml (docs/tables.md): outcome, treatment, controls,
             fixed_effects, cluster, instrument, moderator
    panel    one row per firm and year; effects and clusters are firm, year, city, province (the city code's first two
             digits) and their combinations, such as province^year
    Missing  estimates of a model that cannot be computed, whose `reason` says why
    Raises   UnusableFrame; SpecificationError listing every problem of the models
    """
    # The estimators take more than a second, which quality and matching need not wait for.
    from egov_assets.regression_tables.estimate import estimate_table
    from egov_assets.regression_tables.specifications import table_of

    codes: Columns = {"firm_id": (firm, "code"), "year": (year, "year"), "city_code": (city, "code")}
    given = as_polars(panel, "panel")
    keyed = taken(given, "panel", codes, key=("firm_id", "year"))
    if taken_names := sorted({"firm_id", "year", "city_code"} & (set(given.columns) - {firm, year, city})):
        raise UnusableFrame(f"panel: {', '.join(taken_names)} stands for something else here. Rename these columns.")
    others = given.drop(firm, year, city)
    return estimate_table("models", table_of(models), pl.concat([keyed, others], how="horizontal"), rule)
