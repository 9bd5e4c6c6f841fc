"""Stata files, old ones included: before version 118 their bytes carry no encoding, and Chinese copies are GB18030."""

import re
from pathlib import Path

import polars as pl
import pyreadstat

from egov_assets.raw.errors import BadFile

FIRST_UNICODE_VERSION = 118  # Stata 14


def read_stata(path: Path) -> pl.DataFrame:
    """A .dta file, every column as text (whole numbers without decimals), missing and empty as null, in file order.

    Raises  BadFile if it is empty, truncated, no Stata file, or has no row
    """
    version = stata_version(path)
    encoding = "GB18030" if version < FIRST_UNICODE_VERSION else "UTF-8"
    try:
        # Value labels stay unread: the codes are the data, and labels of old copies are often in a third encoding.
        frame, _ = pyreadstat.read_dta(
            path, encoding=encoding, disable_datetime_conversion=True, output_format="polars"
        )
    except (pyreadstat.ReadstatError, UnicodeDecodeError) as error:
        raise BadFile(
            path,
            [f"Stata file of version {version} cannot be read as {encoding} ({error}); it may be truncated"],
            "Copy the file again, or save it from Stata as csv.",
        ) from error
    if frame.is_empty():
        raise BadFile(path, ["it has variables but no observation"], "Put the complete file there, or remove it.")
    return frame.select(as_text(frame[column]) for column in frame.columns)


def stata_version(path: Path) -> int:
    """The version number in the first bytes of a .dta file."""
    with path.open("rb") as file:
        start = file.read(60)
    if not start:
        raise BadFile(path, ["the file is empty"], "Put the complete file there, or remove it.")
    tagged = re.match(rb"<stata_dta><header><release>(\d{3})</release>", start)
    if tagged:
        return int(tagged[1])
    if 102 <= start[0] <= 115:
        return start[0]
    raise BadFile(path, ["it is not a Stata file"], "Save it from Stata, or give it the ending of its real format.")


def as_text(column: pl.Series) -> pl.Series:
    """A column as text: 12.0 becomes "12", blanks and missing numbers become null."""
    if column.dtype == pl.String:
        return column.str.strip_chars("\x00").replace("", None)
    if column.dtype.is_float():
        values = column.fill_nan(None)
        whole = (values == values.floor()) & (values.abs() < 2.0**53)
        text = values.set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
        return pl.select(pl.coalesce(text, values.cast(pl.String)).alias(column.name)).to_series()
    return column.cast(pl.String)
