"""From a printed cell back to the files it rests on: the estimate, its sample, each table with its version, each file.

What belongs here: reading the lake and the raw folder, and walking the tables. Not: which table is made from which, and
which files a table reads beside its inputs; the asset graph knows.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fnmatch import fnmatch
from pathlib import PurePosixPath

import polars as pl

from egov_assets.platform import reference
from egov_assets.platform.column_lineage import column_sources
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import file_hash, scan_table, table_path
from egov_assets.platform.years import YEARS
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.regression_tables.samples import sample_of
from egov_assets.regression_tables.specifications import Column

SHOWN_OF_HASH = 12
# Who it is, and its clusters.
OF_EVERY_ROW = ("firm_id", "company_id", "survey_firm_id", "year", "city_code", "province_code")


class NoSuchCell(LookupError):
    """The table, column or term is not among the estimates; the message names the nearest."""


@dataclass(frozen=True)
class Version:
    """One file that a cell rests on, as it was when it was read.

    year   null for a raw file and for a table of all years
    rows   lines that a table holds of it; null for a file whose lines no table keeps
    since  what became of a raw file after it was read: "changed since", "gone since", or nothing
    """

    name: str
    year: int | None
    rows: int | None
    sha256: str
    since: str = ""


def find_cell(estimates: pl.DataFrame, table: str, column: str, term: str) -> pl.DataFrame:
    """Every variant of one cell, the printed one first.

    Raises  NoSuchCell
    """
    found = estimates
    for key, wanted in (("table", table), ("column", column), ("term", term)):
        require_known(key, wanted, found[key].unique().sort().to_list())
        found = found.filter(pl.col(key) == wanted)
    return found.sort(pl.col("variant") != PRINTED_VARIANT, "variant")


def require_known(what: str, wanted: str, known: Sequence[str]) -> None:
    """Raises  NoSuchCell naming the nearest, and all"""
    if wanted not in known:
        near = get_close_matches(wanted, known, n=1, cutoff=0.0)
        nearest = f"; the nearest is {near[0]} (there are {', '.join(known)})" if near else ": there is none"
        raise NoSuchCell(f"no {what} {wanted}{nearest}")


def sample_by_year(panel: pl.DataFrame, variables: Sequence[str]) -> pl.DataFrame:
    """firm-years (one column a year): of the panel, with each variable, and with all of them."""
    names = [name for name in variables if name in panel.columns]
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


def panel_columns(column: Column, panel: Mapping[str, pl.DataType]) -> set[str]:
    """The columns of the panel (with their types) from which a column is estimated, its sample and its further readings
    among them."""
    columns = [column, *map(column.read_as, column.readings)]
    names = {name.removeprefix("D.") for each in columns for name in each.variables}
    samples = [sample for each in columns if (sample := sample_of(each.sample, each.where, panel))]
    return {*OF_EVERY_ROW, *names, *(name for sample in samples for name in sample.columns)}


@dataclass(frozen=True)
class Tables:
    """The tables as the asset graph knows them.

    parents    table -> the tables that it is made from
    columns    table -> its columns
    made_from  table -> column -> "input.column input.column", where its name does not tell
    whole      tables of which a row is made from all of their inputs, whatever the column: those of the cleaning
    """

    parents: Mapping[str, Sequence[str]]
    columns: Mapping[str, Sequence[str]]
    made_from: Mapping[str, Mapping[str, str]]
    whole: Collection[str] = ()

    def sources(self, table: str, column: str) -> set[tuple[str, str]]:
        """The columns of its inputs from which a column is made; all of them where nothing tells which."""
        parents = self.parents.get(table, ())
        known = {parent: self.columns.get(parent, ()) for parent in parents}
        everything = {(parent, name) for parent in parents for name in known[parent]}
        if table in self.whole:
            return everything
        found = column_sources([column], known, self.made_from.get(table, {}))[column]
        return {source for source in found if source[0] in known} if found else everything


def rests_on(start: Mapping[str, Collection[str]], tables: Tables) -> tuple[list[str], list[tuple[str, str]]]:
    """The tables on which columns rest, nearest first, each once, ties by name; and (table, what it is made from).

    start  table -> its columns that are asked for
    """
    order, edges = list(start), set[tuple[str, str]]()
    level = {(table, column) for table, columns in start.items() for column in columns}
    met = set(level)
    while level:
        found = set[tuple[str, str]]()
        for table, column in level:
            sources = tables.sources(table, column)
            edges |= {(table, source) for source, _ in sources}
            found |= sources
        level = found - met
        met |= level
        order += sorted({table for table, _ in level} - set(order))
    return order, sorted(edges)


def table_versions(folders: Folders, table: str) -> list[Version]:
    """The files of one table; empty if the lake does not hold it (models that dbt keeps in memory)."""
    versions = []
    for year in (None, *YEARS):
        path = table_path(folders.lake, table, year)
        if path.exists():
            rows = pl.scan_parquet(path).select(pl.len()).collect().item()
            versions.append(Version(table, year, rows, file_hash(path)))
    return versions


def _fits(name: str, pattern: str) -> bool:
    """Does a path fit a pattern of `reads`, in which `**` stands for folders of any depth?"""
    if "**/" in pattern:
        return fnmatch(name, pattern.replace("**/", ""))  # its * crosses folders
    return fnmatch(name, pattern) and name.count("/") == pattern.count("/")


def raw_versions(folders: Folders, raw_tables: Sequence[str], patterns: Sequence[str]) -> Iterator[Version]:
    """The files whose lines the tables hold, by table and name, then those that fit a pattern, by name.

    patterns  as `reads` of a lake asset
    The hash is that in file_inventory, which a run makes before it reads; of a file shipped with the software that of
    the file, and "unknown" of a file that the list no longer has. A file that years read in different states is given
    once for each.
    """
    listed = scan_table(folders.lake, "file_inventory", YEARS).select("source_file", "year", "sha256").collect()
    known = set(listed["source_file"])
    for table in raw_tables:
        key = ["file"] if table_path(folders.lake, table).exists() else ["file", "year"]
        lines = (
            scan_table(folders.lake, table, YEARS)
            .group_by("source_file", *key[1:])
            .agg(rows=pl.len())
            .collect()
            .with_columns(file=pl.col("source_file").map_elements(lambda name: _file_of(name, known), pl.String))
            .join(listed.rename({"source_file": "file"}).select(*key, "sha256").unique(), on=key, how="left")
            .group_by("file", "sha256")
            .agg(pl.col("rows").sum())
            .sort("file", "sha256")
        )
        for name, sha256, rows in lines.iter_rows():
            yield _version(folders, name, rows, sha256)
    for name, sha256 in listed.select("source_file", "sha256").unique().sort("source_file", "sha256").iter_rows():
        if any(_fits(name, each) for each in patterns):
            yield _version(folders, name, None, sha256)


def listed_since(folders: Folders, raw_tables: Sequence[str]) -> list[str]:
    """Those of the yearly raw tables that are older than their list of files, as when the list was made alone since."""

    def made(table: str, year: int) -> int:
        return table_path(folders.lake, table, year).stat().st_mtime_ns

    yearly = [table for table in raw_tables if not table_path(folders.lake, table).exists()]
    return [table for table in yearly if any(made(table, year) < made("file_inventory", year) for year in YEARS)]


def _file_of(source_file: str, known: Collection[str]) -> str:
    """The user's file: of `pack.zip/part1.csv` the container."""
    path = PurePosixPath(source_file)
    return next((str(each) for each in (path, *path.parents) if str(each) in known), source_file)


def _version(folders: Folders, name: str, rows: int | None, sha256: str | None) -> Version:
    shipped = reference.FOLDER.parent / name
    if sha256 is None and shipped.exists():
        return Version(name, None, rows, file_hash(shipped))
    path = folders.raw / name
    since = "gone since" if not path.exists() else "" if sha256 in (None, file_hash(path)) else "changed since"
    return Version(name, None, rows, sha256 or "unknown", since)
