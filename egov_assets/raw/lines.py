"""What every line of a year's files is: a row of the raw table, or something else that is named; nothing is lost."""

from collections.abc import Mapping, Sequence

import polars as pl

from egov_assets.platform.check_results import CheckResult
from egov_assets.raw.files import LeftOut
from egov_assets.raw.text_table import TextTable

FILES_READ = "files"  # the fact under which a raw table carries `lines_of`


def lines_of(
    tables: Sequence[tuple[str, TextTable]], left_out: Sequence[LeftOut], rows: Mapping[str, int]
) -> pl.DataFrame:
    """One row per table of a file, and per file, member or sheet that is left out, in the order of the files.

    rows  source_file -> rows of the raw table that come from it
    Returns source_file, format, lines (of text; rows of other formats), rows, other_lines, what (the other lines in
    words, or why it is left out), remarks.
    """
    read = [
        (
            file,
            table.form,
            table.lines,
            rows.get(file, 0),
            sum(table.no_rows.values()),
            ", ".join(f"{what} {count:,}" for what, count in table.no_rows.items()),
            "; ".join(table.remarks),
        )
        for file, table in tables
    ]
    beside = [(each.source_name, None, None, None, None, f"left out: {each.reason}", "") for each in left_out]
    return pl.DataFrame(
        [*read, *beside],
        orient="row",
        schema={
            "source_file": pl.String,
            "format": pl.String,
            "lines": pl.Int64,
            "rows": pl.Int64,
            "other_lines": pl.Int64,
            "what": pl.String,
            "remarks": pl.String,
        },
    )


def lines_not_accounted_for(files: pl.DataFrame) -> list[str]:
    """Files whose lines are not their rows and what is named beside them, one sentence each."""
    odd = files.filter(pl.col("lines") != pl.col("rows") + pl.col("other_lines"))
    return [
        f"{file}: {lines:,} lines, of which {rows:,} are rows and {other:,} are named ({what})"
        for file, lines, rows, other, what in odd.select(
            "source_file", "lines", "rows", "other_lines", "what"
        ).iter_rows()
    ]


def every_line_is_read_or_named(facts: Mapping[str, pl.DataFrame]) -> CheckResult:
    """Every physical line of every file is a row of the table or named as what it is: header, title, line break."""
    files = facts[FILES_READ]
    odd = lines_not_accounted_for(files)
    read = files.drop_nulls("lines")
    counts = {"files": read.height, "lines": int(read["lines"].sum()), "rows": int(read["rows"].sum())}
    if odd:
        return CheckResult(False, f"{'; '.join(odd)}. Export the file again; the lines between were not read.", counts)
    words = f"{counts['lines']:,} lines of {counts['files']:,} tables are {counts['rows']:,} rows and what is named"
    named = [
        f"{row['source_file']} {row['what']}" for row in files.filter(pl.col("lines").is_null()).iter_rows(named=True)
    ]
    remarks = [
        f"{row['source_file']}: {row['remarks']}" for row in read.filter(pl.col("remarks") != "").iter_rows(named=True)
    ]
    return CheckResult(True, "; ".join([words, *named, *remarks]), counts)
