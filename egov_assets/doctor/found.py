"""What `egov doctor` finds out about the files of a source, as records.

A *fault* keeps the year from being read. A *doubt* does not: the user should look, the cleaning may already handle it.
"""

from dataclasses import dataclass

from egov_assets.platform.availability import Lacking

SUMMARY = ("source", "year", "files", "format", "dialect", "rows", "columns", "missing columns", "not used")


@dataclass(frozen=True)
class Doubt:
    """A sentence; `{count}` in it stands for how many rows or values it is about."""

    words: str
    count: int = 0


@dataclass(frozen=True)
class ColumnFound:
    """A canonical column in a file: the header it has there (null if none), share of rows filled, first values."""

    name: str
    header: str | None
    filled_share: float
    sample: tuple[str, ...]


@dataclass(frozen=True)
class FileFound:
    """One table of one file. `unused` are headers that no column takes; `rows` is null where nothing could be read."""

    file: str
    form: str = ""
    dialect: str = ""
    rows: int | None = None
    columns: tuple[ColumnFound, ...] = ()
    unused: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    content: int = 0


@dataclass(frozen=True)
class SourceFound:
    """The files of one source and year; `left_out` are files, members and sheets that are notes, with the reason."""

    source: str
    year: int
    files: tuple[FileFound, ...]
    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    lacking: Lacking = ()  # what would be read, if there is no file at all

    @property
    def is_readable(self) -> bool:
        return not self.all_faults

    @property
    def all_faults(self) -> list[str]:
        return [*(fault for file in self.files for fault in file.faults), *self.faults]

    @property
    def all_doubts(self) -> list[str]:
        """Doubts as sentences; the same doubt about several files is one, with the sum of its counts."""
        files: dict[str, list[str]] = {}
        counts: dict[str, int] = {}
        for file in self.files:
            for doubt in file.doubts:
                files.setdefault(doubt.words, []).append(file.file)
                counts[doubt.words] = counts.get(doubt.words, 0) + doubt.count
        merged = [
            f"{where[0] if len(where) == 1 else f'{len(where)} files'}: "
            + words.replace("{count}", f"{counts[words]:,}")
            for words, where in files.items()
        ]
        return [*merged, *self.doubts]

    @property
    def rows_and_columns(self) -> tuple[str, str]:
        """Rows read, and columns found of those known, as text; why there are none, if nothing was read."""
        read = [file for file in self.files if file.rows is not None]
        if not read:
            return ("no file" if self.lacking else "unread", "")
        columns = {column.name: False for file in read for column in file.columns}
        columns |= {column.name: True for file in read for column in file.columns if column.header}
        return f"{sum(file.rows or 0 for file in read):,}", f"{sum(columns.values())}/{len(columns)}"

    @property
    def summary(self) -> list[str]:
        """The line of the page's overview, under the headings SUMMARY."""
        read = [file for file in self.files if file.rows is not None]
        names = list(dict.fromkeys(column.name for file in read for column in file.columns))
        there = {column.name for file in read for column in file.columns if column.header}
        rows, columns = self.rows_and_columns if read else ("-", "-")
        return [
            self.source,
            str(self.year),
            str(len(self.files)),
            ", ".join(dict.fromkeys(file.form for file in read)) or ("none there" if self.lacking else ""),
            ", ".join(dict.fromkeys(file.dialect for file in read)),
            rows,
            columns,
            ", ".join(name for name in names if name not in there),
            ", ".join(dict.fromkeys(header for file in read for header in file.unused)),
        ]

    @property
    def filled(self) -> set[str]:
        """Columns (of a yearbook: indicators) that hold something in at least one file."""
        return {column.name for file in self.files for column in file.columns if column.filled_share > 0}
