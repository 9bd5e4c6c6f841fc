"""A whole study at national size, raw files to report: seconds, memory, rows a second of each asset, and their growth.

    python -m benchmarks.national FOLDER 100000 1000000     # customs lines a year, for three years
    python -m benchmarks.national FOLDER 10000000           # later, or again: what is done there is not done again

The raw files are the demo's own, at a larger scale: `egov demo --scale`, gzipped as users have them. `egov run` makes
everything; of its processes, of all that they start, memory and processor time are read five times a second and kept
beside the study, so that a run that was stopped goes on and is counted whole. The floor is the least that any reading
of these files costs: decode, scan, one group-by. Results are appended to FOLDER/national.csv. To measure a size again
with other code take its folder away first: else `egov run` adds what that code changes to what was counted.

Memory of a tree of processes adds up what each holds (RSS): libraries that they share count for each.
"""

import argparse
import gzip
import math
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import psutil

LINES_AT_SCALE_1 = 257_000  # in a mean year
SAMPLE_SECONDS = 0.2
GIB = 2**30
WHOLE, FLOOR, CHECKS, RAW = "whole run", "floor", "checks", "raw files"
SHOWN_FROM_SECONDS = 1.0  # of processor time: less is read off too few samples
SAMPLES = "samples.csv"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds a study for each size, and the results")
    parser.add_argument("lines", type=int, nargs="*", help="customs lines a year; none: print the results there")
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        return print_floor(options.folder)
    options.folder.mkdir(parents=True, exist_ok=True)
    results = options.folder / "national.csv"
    for lines in options.lines:
        measured = measure(options.folder / f"lines_{lines}", lines)
        measured = pl.concat([pl.read_csv(results), measured]) if results.exists() else measured
        measured.write_csv(results)
    show(pl.read_csv(results))


def measure(study: Path, lines: int) -> pl.DataFrame:
    """Make the study, or what it lacks; one row for each asset, and for the run, its checks, the floor, the files.

    what, seconds, processor_seconds, peak_gib, rows, disk_gib, with lines, load (of the machine before) and at (when)
    """
    load = os.getloadavg()[0]
    if not (study / "truth").exists():
        _egov(study, "init", str(study), "--like", "egov")
        _egov(study, "--study", str(study), "demo", "--scale", str(lines / LINES_AT_SCALE_1))
    run(study)
    samples, steps = pl.read_csv(study / SAMPLES), steps_of(study)
    of_steps = [_of_step(step, samples) for step in steps.filter("succeeded").iter_rows(named=True)]
    assets = (
        pl.DataFrame(of_steps)
        .group_by("what")
        .agg(pl.col("seconds", "processor_seconds", "rows").sum(), pl.col("peak_gib").max())
    )
    raw_rows = assets.filter(what="raw_customs")["rows"].item()
    at_once = samples.group_by("at").agg(pl.col("rss").sum())
    floor_seconds, floor_peak = map(float, _python(study, "-m", "benchmarks.national", str(study), "--floor").split())
    rows = [
        {
            "what": WHOLE,
            "seconds": _time_sampled(samples),
            "processor_seconds": samples.group_by("process").agg(pl.col("cpu").max())["cpu"].sum(),
            "peak_gib": at_once["rss"].max() / GIB,
            "rows": raw_rows,
            "disk_gib": _bytes_below(study / "outputs") / GIB,
        },
        {"what": CHECKS, "seconds": seconds_in_checks_of(study)},
        {"what": FLOOR, "processor_seconds": floor_seconds, "peak_gib": floor_peak, "rows": raw_rows},
        {"what": RAW, "rows": raw_rows, "disk_gib": _bytes_below(study / "raw") / GIB},
    ]
    columns = {"what": pl.String, "seconds": pl.Float64, "processor_seconds": pl.Float64, "peak_gib": pl.Float64}
    columns |= {"rows": pl.Int64, "disk_gib": pl.Float64}
    table = pl.concat([pl.DataFrame(rows, columns), assets], how="diagonal").sort("what")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return table.select(*columns, lines=pl.lit(lines, pl.Int64), load=pl.lit(load), at=pl.lit(now))


def run(study: Path) -> None:
    """`egov run`, sampled; it goes on where it was stopped.

    Samples: at, process (id and moment it began), worker (id of the process that `egov run` started and that it belongs
    to, or of `egov run` itself), cpu (its processor seconds until now), rss
    """
    samples = study / SAMPLES
    with (study / "run.log").open("a") as log, samples.open("a", encoding="utf-8") as kept:
        if not samples.stat().st_size:
            kept.write("at,process,worker,cpu,rss\n")
        running = subprocess.Popen([sys.executable, "-m", "egov_assets.cli", "--study", str(study), "run"], stdout=log)
        first = psutil.Process(running.pid)
        while running.poll() is None:
            kept.writelines(_sample(first))
            time.sleep(SAMPLE_SECONDS)
    if running.returncode:
        sys.exit(f"egov run ended with {running.returncode}; {study / 'run.log'} says why")


def _sample(first: psutil.Process) -> list[str]:
    now, tree = time.time(), {each.pid: each for each in [first, *first.children(recursive=True)]}
    lines = []
    for process in tree.values():
        try:
            worker = process
            while worker.pid != first.pid and worker.ppid() != first.pid:
                worker = tree[worker.ppid()]
            times, begun = process.cpu_times(), process.create_time()
            cpu, rss = times.user + times.system, process.memory_info().rss
        except (psutil.NoSuchProcess, KeyError):  # it ended meanwhile
            continue
        lines.append(f"{now:.2f},{process.pid} {begun:.2f},{worker.pid},{cpu:.2f},{rss}\n")
    return lines


def steps_of(study: Path) -> pl.DataFrame:
    """Every step of the study's runs: what, worker, began, ended, succeeded, rows (of all its tables)."""
    import dagster as dg

    from egov_assets.running.instance import PROCESS_TAG

    found = []
    with dg.DagsterInstance.from_config(str(study / "outputs" / ".dagster")) as instance:
        for record in instance.get_run_records():
            made = instance.get_records_for_run(
                record.dagster_run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION
            ).records
            rows: dict[str, int] = {}
            for each in made:
                event = each.event_log_entry.dagster_event
                counted = event.step_materialization_data.materialization.metadata.get("dagster/row_count")
                rows[event.step_key] = rows.get(event.step_key, 0) + (int(counted.value) if counted else 0)
            found += [
                {
                    "what": step.step_key,
                    "worker": int(record.dagster_run.tags.get(PROCESS_TAG, 0)),
                    "began": step.start_time,
                    "ended": step.end_time,
                    "succeeded": step.status.value == "SUCCESS",
                    "rows": rows.get(step.step_key, 0),
                }
                for step in instance.get_run_step_stats(record.dagster_run.run_id)
            ]
    return pl.DataFrame(found)


def _of_step(step: dict, samples: pl.DataFrame) -> dict:
    """Processor seconds and peak of the step's worker, and of all that this started, between its begin and end."""
    of_worker = samples.filter(worker=step["worker"])
    during = of_worker.filter(pl.col("at").is_between(step["began"] - SAMPLE_SECONDS, step["ended"] + SAMPLE_SECONDS))
    before = of_worker.filter(pl.col("at") < step["began"]).group_by("process").agg(pl.col("cpu").max())
    used = during.group_by("process").agg(pl.col("cpu").max()).join(before, on="process", how="left", suffix="_before")
    return {
        "what": step["what"],
        "seconds": step["ended"] - step["began"],
        "processor_seconds": used.select((pl.col("cpu") - pl.col("cpu_before").fill_null(0)).sum()).item(),
        "peak_gib": (during.group_by("at").agg(pl.col("rss").sum())["rss"].max() or 0) / GIB,
        "rows": step["rows"],
    }


def seconds_in_checks_of(study: Path) -> float:
    import dagster as dg

    from benchmarks.checks import seconds_in_checks

    with dg.DagsterInstance.from_config(str(study / "outputs" / ".dagster")) as instance:
        return float(seconds_in_checks(instance, list(instance.get_run_records())).total())


def print_floor(study: Path) -> None:
    """Processor seconds and peak GiB of the least that reading all customs files costs, in this process."""
    import resource

    began, sums = time.process_time(), []
    for file in sorted((study / "raw" / "customs").glob("*/*.csv.gz")):
        content = gzip.decompress(file.read_bytes())
        text = content if content.startswith(b"\xef\xbb\xbf") else content.decode("gb18030").encode()
        cells = pl.read_csv(text, infer_schema=False)
        product = next(name for name in cells.columns if name in ("_税号编码", "HS商品编码_HSCd"))
        value = next(name for name in cells.columns if name in ("_金额", "金额_美元_Sum_USD"))
        sums.append(cells.group_by(hs8=product).agg(pl.col(value).cast(pl.Float64, strict=False).sum().alias("usd")))
    pl.concat(sums).group_by("hs8").agg(pl.col("usd").sum())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / GIB
    print(time.process_time() - began, peak)


def show(results: pl.DataFrame) -> None:
    """The newest result of each size: a line an asset, the ratios, and from size to size the growth exponent."""
    newest = results.group_by("lines", "what", maintain_order=True).last()
    before: dict[str, float] = {}
    earlier = 0
    for lines in newest["lines"].unique().sort():
        of_size = newest.filter(lines=lines).sort("processor_seconds", descending=True, nulls_last=True)
        print(f"\n{lines:,} lines a year; load before {of_size['load'][0]:.1f}; {of_size['at'][0]}")
        print(f"{'':<34} {'seconds':>9} {'processor':>9} {'peak GiB':>8} {'rows a s':>12} {'exponent':>8}")
        of = {row["what"]: row for row in of_size.iter_rows(named=True)}
        for what, row in of.items():
            used, seconds = row["processor_seconds"] or 0.0, row["seconds"] or math.nan
            if used < SHOWN_FROM_SECONDS:
                continue
            grown = math.log(used / before[what]) / math.log(lines / earlier) if what in before else math.nan
            speed = (row["rows"] or 0) / seconds
            print(f"{what:<34} {seconds:9.1f} {used:9.1f} {row['peak_gib']:8.2f} {speed:12,.0f} {grown:8.2f}")
        whole, floor, raw = of[WHOLE], of[FLOOR], of[RAW]
        print(
            f"processor time {whole['processor_seconds'] / floor['processor_seconds']:.1f} times the floor; "
            f"outputs {whole['disk_gib']:.2f} GiB, {whole['disk_gib'] / raw['disk_gib']:.1f} times the raw files; "
            f"checks {of[CHECKS]['seconds'] / sum(_seconds_of_assets(of)):.0%} of the steps' seconds"
        )
        before = {what: row["processor_seconds"] for what, row in of.items() if row["processor_seconds"]}
        earlier = lines


def _seconds_of_assets(of: dict[str, dict]) -> list[float]:
    return [row["seconds"] or 0.0 for what, row in of.items() if what not in (WHOLE, FLOOR, CHECKS, RAW)]


def _time_sampled(samples: pl.DataFrame) -> float:
    """Seconds of all attempts: pauses between them are no time of the run."""
    steps = samples["at"].unique().sort().diff()
    return float(steps.filter(steps < 10 * max(SAMPLE_SECONDS, 1)).sum())


def _bytes_below(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _egov(study: Path, *arguments: str) -> None:
    _python(study, "-m", "egov_assets.cli", *arguments)


def _python(study: Path, *arguments: str) -> str:
    study.mkdir(parents=True, exist_ok=True)
    command: Sequence[str] = [sys.executable, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
