"""The rows of a study's own source: read as those of every source, their keys as codes and their figures as numbers."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pandera.polars as pa
import polars as pl

from egov_assets.platform.cells import hs6_codes, is_filled, numbers, organisation_codes, tidied_codes, years
from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.contract import Table
from egov_assets.platform.known_codes import known_codes
from egov_assets.raw.own_sources import KEYS, PRINTED_KEY, PRINTED_YEAR, YEAR, OwnSource
from egov_assets.raw.schema import RawRows, text
from egov_assets.raw.tables import Facts, read_tables

SHOWN = 5


def own_table(name: str, own: OwnSource) -> type[Table]:
    """The model of a source's table: file, row and year, what the file has for the key, its code, the figures, and why
    a row is rejected."""
    texts = {
        column: text(f"{header}, as printed") for column, header in own.headers.items() if column not in own.columns
    }
    fields = {
        **texts,
        own.code: text(f"code that the row is about ({own.about}); missing if it cannot be told"),
        **{column: pa.Field(nullable=True, description=each.description) for column, each in own.columns.items()},
        "rejected": text("why the row is not used; missing if it is"),
    }
    kinds = {column: float if column in own.columns else str for column in fields}
    return type(f"Raw_{name}", (RawRows,), {**fields, "__annotations__": kinds, "__doc__": own.title})


def read_own_rows(raw: Path, name: str, year: int, own: OwnSource) -> tuple[pl.DataFrame, Facts]:
    """The rows of a year as `own_table` describes them; of files that serve several years those of the others are left.

    A row is rejected whose key or year cannot be read, or that holds a figure which is no number. Beside the rows, what
    the lines of the files are.
    Raises  BadSource, NotAvailable as `read_tables`
    """
    texts, facts = read_tables(raw, name, year, list(own.headers))
    return judged_rows(texts, year, own), facts


def judged_rows(texts: pl.DataFrame, year: int, own: OwnSource) -> pl.DataFrame:
    """Rows as text under `OwnSource.headers` -> as `read_own_rows` gives them."""
    codes = CODES[own.about](texts[PRINTED_KEY])
    figures = [numbers(texts[column]) for column in own.columns]
    reasons = [_unread(codes, texts[PRINTED_KEY], f"no {own.about}", also_empty=True)]
    reasons += [
        _unread(figure, texts[column], f"{own.columns[column].header} is no number")
        for column, figure in zip(own.columns, figures, strict=True)
    ]
    of_year = pl.repeat(True, texts.height, eager=True)
    if YEAR in own.key:
        stated = years(texts[PRINTED_YEAR])
        reasons.append(_unread(stated, texts[PRINTED_YEAR], "no year", also_empty=True))
        if "{year}" in own.files:
            reasons.append(
                _where((stated != year).fill_null(False), "another year than the file's", texts[PRINTED_YEAR])
            )
        else:
            of_year = stated.is_null() | (stated == year)
    rejected = pl.select(pl.concat_str(reasons, separator="; ", ignore_nulls=True)).to_series()
    return (
        texts.drop("dialect", *own.columns)
        .with_columns(codes.alias(own.code), *figures, rejected=rejected.replace("", None))
        .filter(of_year)
        .select("source_file", "source_row", "year", *_printed(own), own.code, *own.columns, "rejected")
    )


def no_key_stands_twice(table: pl.DataFrame) -> CheckResult:
    """What a row is about, no other row of the year is about."""
    code = next(column for column in KEYS.values() if column in table.columns)
    used = table.filter(pl.col("rejected").is_null())
    twice = used.filter(pl.len().over(code) > 1).sort(code, "source_file", "source_row")
    shown = [
        f"{row[code]} in {row['source_file']} row {row['source_row']}"
        for row in twice.head(SHOWN).iter_rows(named=True)
    ]
    more = f" and {twice.height - SHOWN:,} more" if twice.height > SHOWN else ""
    words = f"{twice.height:,} rows are about what another is about: {'; '.join(shown)}{more}. Keep one each."
    return CheckResult(twice.is_empty(), words if shown else "each stands there once", {"rows": twice.height})


def every_row_is_used(table: pl.DataFrame) -> CheckResult:
    """No row is rejected."""
    odd = table.drop_nulls("rejected")
    shown = [
        f"{row['source_file']} row {row['source_row']}: {row['rejected']}"
        for row in odd.head(SHOWN).iter_rows(named=True)
    ]
    more = f" and {odd.height - SHOWN:,} more" if odd.height > SHOWN else ""
    words = f"{odd.height:,} of {table.height:,} rows are rejected: {'; '.join(shown)}{more}"
    return CheckResult(odd.is_empty(), words if shown else f"{table.height:,} rows", {"rejected": odd.height})


def _printed(own: OwnSource) -> list[str]:
    return [column for column in own.headers if column not in own.columns]


def _named(column: str, cells: pl.Series) -> pl.Series:
    """Codes of a place or an industry by their names and codes."""
    codes = known_codes(column)
    assert codes is not None, f"{column} is no column of known codes"
    return tidied_codes(cells).replace_strict(codes, default=None, return_dtype=pl.String)


def _company_ids(cells: pl.Series) -> pl.Series:
    ids = tidied_codes(cells).str.to_uppercase()
    return ids.set(~ids.str.contains("^[1-9][0-9A-Z]{9}$").fill_null(False), None)


CODES: Mapping[str, Callable[[pl.Series], pl.Series]] = {
    "survey_firm_id": organisation_codes,
    "company_id": _company_ids,
    "city": partial(_named, "city_code"),
    "province": partial(_named, "province_code"),
    "industry": partial(_named, "industry"),
    "industry_2002_code": partial(_named, "industry_2002_code"),
    "hs6": hs6_codes,
}


def _unread(meant: pl.Series, printed: pl.Series, reason: str, also_empty: bool = False) -> pl.Series:
    """The reason and what is printed, where something is and means nothing; where nothing is, too, if that is wrong."""
    odd = meant.is_null() if also_empty else meant.is_null() & is_filled(printed)
    return _where(odd, reason, printed)


def _where(odd: pl.Series, reason: str, printed: pl.Series) -> pl.Series:
    return pl.Series([f"{reason}: {cell or 'nothing'}" for cell in printed], dtype=pl.String).set(~odd, None)
