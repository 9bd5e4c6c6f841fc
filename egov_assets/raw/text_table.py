"""One table of a user's file, the same whatever the format it came in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

HEADER_SEARCH_ROWS = 10  # titles and notes above a header
MOST_COLUMNS = 5_000  # the widest sound copy, a questionnaire with every item, has a few hundred
KnownColumns = Callable[[Sequence[str]], int]  # how many of these headers a source knows


@dataclass(frozen=True)
class TextTable:
    """Rows of a file in file order, every column text, blanks null; read from scratch only when asked for.

    source_name      name of the file, with the member of a container and the sheet of a workbook behind it
    form             its format and encoding
    lines            lines (of text) or rows (of other formats) that the file or sheet has
    no_rows          how many of these are no data row, by what they are: header, title, line break in a field
    single_precision headers of columns stored as 4-byte floats
    remarks          what the user should look at
    """

    source_name: str
    form: str
    rows: pl.LazyFrame
    lines: int
    no_rows: Mapping[str, int] = field(default_factory=dict)
    single_precision: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def headers(self) -> list[str]:
        return self.rows.collect_schema().names()

    @property
    def row_count(self) -> int:
        return self.rows.select(pl.len()).collect().item()


def header_row(rows: Sequence[Sequence[str | None]], known: KnownColumns) -> int | None:
    """The place of the first row with most known columns; None if no row names two, as a codebook's rows name one."""
    counts = [known([cell for cell in cells if cell]) for cells in rows[:HEADER_SEARCH_ROWS]]
    return counts.index(max(counts)) if max(counts, default=0) > 1 else None
