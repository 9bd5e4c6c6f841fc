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
    """All rows of a small frame as a table in Markdown."""
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


def _small_png(path: Path) -> str:
    from PIL import Image  # comes with matplotlib, which drew the picture

    with Image.open(path) as picture:
        width = min(picture.width, PICTURE_WIDTH_PIXELS)
        small = picture.convert("RGB").resize((width, round(picture.height * width / picture.width)))
        content = io.BytesIO()
        small.quantize(64).save(content, format="PNG", optimize=True)
    return base64.b64encode(content.getvalue()).decode("ascii")
