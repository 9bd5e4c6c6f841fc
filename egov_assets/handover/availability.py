"""Where the data of a study come from and which of them travel: one statement a source, with its files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table
from egov_assets.platform.years import YEARS
from egov_assets.raw.notes import OTHER_FOLDERS
from egov_assets.raw.sources import read_sources


@dataclass(frozen=True)
class Statement:
    """A source: its title, who holds it and how it is cited (nothing of lists kept by hand), and its files as read."""

    folder: str
    title: str
    producer: str
    citation: str
    files: Sequence[tuple[str, int, str]]  # name below raw, bytes, SHA-256


def statements(folders: Folders) -> list[Statement]:
    """The declared sources in their order, then the further folders; sources without files are said to have none.

    Raises  TableMissing if no run has listed the files
    """
    listed = scan_table(folders.lake, "file_inventory", YEARS).select("source_file", "size_bytes", "sha256").unique()
    files = listed.sort("source_file", "sha256").collect()
    sources = read_sources(folders.study_file)
    named = {name: (each.title, each.producer, each.citation) for name, each in sources.items()}
    named |= {folder: (folder.replace("_", " "), "", "") for folder in OTHER_FOLDERS}
    folders_of = {name: _folders(each.files) for name, each in sources.items()}
    return [Statement(name, *words, _files_below(files, folders_of.get(name, [name]))) for name, words in named.items()]


def _folders(patterns: Sequence[str]) -> list[str]:
    return sorted({pattern.partition("/")[0] for pattern in patterns})


def _files_below(files: pl.DataFrame, tops: Sequence[str]) -> list[tuple[str, int, str]]:
    return [row for row in files.iter_rows() if row[0].partition("/")[0] in tops]


def raw_files(folders: Folders) -> Mapping[str, Path]:
    """Path below the raw folder -> file, sorted."""
    return {path.relative_to(folders.raw).as_posix(): path for path in sorted(folders.raw.rglob("*")) if path.is_file()}
