"""Do the intervals hold what they promise? Table 2, column (3), over many economies with a known answer.

    nice python -m egov_assets.validation.interval_coverage --folder coverage --scales 0.3 1 --effects default nothing

draws economies one after the other and estimates the column in each, through one of two pipelines: `whole` writes the
raw files and makes of them what Table 2 needs (cleaning, match, quality and panel, by the assets of the study, without
what column (3) does not read); `quality` takes the makers' usable flows and true links and estimates quality only, at a
twentieth of the cost. An economy has the same seed in both, so that what files and match add is measured in pairs.
Each economy appends its rows to `economies.csv` in the folder; started again, the command goes on where it stopped. At
the end, and with `--table` alone, it prints by cell and inference what the intervals did, with the Monte-Carlo error of
each number, and what differs between the pipelines.
"""

import argparse
import itertools
import logging
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import yaml

from egov_assets.demo_economy.economy import simulate
from egov_assets.demo_economy.oracle import oracle_panel, oracle_quality
from egov_assets.demo_economy.planted import planted_estimates
from egov_assets.demo_economy.truth import VARIANTS, Truth, read_truth
from egov_assets.paper.study import CONFIDENCE_LEVEL
from egov_assets.platform.folders import Folders
from egov_assets.platform.written_files import unfinished_file
from egov_assets.product_quality.firm_quality import firm_year_quality
from egov_assets.product_quality.settings import QualitySettings
from egov_assets.validation.estimated_economy import company_id, estimated, flows_and_provinces

# What is planted, over the shipped truth. Reverse causality is bias, not noise: without an effect there is none either.
EFFECTS: Mapping[str, Mapping[str, Any]] = {
    "nothing": {"effect": {"on_ln_quality": 0.0, "reverse_causality": 0.0}},
    "default": {},
    "negative": {"effect": {"on_ln_quality": -0.225}},
}
# How many flows products have: as shipped, and with the long tail of `egov demo --truth sparse`.
DENSITIES: Mapping[str, Mapping[str, Any]] = {
    "default": {},
    "sparse": yaml.safe_load(VARIANTS["sparse"].read_text("utf-8")),
}
NOT_READ = ("work_reports", "tariffs", "policies", "innovation", "terrain")  # by column (3)
HELD_BACK = ("expectations", "drift")  # checks that judge a user's files, and are half of the time
TREATMENT = "egscore"
CELL = ("pipeline", "scale", "effect", "density")
PIPELINES = ("whole", "quality")
INFERENCES = ("sandwich", "jackknife", "wild")
SCHEMA = {
    "pipeline": pl.String,
    "scale": pl.Float64,
    "effect": pl.String,
    "density": pl.String,
    "seed": pl.Int64,
    "inference": pl.String,
    **dict.fromkeys(("planted", "estimate", "low", "high", "p_value"), pl.Float64),
    **dict.fromkeys(("n", "n_clusters"), pl.Int64),
    **dict.fromkeys(("effective_clusters", "processor_seconds"), pl.Float64),
    "problem": pl.String,
}


def truth_of(scale: float, effect: str, density: str, seed: int) -> Truth:
    """The truth of one economy of a cell."""
    changed = read_truth().with_changes(scale=scale, seed=seed)
    return changed.with_changes(**EFFECTS[effect]).with_changes(**DENSITIES[density])


def through_quality(truth: Truth) -> Iterator[dict[str, Any]]:
    """Rows of one economy as `through_files` gives them, with estimated quality of true flows and true links."""
    economy = simulate(truth)
    panel = oracle_panel(economy, oracle_quality(economy))
    planted = planted_estimates(truth, economy.places, economy.moderators, panel)
    flows, provinces = flows_and_provinces(economy)
    _, quality = estimated(flows, provinces, QualitySettings())
    firms = firm_year_quality(quality.lazy()).select("company_id", "year", "qua")
    known = panel.drop("qua").with_columns(company_id()).join(firms, on=["company_id", "year"]).sort("firm", "year")
    yield from _beside_planted(planted, known.rename({"firm": "firm_id"}))


def through_files(truth: Truth, folders: Folders) -> Iterator[dict[str, Any]]:
    """Rows of one economy, one for each inference; one row with the problem where a table or the column is refused.

    folders  those that the environment names when the definitions are loaded; what they held is gone afterwards
    """
    from egov_assets.demo_economy.write import write_demo_economy

    for folder in (folders.raw, folders.truth, folders.outputs):
        shutil.rmtree(folder, ignore_errors=True)
    write_demo_economy(truth, folders.raw, folders.truth)
    for source in NOT_READ:
        shutil.rmtree(folders.raw / source)
    if problem := _make_panel():
        yield {"problem": problem}
        return
    planted = pl.read_csv(folders.truth / "planted.csv")
    yield from _beside_planted(planted, pl.read_parquet(folders.lake / "firm_panel" / "*.parquet"))


def _beside_planted(planted: pl.DataFrame, panel: pl.DataFrame) -> Iterator[dict[str, Any]]:
    value = planted.filter(table="table_02", column="3", term=TREATMENT)["planted"].item()
    for row in baseline_by_inference(panel):
        yield row | {"planted": value}


def baseline_by_inference(panel: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Table 2 (3) of a panel under each of INFERENCES, clusters by city; a problem where it cannot be estimated."""
    from egov_assets.regression_tables.estimate import estimate_table
    from egov_assets.regression_tables.specifications import read_specifications

    table = read_specifications()["table_02"]
    baseline = table.columns["3"].model_copy(update={"readings": {}})
    rows = estimate_table("table_02", table.model_copy(update={"columns": {"3": baseline}}), panel)
    found = {row["variant"]: row for row in rows.filter(term=TREATMENT).iter_rows(named=True)}
    jackknife = found["cluster_city"]
    if jackknife["reason"]:
        yield {"problem": jackknife["reason"]}
        return
    facts = {name: jackknife[name] for name in ("estimate", "n", "n_clusters", "effective_clusters")}
    for inference, variant in (("sandwich", "cluster_city_sandwich"), ("jackknife", "cluster_city")):
        low, high, p_value = (found[variant][name] for name in ("ci_low", "ci_high", "p_value"))
        yield {"inference": inference, "low": low, "high": high, "p_value": p_value, **facts}
    if jackknife["wild_p_value"] is not None:
        low, high, p_value = (jackknife[name] for name in ("wild_low", "wild_high", "wild_p_value"))
        yield {"inference": "wild", "low": low, "high": high, "p_value": p_value, **facts}


def _make_panel() -> str | None:
    """Make firm_panel and all it needs in this process; what failed, if anything did."""
    from egov_assets.definitions import defs
    from egov_assets.platform.years import YEARS
    from egov_assets.running.planner import Phases

    graph, job = defs.resolve_asset_graph(), defs.resolve_implicit_global_asset_job_def()
    phases = Phases.of(graph).phase
    wanted = dg.AssetSelection.assets("firm_panel").upstream() | dg.AssetSelection.groups("raw")
    tables = [key for key in wanted.resolve(graph) if graph.get(key).is_materializable]
    with dg.DagsterInstance.ephemeral() as instance:
        by_phase = sorted(tables, key=lambda key: phases[key.to_user_string()])
        for _, of_phase in itertools.groupby(by_phase, key=lambda key: phases[key.to_user_string()]):
            keys = list(of_phase)
            by_year = {key for key in keys if graph.get(key).partitions_def}
            parts: list[tuple[set[dg.AssetKey], str | None]] = [(by_year, str(year)) for year in YEARS]
            for chosen, year in [*parts, ({*keys} - by_year, None)]:
                if not chosen:
                    continue
                checks = {
                    key for key in graph.asset_check_keys if key.asset_key in chosen and key.name not in HELD_BACK
                }
                subset = job.get_subset(asset_selection=chosen, asset_check_selection=checks)
                result = subset.execute_in_process(instance=instance, partition_key=year, raise_on_error=False)
                if not result.success:
                    failed = [event for event in result.all_events if event.is_step_failure]
                    if any("InterruptedError" in event.step_failure_data.error_display_string for event in failed):
                        raise KeyboardInterrupt  # Dagster takes a signal for a failure of the step
                    return "; ".join(
                        f"{event.step_key}: {event.step_failure_data.error_display_string}" for event in failed
                    )
    return None


def summary(economies: pl.DataFrame) -> pl.DataFrame:
    """By cell and inference: economies, planted, coverage, bias, length, share of 5 % tests that reject 0, each with
    the error of its own mean; and the economies of the cell that could not be estimated.

    economies  as SCHEMA says
    """
    measured = {
        "coverage": _covers(),
        "bias": pl.col("estimate") - pl.col("planted"),
        "length": pl.col("high") - pl.col("low"),
        "rejects": (pl.col("p_value") <= 1 - CONFIDENCE_LEVEL).cast(pl.Float64),
    }
    estimated = economies.filter(pl.col("estimate").is_not_null())
    problems = economies.filter(pl.col("problem").is_not_null()).group_by(CELL).agg(refused=pl.len())
    return (
        estimated.group_by(*CELL, "inference")
        .agg(
            pl.len().alias("economies"),
            pl.col("planted").mean(),
            *(value.mean().alias(name) for name, value in measured.items()),
            *((value.std() / pl.len().sqrt()).alias(f"{name}_error") for name, value in measured.items()),
            pl.col("effective_clusters").mean(),
            pl.col("processor_seconds").mean(),
        )
        .join(problems, on=CELL, how="left")
        .with_columns(pl.col("refused").fill_null(0))
        .sort(*CELL, "inference")
    )


def read_economies(path: Path) -> pl.DataFrame:
    """The rows of earlier economies; none without the file."""
    return pl.read_csv(path, schema=SCHEMA) if path.exists() else pl.DataFrame(schema=SCHEMA)


def between_pipelines(economies: pl.DataFrame) -> pl.DataFrame:
    """By cell and inference: pairs of economies drawn through both pipelines, and what the whole one adds.

    added       mean of the whole pipeline's estimate less that with true links, and the error of the mean
    moved       root mean square of that difference over the mean half length of the interval
    covered_whole, covered_quality  coverage of the same economies
    """
    known = economies.filter(pl.col("estimate").is_not_null()).with_columns(covers=_covers())
    whole, quality = (known.filter(pipeline=pipeline).drop("pipeline") for pipeline in PIPELINES)
    added = pl.col("estimate") - pl.col("estimate_quality")
    return (
        whole.join(quality, on=[*CELL[1:], "seed", "inference"], suffix="_quality")
        .group_by(*CELL[1:], "inference")
        .agg(
            pl.len().alias("pairs"),
            added.mean().alias("added"),
            (added.std() / pl.len().sqrt()).alias("added_error"),
            ((added**2).mean().sqrt() / ((pl.col("high") - pl.col("low")) / 2).mean()).alias("moved"),
            pl.col("covers").mean().alias("covered_whole"),
            pl.col("covers_quality").mean().alias("covered_quality"),
        )
        .sort(*CELL[1:], "inference")
    )


def _covers() -> pl.Expr:
    return ((pl.col("low") <= pl.col("planted")) & (pl.col("planted") <= pl.col("high"))).cast(pl.Float64)


def _study_economies(folder: Path, cells: list[tuple[str, float, str, str]], economies: int) -> None:
    """Economies one after the other, all cells side by side, so that a stop leaves each with nearly as many."""
    path, place = folder / "economies.csv", folder / "economy"
    os.environ |= {f"EGOV_{name.upper()}": str(place / name) for name in ("raw", "outputs", "truth")}
    folders = Folders.from_environment()
    done = read_economies(path)
    drawn = set(done.select(*CELL, "seed").iter_rows())
    for seed, cell in itertools.product(range(1, economies + 1), cells):
        if (*cell, seed) in drawn:
            continue
        began = sum(os.times()[:4])  # of this process and of dbt, which runs in one of its own
        pipeline, scale, effect, density = cell
        truth = truth_of(scale, effect, density, seed)
        rows = list(through_files(truth, folders) if pipeline == "whole" else through_quality(truth))
        spent = sum(os.times()[:4]) - began
        known = {**dict(zip(CELL, cell, strict=True)), "seed": seed, "processor_seconds": spent}
        done = pl.concat([done, pl.DataFrame([row | known for row in rows], schema=SCHEMA, orient="row")])
        with unfinished_file(path) as unfinished:
            done.write_csv(unfinished)
        print(*cell, f"seed {seed}: {spent:.0f} processor seconds", flush=True)
    shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="of economies.csv")
    parser.add_argument("--economies", type=int, default=200, help="of each cell")
    parser.add_argument("--pipelines", nargs="+", choices=PIPELINES, default=list(PIPELINES))
    parser.add_argument("--scales", type=float, nargs="+", default=[0.3, 1.0], help="1 is the shipped demo")
    parser.add_argument("--effects", nargs="+", choices=EFFECTS, default=list(EFFECTS))
    parser.add_argument("--densities", nargs="+", choices=DENSITIES, default=["default"])
    parser.add_argument("--table", action="store_true", help="print the table of what there is, draw nothing")
    options = parser.parse_args()
    logging.disable(logging.WARNING)  # Dagster tells every event of every step
    if not options.table:
        cells = list(itertools.product(options.pipelines, options.scales, options.effects, options.densities))
        _study_economies(options.folder.absolute(), cells, options.economies)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=220, float_precision=4, tbl_hide_dataframe_shape=True):
        economies = read_economies(options.folder / "economies.csv")
        print(summary(economies), between_pipelines(economies), sep="\n")


if __name__ == "__main__":
    main()
