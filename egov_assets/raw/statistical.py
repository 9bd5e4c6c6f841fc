"""Files of statistics programs: Stata, SPSS, SAS, read through pyreadstat, labelled values as their labels."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyreadstat

from egov_assets.raw.errors import COMPLETE_OR_REMOVE
from egov_assets.raw.packed import Member
from egov_assets.raw.signatures import seen
from egov_assets.raw.text_table import MOST_COLUMNS, TextTable

BLOCK_ROWS = 500_000  # a survey year fits in one; customs parts of 10^7 rows stay below 1 GiB
# Strictly, in this order, whatever version wrote the file: GB18030 text is hardly ever valid UTF-8. A version is no
# evidence: Stata 13 wrote bytes without an encoding, and converters write UTF-8 into old versions.
ENCODINGS = ("UTF-8", "GB18030")
READERS: dict[str, Callable[..., tuple[Any, Any]]] = {
    "dta": pyreadstat.read_dta,
    "sav": pyreadstat.read_sav,
    "zsav": pyreadstat.read_sav,
    "sas7bdat": pyreadstat.read_sas7bdat,
    "xpt": pyreadstat.read_xport,
}
SAS = ("sas7bdat", "xpt")
UNREADABLE = (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError)
NUMBERS_SHOWN = 5
# Formats that SAS itself has; one of another name is the user's, with its labels in a catalogue beside the data.
FORMATS_OF_SAS = re.compile(
    r"\$?(BEST|[FDEZ]|COMMAX?|DOLLARX?|EUROX?|YEN|PERCENTN?|NUMX|NEGPAREN|FRACT|HEX|BINARY|OCTAL|CHAR|VARYING|UPCASE|QUOTE"
    r"|\w*(DATE|TIME|DAY|MON|MM|YY|QTR|WEEK|YEAR|JULIAN|HOUR)\w*)?[\d.]*"
)


def read_statistical(member: Member, scratch: Path) -> TextTable:
    """Every column as text: labelled values as their labels, whole numbers without decimals, missing as null.

    Raises  BadFile if it is empty, truncated, of another format, in no known encoding, too wide, or has no row
    """
    path = member.on_disk(scratch)
    version = _version(member, path)
    failures = []
    for encoding in ENCODINGS:
        try:
            return _read(member, path, scratch, f"{version}, {encoding}", encoding)
        except UNREADABLE as error:
            failures.append(f"{encoding}: {error}")
    raise member.refused(
        f"{version} cannot be read, as {'; as '.join(failures)}; it may be truncated",
        remedy="Copy the file again, or save it as csv in UTF-8.",
    )


def _read(member: Member, path: Path, scratch: Path, form: str, encoding: str) -> TextTable:
    # By offset, because Stata files of 2010 state their number of rows and SAS files may not.
    blocks: list[Path] = []
    labels: Mapping[str, Mapping[Any, str]] = {}
    single_precision: tuple[str, ...] = ()
    unlabelled: dict[str, set[str]] = {}
    coded: tuple[str, ...] = ()
    rows = 0
    for frame, facts in _blocks(member, path, encoding):
        labels = facts.variable_value_labels
        single_precision = tuple(name for name, kind in facts.readstat_variable_types.items() if kind == "float")
        if member.ending in SAS:
            coded = tuple(_coded(name, form) for name, form in facts.original_variable_types.items() if _is_own(form))
        texts = [labelled(frame[name], labels.get(name, {}), unlabelled) for name in frame.columns]
        blocks.append(scratch / f"rows_{len(blocks)}.parquet")
        pl.DataFrame(texts).write_parquet(blocks[-1])
        rows += frame.height
    if not rows:
        raise member.refused("it has variables but no observation", remedy=COMPLETE_OR_REMOVE)
    return TextTable(
        member.source_name,
        form,
        pl.scan_parquet(blocks),
        lines=rows,
        single_precision=single_precision,
        remarks=(*(_half_labelled(name, labels[name], numbers) for name, numbers in unlabelled.items()), *coded),
    )


def _blocks(member: Member, path: Path, encoding: str) -> Iterator[tuple[pl.DataFrame, Any]]:
    read, offset = READERS[member.ending], 0
    while True:
        frame, facts = read(
            path,
            encoding=encoding,
            disable_datetime_conversion=True,
            output_format="polars",
            row_offset=offset,
            row_limit=BLOCK_ROWS,
        )
        if frame.width > MOST_COLUMNS:
            fault = f"it has {frame.width:,} columns, more than {MOST_COLUMNS:,}"
            raise member.refused(fault, remedy="Keep the columns that are needed.")
        if not frame.is_empty():
            yield frame, facts
        if frame.height < BLOCK_ROWS:
            return
        offset += BLOCK_ROWS


def labelled(column: pl.Series, labels: Mapping[Any, str], unlabelled: dict[str, set[str]]) -> pl.Series:
    """The column as text, a value that has a label as its label; values without one are added to `unlabelled`."""
    text = as_text(column)
    named = {_as_printed(value): label for value, label in labels.items() if label.strip()}
    if not named:
        return text
    is_named = text.is_in(list(named))
    if is_named.any() and not is_named.fill_null(True).all():
        without = text.filter(~is_named).unique().sort().to_list()
        unlabelled.setdefault(column.name, set()).update(without)
    return text.replace(named)


def _as_printed(value: Any) -> str:
    """A labelled value as `as_text` prints it."""
    return str(int(value)) if isinstance(value, float) and value == int(value) else str(value)


def _half_labelled(name: str, labels: Mapping[Any, str], numbers: set[str]) -> str:
    shown = ", ".join(sorted(numbers)[:NUMBERS_SHOWN]) + (", …" if len(numbers) > NUMBERS_SHOWN else "")
    return f"column {name} has labels for {len(labels)} values and none for {shown}; these stay as they are"


def _is_own(form: str | None) -> bool:
    return form is not None and FORMATS_OF_SAS.fullmatch(form.upper()) is None


def _coded(name: str, form: str) -> str:
    return (
        f"column {name} is printed in SAS by the format {form}, whose labels are in another file: its codes are read; "
        "if they are not what the column should say, export it as text"
    )


def _version(member: Member, path: Path) -> str:
    """Format and version by the first bytes; pyreadstat's own word for a wrong format is only that it cannot read."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start:
        raise member.refused("the file is empty", remedy=COMPLETE_OR_REMOVE)
    if member.ending != "dta":
        return member.ending
    tagged = re.match(rb"<stata_dta><header><release>(\d{3})</release>", start)
    if tagged:
        return f"dta {int(tagged[1])}"
    if 102 <= start[0] <= 115 and start[1] in (1, 2):
        return f"dta {start[0]}"
    raise member.refused(
        f"it is not a Stata file but looks like {seen(start)}",
        remedy="Save it from Stata, or give it the ending of its real format.",
    )


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
