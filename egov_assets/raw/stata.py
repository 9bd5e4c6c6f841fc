"""Stata files, old ones included: before version 118 their bytes carry no encoding, and Chinese copies are GB18030."""

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyreadstat

from egov_assets.raw.errors import COMPLETE_OR_REMOVE, BadFile
from egov_assets.raw.packed import Member
from egov_assets.raw.text_table import TextTable

FIRST_UNICODE_VERSION = 118  # Stata 14
BLOCK_ROWS = 500_000  # a survey year fits in one; customs parts of 10^7 rows stay below 1 GiB


def read_stata(member: Member, scratch: Path) -> TextTable:
    """A .dta file, every column as text (whole numbers without decimals), missing and empty as null, in file order.

    Raises  BadFile if it is empty, truncated, no Stata file, or has no row
    """
    path = member.on_disk(scratch)
    version = _stata_version(path, member.path)
    encoding = "GB18030" if version < FIRST_UNICODE_VERSION else "UTF-8"
    blocks = []
    try:
        for number, block in enumerate(_blocks(path, encoding)):
            blocks.append(scratch / f"rows_{number}.parquet")
            block.select(as_text(block[column]) for column in block.columns).write_parquet(blocks[-1])
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise BadFile(
            member.path,
            [f"Stata file of version {version} cannot be read as {encoding} ({error}); it may be truncated"],
            "Copy the file again, or save it from Stata as csv.",
        ) from error
    if not blocks:
        raise BadFile(member.path, ["it has variables but no observation"], COMPLETE_OR_REMOVE)
    return TextTable(member.source_name, f"dta {version}, {encoding}", pl.scan_parquet(blocks))


def _blocks(path: Path, encoding: str) -> Iterator[pl.DataFrame]:
    offset = 0
    while True:
        # Value labels stay unread: the codes are the data, and labels of old copies are often in a third encoding.
        frame, _ = pyreadstat.read_dta(
            path,
            encoding=encoding,
            disable_datetime_conversion=True,
            output_format="polars",
            row_offset=offset,
            row_limit=BLOCK_ROWS,
        )
        if not frame.is_empty():
            yield frame
        if frame.height < BLOCK_ROWS:
            return
        offset += BLOCK_ROWS


def _stata_version(path: Path, shown: Path) -> int:
    """The version number in the first bytes of a .dta file; `shown` is the file that an error names."""
    with path.open("rb") as file:
        start = file.read(60)
    if not start:
        raise BadFile(shown, ["the file is empty"], COMPLETE_OR_REMOVE)
    tagged = re.match(rb"<stata_dta><header><release>(\d{3})</release>", start)
    if tagged:
        return int(tagged[1])
    if 102 <= start[0] <= 115:
        return start[0]
    raise BadFile(shown, ["it is not a Stata file"], "Save it from Stata, or give it the ending of its real format.")


def as_text(column: pl.Series) -> pl.Series:
    """A column as text: 12.0 becomes "12", blanks and missing numbers become null."""
    if column.dtype == pl.String:
        return column.str.strip_chars("\x00").replace("", None)
    if column.dtype.is_float():
        values = column.cast(pl.Float64).fill_nan(None)
        whole = (values == values.floor()) & (values.abs() < 2.0**53)
        text = values.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
        return pl.select(pl.coalesce(text, values.cast(pl.String)).alias(column.name)).to_series()
    return column.cast(pl.String)
