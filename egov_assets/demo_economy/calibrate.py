"""`python -m egov_assets.demo_economy.calibrate [truth.yml ...]`: the moments of an economy beside the printed ones.
`python -m egov_assets.demo_economy.calibrate --seeds 10`: what Tables 2, 3, 6 and 7 to 10 show in other draws.

The parameters of `truth.yml` were found by hand with this command; run it again after a change of the model. It reads
and prints only: no outcome is ever moved to fit.
"""

import argparse
from pathlib import Path

import polars as pl

from egov_assets.demo_economy.economy import simulate
from egov_assets.demo_economy.oracle import baseline_sample, oracle_estimates, oracle_panel, oracle_quality
from egov_assets.demo_economy.oracle_columns import INSTRUMENTS, first_stages, oracle_columns
from egov_assets.demo_economy.planted import TABLE_01, planted_estimates, seen_again
from egov_assets.demo_economy.truth import Truth, read_truth

FOUND_AT = 2.5  # |z|
MODERATED = ("table_07", "table_08", "table_09", "table_10")
PRINTED_FIELDS = ("1", "2", "3", "4", "5", "6", "7")  # columns of Table 3: housing and disclosure are not printed


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


def of_seed(truth: Truth) -> dict[str, float]:
    """What is planted and found in one draw: Table 2 (2) and (3), the sum of Table 3's printed fields, the F of each
    instrument, and how many of the interactions are found."""
    economy = simulate(truth)
    panel = oracle_panel(economy, oracle_quality(economy))
    planted = planted_estimates(truth, economy.places, economy.moderators, panel)
    columns = oracle_columns(economy, panel)
    row: dict[str, float] = {"seed": truth.seed}
    for name, table in (("planted", planted), ("found", oracle_estimates(panel).filter(variant="oracle"))):
        value = "planted" if name == "planted" else "estimate"
        for number in ("2", "3"):
            row[f"2 ({number}) {name}"] = table.filter(table="table_02", column=number, term="egscore")[value].item()
    fields = columns.filter(pl.col("table") == "table_03", pl.col("column").is_in(PRINTED_FIELDS))
    row["3 sum"] = float(fields["estimate"].to_numpy().sum())
    stages = dict(first_stages(economy, panel).select("instrument", "f_statistic").iter_rows())
    row |= {f"F {name}": stages[name] for name in INSTRUMENTS}
    return row | {"interactions found": found_interactions(columns).height}


def found_interactions(columns: pl.DataFrame) -> pl.DataFrame:
    """The rows of `oracle_columns` of Tables 7 to 10 that are found: |z| at least FOUND_AT, with the planted sign."""
    moderated = columns.filter(pl.col("term").str.contains(":"), pl.col("table").is_in(MODERATED))
    has_sign = pl.col("estimate").sign() == pl.col("planted").sign()
    return moderated.filter(has_sign & ((pl.col("estimate") / pl.col("std_error")).abs() >= FOUND_AT))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth", nargs="*", type=Path)
    parser.add_argument("--seeds", type=int, default=0, help="the shipped truth with seeds 1 to this one instead")
    options = parser.parse_args()
    with pl.Config(tbl_rows=60, tbl_cols=12, tbl_width_chars=160, float_precision=4, tbl_hide_dataframe_shape=True):
        if options.seeds:
            shipped = read_truth()
            seeds = [shipped.seed, *range(1, options.seeds + 1)]
            print(pl.DataFrame([of_seed(shipped.with_changes(seed=seed)) for seed in seeds]))
            return
        for path in options.truth or [None]:
            print(report(read_truth(path)))


if __name__ == "__main__":
    main()
