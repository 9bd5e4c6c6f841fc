"""One year through dbt: write candidate tables, audit them, publish them together. Knows nothing of Dagster."""

import errno
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from egov_assets.clean.column_lineage import lineage_of_models
from egov_assets.clean.manifest import dbt_command, dbt_environment
from egov_assets.clean.settings import Cleaning
from egov_assets.platform import reference
from egov_assets.platform.availability import Lacking, footer_of
from egov_assets.platform.column_lineage import Lineage
from egov_assets.platform.commodities import products_of_year
from egov_assets.platform.lake import TableNotWritten, file_hash, table_path, write_table
from egov_assets.platform.validity import industry_edition
from egov_assets.platform.years import YEARS
from egov_assets.raw.sources import RAW_TABLES

READS = tuple(f"raw_{source}" for source in RAW_TABLES)
PRODUCTS = "products.csv"  # in the candidate folder, for the model `products`
LOG_LINES_SHOWN = 25
EXITS_WITH_RESULTS = (0, 1)  # of `dbt_call.py`
_SYSTEM_SAYS = [os.strerror(reason) for reason in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)]
# Words by which dbt's output shows that the disk took no more -> why, for people. DuckDB's come first: what it moves
# from memory fills the disk, and then dbt cannot write its own report either.
DISK_REFUSALS = {"failed to offload data block": "no room for the rows that exceed DuckDB's memory"} | {
    words: words for words in _SYSTEM_SAYS
}


class CannotClean(Exception):
    """dbt did not get as far as judging the year: an input is missing or a model does not run."""


@dataclass(frozen=True)
class NodeResult:
    """What became of one dbt node; `failures` counts the rows a test returned, null where it did not run, `failing` are
    the first of them.
    """

    unique_id: str
    status: str  # success, pass, fail, warn, error, skipped
    message: str | None
    failures: int | None
    seconds: float
    sql: str | None  # as it ran
    failing: tuple[Mapping[str, Any], ...] = ()

    @property
    def name(self) -> str:
        return self.unique_id.split(".")[2]

    @property
    def is_model(self) -> bool:
        return self.unique_id.startswith("model.")

    @property
    def found(self) -> str:
        """What is wrong: the rows a test returned, or dbt's words."""
        if self.failures is None:
            return self.message or self.status
        rows = [
            ", ".join(f"{name} {value}" for name, value in row.items() if value is not None) for row in self.failing
        ]
        return f"{self.failures} rows fail" + "".join(f"\n      {row}" for row in rows)

    @property
    def is_bad(self) -> bool:
        return self.status in ("fail", "error", "runtime error")


@dataclass(frozen=True)
class YearBuild:
    """A year's candidate tables in a folder of their own, `<table>.parquet`, and what dbt found about them."""

    year: int
    lake: Path
    folder: Path
    results: tuple[NodeResult, ...]
    lacking: Mapping[str, Lacking]  # of the tables whose source has no files this year, what would be read

    @property
    def bad(self) -> tuple[NodeResult, ...]:
        return tuple(result for result in self.results if result.is_bad)

    @property
    def lineage(self) -> dict[str, Lineage]:
        """Of each table, from which columns its columns are made."""
        raw = {table: list(pl.read_parquet_schema(table_path(self.lake, table, self.year))) for table in READS}
        return lineage_of_models(
            {each.name: each.sql for each in self.results if each.is_model and each.sql}, self.tables, raw
        )

    @property
    def tables(self) -> list[str]:
        return sorted(file.stem for file in self.folder.glob("*.parquet"))


@contextmanager
def build_year(
    lake: Path,
    year: int,
    cleaning: Cleaning | None = None,
    with_unit_tests: bool = False,
    lacking: Mapping[str, Lacking] | None = None,
    years: Sequence[int] = YEARS,
) -> Iterator[YearBuild]:
    """Clean one year into a candidate folder beside the lake; the folder is gone when the block ends.

    cleaning  the study's choices of cuts, by default those of the paper
    lacking   tables whose source has no files this year, and what would be read: published without rows
    years     of the study: its products are codes of their oldest HS revision
    Unit tests judge the models, not the data, so a year's run leaves them to the test suite.
    Raises  CannotClean if raw tables of the year are missing or dbt itself fails, with its last words;
            TableNotWritten if the disk is full or read-only, whether Python, dbt or DuckDB met it
    """
    missing = [table for table in READS if not table_path(lake, table, year).exists()]
    if missing:
        raise CannotClean(
            f"clean {year}: {', '.join(missing)} not there for {year} in {lake}. Materialize them for {year} first."
        )
    place = lake.parent / ".candidates"
    with _saying_what_to_do(year, place):
        place.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=place, prefix=f"clean-{year}-{os.getpid()}-"))
    cleaning = cleaning or Cleaning()
    variables = {
        "year": year,
        "lake": str(lake),
        "candidate": str(folder),
        "reference": str(reference.FOLDER),
        "not_available": sorted(lacking or {}),
        "gbt4754": industry_edition(year) or "",
        **cleaning.dbt_variables(year),
    }
    try:
        products = products_of_year(year, years, cleaning.customs.hs_products == "family")
        with _saying_what_to_do(year, place):
            (folder / PRODUCTS).write_text(products.write_csv(), encoding="utf-8")
        yield YearBuild(year, lake, folder, _dbt_build(year, folder, variables, with_unit_tests), lacking or {})
    finally:
        # A disk that became read-only keeps the folder until a later run; that must not hide why the year failed.
        shutil.rmtree(folder, ignore_errors=True)


def publish(build: YearBuild, lake: Path) -> dict[str, str]:
    """Move every candidate table into the lake, each in one step; returns table -> SHA-256 of its file.

    Raises  TableNotWritten if the lake takes no files
    """
    candidates = {table: build.folder / f"{table}.parquet" for table in build.tables}
    for table, lacking in build.lacking.items():
        write_table(pl.read_parquet(candidates[table]), candidates[table], footer_of(lacking))
    places = {table: table_path(lake, table, build.year) for table in candidates}
    versions = {table: file_hash(candidate) for table, candidate in candidates.items()}
    with _saying_what_to_do(build.year, lake):
        # All folders first: a disk without room for one of them then refuses before a table of the year is moved.
        for place in places.values():
            place.parent.mkdir(parents=True, exist_ok=True)
        for table, candidate in candidates.items():
            candidate.replace(places[table])
    return versions


def words(build: YearBuild) -> str:
    """Why a year is not published, one line per failed check or model."""
    lines = [f"  - {result.name}: {result.found}" for result in build.bad]
    return (
        f"clean {build.year} is not published; the last good files stay in place.\n" + "\n".join(lines) + "\n"
        "Correct the raw files, or the rule in dbt_project/, then materialize the year again."
    )


def _dbt_build(year: int, folder: Path, variables: Mapping[str, Any], with_unit_tests: bool) -> tuple[NodeResult, ...]:
    target = folder / "dbt"
    only_data = [] if with_unit_tests else ["--exclude-resource-type", "unit_test"]
    # no debug log and no look at existing relations: the database is empty and gone afterwards, and both take seconds
    quick = ["--no-use-colors", "--log-level-file", "none", "--no-populate-cache"]
    with _life_line() as life_line:
        done = subprocess.run(
            dbt_command("build", *quick, "--vars", json.dumps(variables), *only_data),
            env=dbt_environment(target) | {"EGOV_DUCKDB_TEMP": str(folder)},
            stdin=life_line,
            capture_output=True,
            text=True,
            check=False,
        )
    said = done.stdout + done.stderr
    refusals = [why for words, why in DISK_REFUSALS.items() if words in said]
    if done.returncode and refusals:
        raise _not_written(year, folder.parent, refusals[0])
    results = target / "run_results.json"
    if done.returncode not in EXITS_WITH_RESULTS or not results.exists():
        raise CannotClean(_stopped(year, done.returncode, said))
    found = json.loads(results.read_text(encoding="utf-8"))["results"]
    return tuple(_node_result(each, folder) for each in found)


def _stopped(year: int, exit_code: int, said: str) -> str:
    """How dbt ended, and the end of what it printed; one that is killed prints nothing."""
    how = f"was ended by {signal.Signals(-exit_code).name}" if exit_code < 0 else f"ended with exit code {exit_code}"
    last = "\n".join(said.splitlines()[-LOG_LINES_SHOWN:])
    silent = "It said nothing. A system short of memory ends processes by SIGKILL: close others, then run again."
    return f"clean {year}: dbt {how} before it had judged the year.\n{last or silent}"


@contextmanager
def _saying_what_to_do(year: int, place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _not_written(year, place, error.strerror or str(error)) from None


def _not_written(year: int, place: Path, why: str) -> TableNotWritten:
    return TableNotWritten(
        f"clean {year} could not be written in {place}: {why}. Make room there, or let this account write there, then "
        "run again; the last good files stay in place."
    )


@contextmanager
def _life_line() -> Iterator[int]:
    """A pipe that ends when this process does, killed or not: `dbt_call.py` stops at its end."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(writing)
        os.close(reading)


def _node_result(result: Mapping[str, Any], folder: Path) -> NodeResult:
    rows = folder / f"{result['unique_id'].split('.')[2]}.json"  # written by the macro show_failing_rows
    return NodeResult(
        unique_id=result["unique_id"],
        status=result["status"],
        message=result["message"],
        failures=result["failures"],
        seconds=result["execution_time"],
        sql=result["compiled_code"],
        failing=tuple(map(json.loads, rows.read_text(encoding="utf-8").splitlines())) if rows.exists() else (),
    )
