"""`python -m egov_assets.demo_economy.calibrate [truth.yml ...]`: the moments of an economy beside the printed ones.

The parameters of `truth.yml` were found by hand with this command; run it again after a change of the model. It reads
and prints only: no outcome is ever moved to fit.
"""

import sys
from pathlib import Path

import polars as pl

from egov_assets.demo_economy.economy import simulate
from egov_assets.demo_economy.oracle import baseline_sample, oracle_estimates, oracle_panel, oracle_quality
from egov_assets.demo_economy.planted import TABLE_01, planted_estimates, seen_again
from egov_assets.demo_economy.truth import Truth, read_truth


def moments(panel: pl.DataFrame) -> pl.DataFrame:
    """variable, n, mean, sd, min, max and the printed mean and sd of Table 1, each on its own non-missing rows."""
    rows = []
    for name, (mean, sd) in TABLE_01.items():
        values = panel[name].drop_nulls()
        rows.append((name, len(values), values.mean(), mean, values.std(), sd, values.min(), values.max()))
    names = ["variable", "n", "mean", "printed_mean", "sd", "printed_sd", "min", "max"]
    return pl.DataFrame(rows, schema=names, orient="row")


def report(truth: Truth) -> str:
    """Table 1, planted and estimated coefficients of the oracle, and the size of the sample, as text."""
    economy = simulate(truth)
    oracle = oracle_quality(economy)
    panel = oracle_panel(economy, oracle)
    planted = planted_estimates(truth, economy.places, economy.moderators, panel)
    estimates = oracle_estimates(panel).with_columns(
        table=pl.when(pl.col("variant") == "oracle").then("table").otherwise(pl.col("table") + " ln_quality")
    )
    compared = estimates.join(planted, on=["table", "column", "term"], how="left").select(
        "table", "column", "term", "estimate", "std_error", "planted", "n", "n_clusters", "r2_within"
    )
    baseline = baseline_sample(panel)
    mean_range = oracle.bounds.select((pl.col("high") - pl.col("low")).mean()).item()
    lines = [
        f"seed {truth.seed}, scale {truth.scale}: {len(oracle.bounds)} products, mean range {mean_range:.3f}; "
        f"matched {len(panel)}, baseline {len(baseline)}, of them seen twice {len(seen_again(baseline))}",
        f"mean value-weighted 1/range in the baseline: {baseline.select(pl.mean('per_range')).item():.4f}",
        str(moments(panel)),
        str(compared),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    with pl.Config(tbl_rows=60, tbl_cols=12, tbl_width_chars=160, float_precision=4, tbl_hide_dataframe_shape=True):
        paths: list[Path | None] = [Path(argument) for argument in sys.argv[1:]]
        for path in paths or [None]:
            print(report(read_truth(path)))
