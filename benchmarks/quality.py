"""Quality of many flows: time against a pyfixest loop, linearmodels and the floor, memory, and growth with size.

    python -m benchmarks.quality 1e6 1e7 3e7

Flows are invented with heavy-tailed products (`synthetic_flows.py`), and each
measured step is a process of its own. Ours is the whole chapter: moments of every year, coefficients with robust and
firm-clustered errors of every outcome, quality of flows and firms, each written as Parquet.
The floor is what any method must do: scan the columns of the flows that quality needs, and one group-by to firm-years.
The peers do what the chapter reports of its two estimated outcomes, product by product: two-stage least squares (`qua`)
and least squares (`qua_sub`), robust and firm-clustered errors, residuals. They are handed the prepared flows of a
sample of products declared below, every product drawn with equal chance within its size class; their time is
extrapolated class by class. They are spared our reading, preparing, standardising, averaging and writing.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from math import log
from pathlib import Path

import numpy as np
import polars as pl
import psutil

from benchmarks.synthetic_flows import write_flows
from egov_assets.orchestration.lake import scan_table, table_path, write_table
from egov_assets.study import YEARS

SIZE_CLASSES = 5  # quantiles of flows per product
PRODUCTS_PER_CLASS = 4
SEED = 1


def floor(lake: Path) -> None:
    """Scan and one firm-year group-by, year by year."""
    for year in YEARS:
        flows = scan_table(lake, "clean_exports", [year])
        codes = pl.col("hs6_2007_code", "destination_iso3", "province_code").max()
        flows.group_by("company_id", "year").agg(codes, pl.col("export_value_usd", "quantity").sum()).collect(
            engine="streaming"
        )


def ours(lake: Path) -> None:
    """The chapter's four tables, written as its assets write them."""
    from egov_assets.product_quality.coefficient_table import coefficient_table
    from egov_assets.product_quality.firm_quality import firm_year_quality
    from egov_assets.product_quality.moments import moments_of_year
    from egov_assets.product_quality.residuals import flow_quality

    def year_of(name: str, year: int) -> pl.LazyFrame:
        return scan_table(lake, name, [year])

    for year in YEARS:
        moments = moments_of_year(year_of("clean_exports", year), year_of("clean_provinces", year))
        write_table(moments, table_path(lake, "quality_moments", year))
    coefficients = coefficient_table(
        scan_table(lake, "quality_moments", YEARS).collect(),
        scan_table(lake, "clean_exports", YEARS),
        scan_table(lake, "clean_provinces", YEARS),
    )
    write_table(coefficients, table_path(lake, "quality_coefficients"))
    for year in YEARS:
        flows = flow_quality(year_of("clean_exports", year), year_of("clean_provinces", year), coefficients)
        write_table(flows, table_path(lake, "product_quality", year))
        write_table(firm_year_quality(flows), table_path(lake, "firm_quality", year))


def _sampled_products(lake: Path) -> tuple[pl.DataFrame, dict[str, list[pl.DataFrame]]]:
    """Size classes (size_class, products), and the usable flows of the sampled products of each."""
    from egov_assets.product_quality.flows import read_trade
    from egov_assets.product_quality.settings import QualitySettings
    from egov_assets.study import MIN_PRODUCT_FLOWS

    sizes = scan_table(lake, "clean_exports", YEARS).group_by("hs6_2007_code").len().collect().sort("hs6_2007_code")
    sizes = sizes.filter(pl.col("len") >= MIN_PRODUCT_FLOWS)
    rank = pl.col("len").rank("ordinal") - 1
    classed = sizes.with_columns(size_class=(rank * SIZE_CLASSES // pl.len()).cast(pl.Int64))
    drawn = classed.filter(pl.int_range(pl.len()).shuffle(seed=SEED).over("size_class") < PRODUCTS_PER_CLASS)
    wanted = scan_table(lake, "clean_exports", YEARS).join(drawn.lazy().select("hs6_2007_code"), on="hs6_2007_code")
    trade = read_trade(wanted, scan_table(lake, "clean_provinces", YEARS))
    flows = pl.concat(block.frame for block in trade.blocks(QualitySettings()))
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


STEPS = {"floor": floor, "ours": ours, "pyfixest": pyfixest_loop, "linearmodels": linearmodels_loop}


def measure(step: str, lake: Path) -> dict[str, float]:
    """wall, cpu (seconds) and peak_gib of one step in a process of its own; a peer's seconds are extrapolated."""
    command = [sys.executable, "-m", "benchmarks.quality", "--step", step, "--lake", str(lake)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def _run_step(step: str, lake: Path) -> None:
    start = _clocks()
    wall, cpu = STEPS[step](lake) or _clocks() - start
    print(json.dumps({"wall": wall, "cpu": cpu, "peak_gib": _peak_gib()}))


def _peak_gib() -> float:
    memory = psutil.Process().memory_info()
    if hasattr(memory, "peak_wset"):
        return memory.peak_wset / 2**30
    import resource  # not on Windows, which has peak_wset

    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib / 2**20 if sys.platform != "darwin" else kib / 2**30


def report(sizes: list[int], peers: bool) -> str:
    """One line per size; ratios of wall time, and in brackets of processor time."""
    machine = f"{psutil.cpu_count()} cores, polars {pl.__version__}, numpy {np.__version__}"
    head = f"{'flows':>10}  {'ours s':>8} {'cpu s':>7}  {'peak GiB':>8}  {'exponent':>8}  {'times the floor':>15}"
    lines = [f"{machine}, load {psutil.getloadavg()[0]:.1f}", f"{head}  times faster than"]
    before = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            lake = Path(folder)
            write_flows(lake, size)
            found = {step: measure(step, lake) for step in STEPS if peers or step in ("floor", "ours")}
        mine = found["ours"]
        growth = f"{log(mine['cpu'] / before['cpu']) / log(size / before['flows']):>8.2f}" if before else " " * 8
        lines.append(
            f"{size:>10,}  {mine['wall']:>8.2f} {mine['cpu']:>7.2f}  {mine['peak_gib']:>8.2f}  {growth}  "
            f"{_ratio(mine, found['floor']):>15}  "
            + ", ".join(f"{peer} {_ratio(found[peer], mine)}" for peer in found if peer not in ("floor", "ours"))
        )
        before = mine | {"flows": size}
    return "\n".join(lines)


def _ratio(above: dict[str, float], below: dict[str, float]) -> str:
    return f"{above['wall'] / below['wall']:.1f} ({above['cpu'] / below['cpu']:.1f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("flows", nargs="*", type=float, default=[1e6, 1e7])
    parser.add_argument("--no-peers", action="store_true", help="only ours and the floor")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--lake", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        _run_step(options.step, options.lake)
    else:
        print(report([int(size) for size in options.flows], not options.no_peers))


if __name__ == "__main__":
    main()
