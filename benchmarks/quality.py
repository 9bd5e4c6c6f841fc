"""Quality of many flows: time against a pyfixest loop, linearmodels and the floor, memory, and growth with size.

    python -m benchmarks.quality 1e6 1e7 3e7

Flows are invented with heavy-tailed products (`synthetic_flows.py`). Each measured step is a process of its own, which
does the same with a few flows first, so that no step's time has importing and loading in it; they are told apart.
The floor is what any method must do: scan the columns of the flows that quality needs, and one group-by to firm-years.
Chapter is the whole chapter: moments of every year, coefficients with robust and firm-clustered errors of every
outcome, quality of flows and firms, each table written as its asset writes it. Assets is the same as Dagster runs it,
with every check of the tables. Estimates is the same up to the log
quality of every flow, without writing. Estimator is what the peers do, from what they are handed: prepared flows in
memory.
The peers make the chapter's two estimated outcomes, product by product: two-stage least squares (`qua`) and least
squares (`qua_sub`), robust and firm-clustered errors, residuals. They are handed the prepared flows of a sample of
products declared below, every product drawn with equal chance within its size class; their time is extrapolated class
by class.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import polars as pl
import psutil

from egov_assets.platform.lake import scan_table, table_path, write_blocks, write_table
from egov_assets.platform.years import YEARS

SIZE_CLASSES = 5  # quantiles of flows per product
PRODUCTS_PER_CLASS = 4
SEED = 1
FEW = 60_000  # enough for products of every size class


def floor(lake: Path) -> None:
    """Scan and one firm-year group-by, year by year."""
    for year in YEARS:
        flows = scan_table(lake, "clean_exports", [year])
        codes = pl.col("hs6_2007_code", "destination_iso3", "province_code").max()
        flows.group_by("company_id", "year").agg(codes, pl.col("export_value_usd", "quantity").sum()).collect(
            engine="streaming"
        )


def chapter(lake: Path) -> None:
    """The chapter's four tables, written as its assets write them."""
    from egov_assets.product_quality.coefficient_table import coefficient_table
    from egov_assets.product_quality.firm_quality import firm_year_quality
    from egov_assets.product_quality.moments import moments_of_year
    from egov_assets.product_quality.residuals import flow_quality

    for year in YEARS:
        write_table(moments_of_year(*_of_year(lake, year)), table_path(lake, "quality_moments", year))
    coefficients = coefficient_table(scan_table(lake, "quality_moments", YEARS).collect(), *_of_year(lake, *YEARS))
    write_table(coefficients, table_path(lake, "quality_coefficients"))
    for year in YEARS:
        write_blocks(flow_quality(*_of_year(lake, year), coefficients), table_path(lake, "product_quality", year))
        firms = firm_year_quality(scan_table(lake, "product_quality", [year]))
        write_table(firms, table_path(lake, "firm_quality", year))


def assets(lake: Path) -> None:
    """The chapter's assets, one after the other in this process."""
    import dagster as dg

    from egov_assets.clean.schema import UnitChanges
    from egov_assets.platform.resources import RESOURCES
    from egov_assets.product_quality.assets import (
        firm_quality,
        pooled_markets,
        product_quality,
        quality_coefficients,
        quality_moments,
    )

    write_table(UnitChanges.empty(), table_path(lake, "unit_changes"))
    os.environ |= {"EGOV_RAW": str(lake.parent), "EGOV_OUTPUTS": str(lake.parent)}
    chapter = [quality_moments, pooled_markets, quality_coefficients, product_quality, firm_quality]
    years = [str(year) for year in YEARS]
    with dg.DagsterInstance.ephemeral() as instance:
        for names, keys in (
            (["quality_moments"], years),
            (["pooled_markets", "quality_coefficients"], [None]),
            (["product_quality", "firm_quality"], years),
        ):
            for key in keys:
                dg.materialize(chapter, selection=names, instance=instance, partition_key=key, resources=RESOURCES)


def estimates(lake: Path) -> None:
    """Coefficients, errors and residuals, the last in passing."""
    from egov_assets.product_quality.coefficient_table import coefficient_table
    from egov_assets.product_quality.moments import moments_of_year
    from egov_assets.product_quality.residuals import flow_quality

    moments = pl.concat(moments_of_year(*_of_year(lake, year)) for year in YEARS)
    coefficients = coefficient_table(moments, *_of_year(lake, *YEARS))
    for year in YEARS:
        for _ in flow_quality(*_of_year(lake, year), coefficients):
            pass


def estimator(lake: Path) -> np.ndarray:
    """Wall and processor seconds of the two estimated outcomes' coefficients, errors and residuals."""
    from egov_assets.product_quality.coefficients import price_coefficients
    from egov_assets.product_quality.flows import Block, over_flows
    from egov_assets.product_quality.moments import moments_of_block
    from egov_assets.product_quality.parallel import in_parallel
    from egov_assets.product_quality.precision import (
        SQUARES,
        added_by_product,
        scores_of_block,
        squared_by_firm,
        with_precision,
    )
    from egov_assets.product_quality.residuals import log_qualities
    from egov_assets.product_quality.settings import QualitySettings

    settings = QualitySettings()
    methods = {outcome: settings.methods[outcome] for outcome in ("qua", "qua_sub")}
    blocks = [block for year in YEARS for block in over_flows(lambda block: block, *_of_year(lake, year), settings)]
    start = _clocks()
    # Each pass gets blocks that hold nothing of the pass before, as blocks that are read anew do.
    moments = pl.concat(in_parallel(moments_of_block, map(replace, blocks)))
    solved = {outcome: price_coefficients(moments, method) for outcome, method in methods.items()}

    def of_block(block: Block) -> tuple[pl.DataFrame, pl.DataFrame]:
        log_qualities(block, solved, settings)
        return scores_of_block(block, methods, solved)

    squares, runs = map(pl.concat, zip(*in_parallel(of_block, map(replace, blocks)), strict=True))
    sums = added_by_product(squares).join(squared_by_firm(runs), on="hs6_2007_code", how="left")
    for outcome, table in solved.items():
        of_outcome = sums.select("hs6_2007_code", "firms", **{name: f"{outcome}_{name}" for name in SQUARES})
        with_precision(table.join(of_outcome, on="hs6_2007_code", how="left"))
    return _clocks() - start


def _of_year(lake: Path, *years: int) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    return scan_table(lake, "clean_exports", years), scan_table(lake, "clean_provinces", years)


def _sampled_products(lake: Path) -> tuple[pl.DataFrame, dict[str, list[pl.DataFrame]]]:
    """Size classes (size_class, products), and the usable flows of the sampled products of each."""
    from egov_assets.paper.study import MIN_PRODUCT_FLOWS
    from egov_assets.product_quality.flows import over_flows
    from egov_assets.product_quality.settings import QualitySettings

    sizes = scan_table(lake, "clean_exports", YEARS).group_by("hs6_2007_code").len().collect().sort("hs6_2007_code")
    sizes = sizes.filter(pl.col("len") >= MIN_PRODUCT_FLOWS)
    rank = pl.col("len").rank("ordinal") - 1
    classed = sizes.with_columns(size_class=(rank * SIZE_CLASSES // pl.len()).cast(pl.Int64))
    drawn = classed.filter(pl.int_range(pl.len()).shuffle(seed=SEED).over("size_class") < PRODUCTS_PER_CLASS)
    is_drawn = pl.col("hs6_2007_code").is_in(drawn["hs6_2007_code"].to_list())
    flows = pl.concat(
        block
        for exports, provinces in (_of_year(lake, year) for year in YEARS)
        for block in over_flows(lambda block: block.flows, exports.filter(is_drawn), provinces, QualitySettings())
    )
    joined = flows.join(drawn.select("hs6_2007_code", "size_class"), on="hs6_2007_code")
    by_class = {
        size_class: part.partition_by("hs6_2007_code")
        for (size_class,), part in joined.partition_by("size_class", as_dict=True).items()
    }
    return classed.group_by("size_class").len("products"), by_class


def _extrapolated(lake: Path, fit_one: Callable[[pl.DataFrame], object]) -> tuple[float, float]:
    """Wall and processor seconds for all products: mean of a class's sample times its products; one fit warms up."""
    classes, samples = _sampled_products(lake)
    fit_one(samples[0][0])
    total = np.zeros(2)
    for size_class, products in classes.iter_rows():
        frames = samples[size_class]
        start = _clocks()
        for frame in frames:
            fit_one(frame)
        total += (_clocks() - start) / len(frames) * products
    return tuple(total)


def _clocks() -> np.ndarray:
    """Wall and processor seconds; the latter of all threads, so that other work on the machine does not count."""
    return np.array([time.perf_counter(), time.process_time()])


def pyfixest_loop(lake: Path) -> tuple[float, float]:
    """Seconds of both outcomes of every product by pyfixest."""
    import pyfixest

    market = "destination_iso3^year"
    formulas = (
        f"ln_quantity ~ ln_province_gdp | {market} | ln_price ~ ln_price_elsewhere",
        f"ln_quantity ~ ln_price | {market}",
    )

    def fit_one(flows: pl.DataFrame) -> None:
        for formula in formulas:
            model = pyfixest.feols(formula, flows.to_pandas(), vcov="hetero", fixef_rm="none")
            model.vcov({"CRV1": "company_id"})
            model.resid()

    return _extrapolated(lake, fit_one)


def linearmodels_loop(lake: Path) -> tuple[float, float]:
    """The same by linearmodels, with the market effects taken out beforehand, as it has no fast absorption for IV."""
    from linearmodels.iv import IV2SLS

    names = ["ln_quantity", "ln_price", "ln_price_elsewhere", "ln_province_gdp"]

    def fit_one(flows: pl.DataFrame) -> None:
        market = ["destination_iso3", "year"]
        within = flows.select(pl.col(name) - pl.col(name).mean().over(market) for name in names).to_pandas()
        firm = flows["company_id"].rank("dense").to_pandas()
        for model in (
            IV2SLS(within[names[0]], within[[names[3]]], within[[names[1]]], within[[names[2]]]),
            IV2SLS(within[names[0]], within[[names[1]]], None, None),
        ):
            model.fit(cov_type="robust")
            model.fit(cov_type="clustered", clusters=firm)

    return _extrapolated(lake, fit_one)


STEPS = {
    "floor": floor,
    "chapter": chapter,
    "assets": assets,
    "estimates": estimates,
    "estimator": estimator,
    "pyfixest": pyfixest_loop,
    "linearmodels": linearmodels_loop,
}
PEERS = ("pyfixest", "linearmodels")


def measure(step: str, lake: Path, few: Path) -> dict[str, float]:
    """start_up, wall, cpu (seconds) and peak_gib of one step in a process of its own; a peer's are extrapolated.

    few  a lake of a few flows to start up with
    """
    command = [sys.executable, "-m", "benchmarks.quality", "--step", step, "--lake", str(lake), "--few", str(few)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _run_step(step: str, lake: Path, few: Path) -> None:
    begin = _clocks()
    STEPS[step](few)
    start = _clocks()
    measured = STEPS[step](lake)
    wall, cpu = _clocks() - start if measured is None else measured
    print(json.dumps({"start_up": (start - begin)[0], "wall": wall, "cpu": cpu, "peak_gib": _peak_gib()}))


def _peak_gib() -> float:
    memory = psutil.Process().memory_info()
    if hasattr(memory, "peak_wset"):
        return memory.peak_wset / 2**30
    import resource  # not on Windows, which has peak_wset

    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib / 2**20 if sys.platform != "darwin" else kib / 2**30


def report(sizes: list[int], peers: bool) -> str:
    """Four lines per size; ratios of wall time, and in brackets of processor time."""
    machine = f"{psutil.cpu_count()} cores, polars {pl.__version__}, numpy {np.__version__}"
    head = f"{'flows':>10}  {'':9}  {'start-up':>8}  {'s':>7} {'cpu s':>7}  {'GiB':>5}  {'exponent':>8}"
    lines = [
        f"{machine}, load {psutil.getloadavg()[0]:.1f}",
        f"{head}  {'times the floor':>15}  times faster than",
    ]
    before: dict[str, dict[str, float]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            lake, few = Path(folder) / "many" / "lake", Path(folder) / "few" / "lake"
            for place, flows in ((lake, size), (few, FEW)):
                # A process of its own: the peak of this one would count as that of every process it starts.
                subprocess.run([sys.executable, "-m", "benchmarks.synthetic_flows", place, str(flows)], check=True)
            found = {step: measure(step, lake, few) for step in STEPS if peers or step not in PEERS}
        for step in ("chapter", "assets", "estimates", "estimator"):
            mine = found[step]
            growth = ""
            if step in before:
                growth = f"{log(mine['cpu'] / before[step]['cpu']) / log(size / before[step]['flows']):.2f}"
            times = f"{mine['start_up']:>8.2f}  {mine['wall']:>7.2f} {mine['cpu']:>7.2f}"
            lines.append(
                f"{size:>10,}  {step:9}  {times}  {mine['peak_gib']:>5.2f}  {growth:>8}  "
                f"{_ratio(mine, found['floor']):>15}  "
                + ", ".join(f"{peer} {_ratio(found[peer], mine)}" for peer in PEERS if peer in found)
            )
            before[step] = mine | {"flows": size}
    return "\n".join(lines)


def _ratio(above: dict[str, float], below: dict[str, float]) -> str:
    return f"{above['wall'] / below['wall']:.1f} ({above['cpu'] / below['cpu']:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("flows", nargs="*", type=float, default=[1e6, 1e7])
    parser.add_argument("--no-peers", action="store_true", help="without pyfixest and linearmodels")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--lake", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--few", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        _run_step(options.step, options.lake, options.few)
    else:
        print(report([int(size) for size in options.flows], not options.no_peers))


if __name__ == "__main__":
    main()
