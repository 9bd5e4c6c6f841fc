"""From one file of a user to the tables in it, each recognised as a dialect of its source.

What belongs here: which reader a format needs, and what can be wrong with a file as a file. Not here: years, several
files of a source (`tables.py`), the layouts of yearbooks (`yearbooks.py`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.raw.delimited import read_delimited
from egov_assets.raw.errors import COMPLETE_OR_REMOVE, COPY_AGAIN, BadFile
from egov_assets.raw.excel import possible_tables
from egov_assets.raw.packed import TEXT, Member, members
from egov_assets.raw.sources import Source, UnknownDialect, recognise
from egov_assets.raw.stata import as_text, read_stata
from egov_assets.raw.text_table import TextTable


@dataclass(frozen=True)
class RecognisedTable:
    """A table of a file, the dialect it is written in, and canonical column -> header of the file."""

    table: TextTable
    dialect: str
    headers: dict[str, str]


def recognised_tables(path: Path, source: Source, scratch: Path) -> list[RecognisedTable]:
    """The tables of a user's file: one, or one for each member of a container.

    Rows are read into `scratch`, which the caller keeps until they are used.
    Raises  BadFile if the file cannot be read, is of no dialect of the source, or of one that cannot be used
    """
    with unchanged(path):
        return [
            _recognised(member, source, subfolder(scratch, number))
            for number, member in enumerate(members(path, scratch))
        ]


@contextmanager
def unchanged(path: Path) -> Iterator[None]:
    """While the block reads the file: what the operating system refuses becomes a BadFile, as does a change of it."""
    if path.is_dir():
        raise BadFile(path, ["it is a folder, a file is expected"], "Unpack it, or move its files one level up.")
    if not path.exists():
        raise BadFile(path, ["it is a link that leads nowhere"], "Put the file itself there.")
    try:
        before = path.stat()
        yield
        after = path.stat()
    except OSError as error:
        fault = f"it cannot be read ({error.strerror or error})"
        raise BadFile(path, [fault], "Check that you may open it and that no other program holds it.") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise BadFile(path, ["it changed while it was read"], "Wait until it is copied completely, then run again.")


def subfolder(scratch: Path, number: int) -> Path:
    """A folder of its own in scratch: readers name their files alike."""
    folder = scratch / str(number)
    folder.mkdir()
    return folder


def _recognised(member: Member, source: Source, scratch: Path) -> RecognisedTable:
    nearest: UnknownDialect | None = None
    for table in _tables(member, scratch):
        try:
            dialect, headers = recognise(source, table.headers)
        except UnknownDialect as unknown:
            nearest = min(filter(None, (nearest, unknown)), key=lambda each: len(each.problems))
            continue
        if reason := source.dialects[dialect].cannot_be_used:
            raise BadFile(member.path, [f"it is of the dialect {dialect}: {reason}"], "Use another copy of the data.")
        if not table.rows.select(pl.len()).collect().item():
            raise BadFile(member.path, ["it has a header but no data row"], COMPLETE_OR_REMOVE)
        return RecognisedTable(table, dialect, headers)
    problems = nearest.problems if nearest else ["no row looks like a header"]
    inside = [] if member.source_name == member.path.name else [f"in {member.source_name}"]
    raise BadFile(
        member.path,
        [*inside, *problems],
        "Add the header to a dialect in a sources.yml of your own (docs/raw_files.md), or rename the file's columns.",
    )


def _tables(member: Member, scratch: Path) -> list[TextTable]:
    """The tables a file may hold: one, but in a workbook one for each row that could be a header."""
    if member.ending in TEXT:
        return [read_delimited(member, scratch)]
    if member.ending == "dta":
        return [read_stata(member, scratch)]
    if member.ending == "parquet":
        return [_read_parquet(member, scratch)]
    return possible_tables(member, scratch)


def _read_parquet(member: Member, scratch: Path) -> TextTable:
    path = member.on_disk(scratch)
    if not path.stat().st_size:
        raise BadFile(member.path, ["the file is empty"], COMPLETE_OR_REMOVE)
    try:
        rows = pl.scan_parquet(path)
        nested = [name for name, kind in rows.collect_schema().items() if kind.is_nested()]
        text = scratch / "rows.parquet"
        rows.drop(nested).map_batches(
            lambda block: block.select(as_text(block[column]) for column in block.columns),
            schema={name: pl.String for name in rows.collect_schema() if name not in nested},
            streamable=True,
        ).sink_parquet(text, compression="lz4")
    except pl.exceptions.ComputeError as error:
        raise BadFile(member.path, [f"it cannot be read as Parquet ({error})"], COPY_AGAIN) from error
    return TextTable(member.source_name, "parquet", pl.scan_parquet(text))
