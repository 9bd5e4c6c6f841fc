"""All tables in one: tidy for scripts, rendered for people."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import write_table
from egov_assets.platform.words import LANGUAGES, words_of
from egov_assets.platform.written_files import publish_bytes, publish_text
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.regression_tables.latex import latex_document, to_latex
from egov_assets.regression_tables.printed import THE_PAPERS_WAY, printed_descriptives, printed_table
from egov_assets.regression_tables.render import to_html, to_markdown
from egov_assets.regression_tables.settings import Printing
from egov_assets.regression_tables.specifications import Table, read_specifications
from egov_assets.regression_tables.word import to_word


def publish_tables(
    specifications: Mapping[str, Table],
    estimates: pl.DataFrame,
    descriptives: pl.DataFrame,
    folder: Path,
    printing: Printing = THE_PAPERS_WAY,
) -> None:
    """Write estimates.parquet, estimates.csv, and Tables 1 to 10 in both languages as .html, .md, .tex and .docx.

    English files are named after the table, Chinese ones end in _zh; all_tables.docx and all_tables_zh.docx hold all,
    all_tables.tex and all_tables_zh.tex are documents that compile.
    Each file is written in one step.
    """
    write_table(estimates, folder / "estimates.parquet")
    reasons = pl.col("reason").map_elements(words_of("regression_tables", "en").of, return_dtype=pl.String)
    publish_text(estimates.with_columns(reasons).write_csv(), folder / "estimates.csv")
    for language in LANGUAGES:
        ending = "" if language == "en" else f"_{language}"
        printed = {"table_01": printed_descriptives(descriptives, language, printing)} | {
            name: printed_table(name, table, estimates, language=language, printing=printing)
            for name, table in specifications.items()
        }
        for name, table in printed.items():
            publish_text(to_html(table), folder / f"{name}{ending}.html")
            publish_text(to_markdown(table), folder / f"{name}{ending}.md")
            publish_text(to_latex(table), folder / f"{name}{ending}.tex")
            publish_bytes(to_word([table]), folder / f"{name}{ending}.docx")
        publish_text(latex_document(list(printed.values()), ending), folder / f"all_tables{ending}.tex")
        publish_bytes(to_word(list(printed.values())), folder / f"all_tables{ending}.docx")


def every_column_is_estimated(table: pl.DataFrame, firm_panel: pl.DataFrame, folders: Folders) -> CheckResult:
    """Every specified column can be estimated on this panel, or needs more years than the panel has."""
    specifications, years = read_specifications(folders.study_file), firm_panel["year"].n_unique()
    printed = pl.col("variant").str.ends_with(PRINTED_VARIANT)
    reading = pl.col("variant").str.strip_suffix(PRINTED_VARIANT).str.strip_suffix("_")
    left_out = table.filter(pl.col("n") == 0, printed).with_columns(reading=reading)
    # Of a column that is left out itself the readings say no more.
    left_out = left_out.unique(["table", "column", "reading"]).filter(
        (pl.col("reading") == "") | ~(pl.col("reading") == "").any().over("table", "column")
    )
    columns = table.filter(pl.col("variant") == PRINTED_VARIANT).select("table", "column").n_unique()
    # By reason: one missing variable can stop many columns.
    place = pl.format("{} ({}) {}", "table", "column", "reading").str.strip_chars_end().alias("place")
    by_reason = left_out.sort("table", "column", "reading").group_by("reason", maintain_order=True).agg(place)
    reasons = "; ".join(
        f"{', '.join(row['place'])}: {words_of('regression_tables', 'en').of(row['reason'])}"
        for row in by_reason.iter_rows(named=True)
    )
    estimated = columns - left_out.filter(pl.col("reading") == "").height
    words = f"{estimated} of {columns} columns are estimated" + (f"; not {reasons}" if reasons else "")
    needed = {
        place: specifications[name].columns[number].read_as(reading).years_needed
        for name, number, reading, place in left_out.select("table", "column", "reading", place).sort("place").rows()
    }
    waiting = {place: n for place, n in needed.items() if n > years}
    if waiting:
        known = ", ".join(f"{column} needs {n} years" for column, n in waiting.items())
        words += f". Known to be out of reach, no failure: {known}, the panel has {years}"
    return CheckResult(
        len(waiting) == left_out.height,
        words,
        {"columns": columns, "not_estimated": left_out.height, "needing_more_years": len(waiting)},
    )
