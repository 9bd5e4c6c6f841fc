"""Raw tables by their suites: verdicts, failing rows, and Data Docs to read in a browser.

Rows are counted where they lie (`failing_rows.py`), and Great Expectations judges the counts: it takes rows as pandas
frames only, which at 3.6 million lines cost 2.8 times as much as reading the files. It takes two seconds of processor
time to import, so it is imported when a check runs.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from egov_assets.checks.failing_rows import Counts, count_failing, failing_rows
from egov_assets.checks.suites import Expected, row_of
from egov_assets.platform.written_files import unfinished_folder

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite, ExpectationValidationResult
    from great_expectations.data_context import EphemeralDataContext
    from great_expectations.expectations.expectation import Expectation

SHOWN_IN_DOCS = 1_000  # failing rows whose values Data Docs count: they show 20 values

# Data Docs put cells into their pages as they are: a cell with a tag would be one.
_ESCAPED = pl.col(pl.String).str.replace_many({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True)
class Verdict:
    """One expectation judged.

    failing  the column's value and what names the row, one row per failing row: all if it is not met, the first
             SHOWN_IN_DOCS if it is; without rows or columns if it is about the table as a whole
    """

    expected: Expected
    dialect: str | None  # whose rows were judged
    passed: bool
    observed: str
    failing: pl.DataFrame


def judge_table(table: str, rows: pl.LazyFrame, year: int | None, docs: Path) -> list[Verdict]:
    """Judge a raw table of a year (None: of all years) by its suite, and replace the Data Docs in `docs`.

    The rows of each dialect are judged by themselves: no copy answers for what another one cannot have.

    rows  with at least `columns_of` the table
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import
    import great_expectations as gx
    from great_expectations import expectations as gxe

    with unfinished_folder(docs) as unfinished:
        context = gx.get_context(mode="ephemeral")
        for site in context.get_site_names():
            context.delete_data_docs_site(site)
        context.add_data_docs_site(
            "local",
            {
                "class_name": "SiteBuilder",
                "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(unfinished)},
                "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            },
        )
        verdicts: list[Verdict] = []
        for dialect, counted in count_failing(table, rows, year).items():
            name = " ".join([table, *([dialect] if dialect else []), *([str(year)] if year else [])])
            suite = gx.ExpectationSuite(name=name, meta={"year": year, "dialect": dialect})
            results = []
            for expected, counts in counted:
                asked = suite.add_expectation(getattr(gxe, expected.kind)(**expected.options, notes=expected.why))
                failing = pl.DataFrame()
                if counts.failing:
                    failing = failing_rows(table, rows, dialect, expected, SHOWN_IN_DOCS)
                found = _judged(asked, counts, failing, row_of(table))
                if counts.failing > failing.height and not found.success:
                    failing = failing_rows(table, rows, dialect, expected, None)
                results.append(found)
                verdicts.append(
                    Verdict(expected, dialect, bool(found.success), _observed(counts, found.result), failing)
                )
            _store(context, suite, results)
        context.build_data_docs()
    return verdicts


def _judged(
    asked: "Expectation", counts: Counts, shown: pl.DataFrame, row: Sequence[str]
) -> "ExpectationValidationResult":
    """Great Expectations' judgement, given the metrics that it would have taken from a pandas frame of the rows."""
    from great_expectations.execution_engine import PandasExecutionEngine

    engine = PandasExecutionEngine()  # without a frame: asked only which metrics it would take
    asked_for = {"result_format": {"result_format": "COMPLETE", "unexpected_index_column_names": list(row)}}
    escaped = shown.with_columns(_ESCAPED)
    metrics = {
        "row_count": counts.rows,
        "unexpected_count": counts.failing,
        "unexpected_values": escaped.to_series().to_list() if escaped.width else [],
        "unexpected_index_list": escaped.to_dicts(),
        "unexpected_index_query": None,  # in pandas' words, which nobody here could use
    }
    needed = asked.get_validation_dependencies(engine, asked_for).metric_configurations
    return asked.metrics_validate(
        {
            each.id: counts.missing
            if name == "column_values.nonnull.unexpected_count"
            else metrics[name.split(".")[-1]]
            for name, each in needed.items()
        },
        asked_for,
        engine,
    )


def _observed(counts: Counts, result: Mapping[str, Any]) -> str:
    if counts.rows and counts.missing == counts.rows:
        return f"all {counts.rows:,} rows are empty"
    if "unexpected_percent" in result:
        return f"{100 - (result['unexpected_percent'] or 0):.2f} % of {counts.rows:,} rows"
    return f"{result['observed_value']:,}"


def _store(
    context: "EphemeralDataContext", suite: "ExpectationSuite", results: "list[ExpectationValidationResult]"
) -> None:
    """Suite and results, for the pages of Data Docs."""
    from great_expectations.core import ExpectationSuiteValidationResult, RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )
    from great_expectations.validator.validator import calc_validation_statistics

    context.suites.add(suite)
    run = RunIdentifier(run_time=datetime.now(UTC))
    of_suite = ExpectationSuiteIdentifier(suite.name)
    statistics = calc_validation_statistics(results)._asdict()
    context.validation_results_store.store_validation_results(
        ExpectationSuiteValidationResult(
            success=statistics.pop("success"),
            results=results,
            suite_name=suite.name,
            statistics=statistics,
            meta={"run_id": run, "great_expectations_version": version("great_expectations")},
        ),
        ValidationResultIdentifier(of_suite, run, suite.name),
        of_suite,
    )
