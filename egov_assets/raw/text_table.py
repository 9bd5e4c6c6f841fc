"""One table of a user's file, the same whatever the format it came in."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class TextTable:
    """Rows of a file in file order, every column text, blanks null; read from scratch only when asked for.

    `source_name` is the name of the file (and of the member inside a container), `form` its format and encoding.
    """

    source_name: str
    form: str
    rows: pl.LazyFrame

    @property
    def headers(self) -> list[str]:
        return self.rows.collect_schema().names()
