"""From a printed cell back to the files it rests on: the estimate, its sample, each table with its version, each file.

What belongs here: reading the lake and the raw folder. Not: which table is made from which; the asset graph knows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from egov_assets.folders import Folders
from egov_assets.orchestration.lake import file_hash, scan_table, table_path
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.regression_tables.specifications import Column
from egov_assets.study import YEARS

SHOWN_OF_HASH = 12


class NoSuchCell(LookupError):
    """The table, column or term is not among the estimates; the message names the nearest."""


@dataclass(frozen=True)
class Version:
    """One file that a cell rests on; year is null for a raw file and for a table of all years."""

    name: str
    year: int | None
    rows: int
    sha256: str


def find_cell(estimates: pl.DataFrame, table: str, column: str, term: str) -> pl.DataFrame:
    """Every variant of one cell, the printed one first.

    Raises  NoSuchCell
    """
    chosen = estimates
    for key, wanted in (("table", table), ("column", column), ("term", term)):
        known = chosen[key].unique().sort().to_list()
        chosen = chosen.filter(pl.col(key) == wanted)
        if chosen.is_empty():
            near = get_close_matches(wanted, known, n=1, cutoff=0.0)
            raise NoSuchCell(f"no {key} {wanted}; the nearest is {near[0]} (there are {', '.join(known)})")
    return chosen.sort(pl.col("variant") != PRINTED_VARIANT, "variant")


def sample_by_year(panel: pl.DataFrame, column: Column) -> pl.DataFrame:
    """firm-years (one column a year): of the panel, with each variable, and with all of them."""
    names = [name for name in column.variables if name in panel.columns]
    counts = (
        panel.group_by("year")
        .agg(
            pl.len().alias("of the panel"),
            **{name: pl.col(name).count() for name in names},
            complete=pl.all_horizontal(pl.col(names).is_not_null()).sum(),
        )
        .sort("year")
    )
    years = [str(year) for year in counts["year"]]
    return counts.drop("year").transpose(include_header=True, header_name="firm-years", column_names=years)


def upstream(asset: str, parents: Mapping[str, Sequence[str]]) -> list[str]:
    """The asset and all it is made from, nearest first, each once; ties by name."""
    order, level = [asset], [asset]
    while level:
        level = sorted({parent for each in level for parent in parents.get(each, ())} - set(order))
        order += level
    return order


def table_versions(folders: Folders, table: str) -> list[Version]:
    """The files of one table; empty if the lake does not hold it (models that dbt keeps in memory)."""
    versions = []
    for year in (None, *YEARS):
        path = table_path(folders.lake, table, year)
        if path.exists():
            rows = pl.scan_parquet(path).select(pl.len()).collect().item()
            versions.append(Version(table, year, rows, file_hash(path)))
    return versions


def raw_versions(folders: Folders, raw_tables: Sequence[str]) -> Iterator[Version]:
    """The raw files whose lines the tables hold, with their number of lines, by table and name.

    A file that has vanished since has the word "missing" for its hash.
    """
    for table in raw_tables:
        lines = scan_table(folders.lake, table, YEARS).group_by("source_file").len().sort("source_file").collect()
        for name, rows in lines.iter_rows():
            path = folders.raw / Path(name)
            yield Version(name, None, rows, file_hash(path) if path.exists() else "missing")
