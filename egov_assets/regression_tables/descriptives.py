"""Table 1: each variable on its own observations."""

import math

import polars as pl

from egov_assets.paper.study import CONTROLS

VARIABLES = ("qua", "egscore", *CONTROLS)


def descriptive_statistics(panel: pl.DataFrame) -> pl.DataFrame:
    """One row per variable in the paper's order: n, mean, sd (n - 1), min, max over its non-missing firm-years.

    The statistics of a variable without observations are null, the sd also with one.
    Source  method.md section 7, table 1
    """
    rows = []
    for name in VARIABLES:
        values = panel[name].drop_nulls().to_list()
        n = len(values)
        # fsum is exact, so the last digit does not depend on the order of the rows.
        mean = math.fsum(values) / n if n else None
        sd = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / (n - 1)) if n > 1 else None
        rows.append((name, n, mean, sd, min(values, default=None), max(values, default=None)))
    schema = {"variable": pl.String, "n": pl.Int64} | dict.fromkeys(("mean", "sd", "min", "max"), pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")
