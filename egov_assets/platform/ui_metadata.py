"""What the UI shows of a table beside its rows: plain values, small tables, text in Markdown, and pictures.

Pictures are put into the record itself, as small PNG, because a browser does not open files of this machine.
"""

import base64
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

PICTURE_WIDTH_PIXELS = 1000


class Markdown(str):
    """Text to be shown as Markdown, not as it stands."""


def as_metadata(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata for Dagster: a frame becomes a table, the path of a PNG file a picture; other values stay."""
    return {name: _as_metadata(name, value) for name, value in facts.items()}


def _as_metadata(name: str, value: Any) -> Any:
    if isinstance(value, pl.DataFrame):
        return dg.MetadataValue.md(markdown_table(value))
    if isinstance(value, Markdown):
        return dg.MetadataValue.md(value)
    if isinstance(value, Path) and value.suffix == ".png":
        return dg.MetadataValue.md(f"![{name}](data:image/png;base64,{_small_png(value)})")
    return value


def markdown_table(frame: pl.DataFrame) -> str:
    """All rows of a small frame as a table in Markdown; what cells and heads hold is text, never markup."""
    frame = frame.with_columns(_as_text(pl.col(pl.String))).rename({name: _head(name) for name in frame.columns})
    with pl.Config(
        tbl_formatting="MARKDOWN",
        tbl_hide_column_data_types=True,
        tbl_hide_dataframe_shape=True,
        tbl_cols=-1,
        tbl_rows=-1,
        tbl_width_chars=10_000,
        fmt_str_lengths=80,
    ):
        return str(frame)


MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "[": "&#91;", "`": "&#96;", "\r": " ", "\n": " "}


def _as_text(cells: pl.Expr) -> pl.Expr:
    return cells.str.replace_many(MARKUP)


def _head(name: str) -> str:
    return "".join(MARKUP.get(character, character) for character in name)


def _small_png(path: Path) -> str:
    from PIL import Image  # comes with matplotlib, which drew the picture

    with Image.open(path) as picture:
        width = min(picture.width, PICTURE_WIDTH_PIXELS)
        small = picture.convert("RGB").resize((width, round(picture.height * width / picture.width)))
        content = io.BytesIO()
        small.quantize(64).save(content, format="PNG", optimize=True)
    return base64.b64encode(content.getvalue()).decode("ascii")
