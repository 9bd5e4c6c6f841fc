"""Raw tables through Great Expectations: verdicts, failing rows, and Data Docs to read in a browser.

Great Expectations takes pandas frames only and six seconds to import, so it is imported when a check runs.
"""

import html
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from egov_assets.checks.suites import DIALECT, Expected, columns_of, expected_of, row_of
from egov_assets.platform.written_files import unfinished_folder

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult


# Data Docs put cells into their pages as they are: a cell with a tag would be one.
_ESCAPED = pl.col(pl.String).str.replace_many({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


@dataclass(frozen=True)
class Verdict:
    """One expectation judged: `failing` rows out of `rows`; for a table expectation both count the table."""

    expected: Expected
    dialect: str | None  # whose rows were judged
    passed: bool
    observed: str
    failing: pl.DataFrame  # what names the row, and the column; one row per failing row


def judge_year(frames: Mapping[str, pl.DataFrame], year: int | None, docs: Path) -> dict[str, list[Verdict]]:
    """Judge each raw table of a year (None: of all years) by its suite, and replace the Data Docs in `docs`.

    The rows of each dialect are judged by themselves: no copy answers for what another one cannot have.

    frames  raw table -> its rows, with at least `columns_of` it
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # read at import
    import great_expectations as gx
    from great_expectations import expectations as gxe
    from great_expectations.data_context.types.base import ProgressBarsConfig

    with unfinished_folder(docs) as unfinished:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
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
        verdicts: dict[str, list[Verdict]] = {table: [] for table in frames}
        for table, dialect, frame in _by_dialect(frames):
            name = " ".join([table, *([dialect] if dialect else []), *([str(year)] if year else [])])
            declared = expected_of(table, dialect, year)
            suite = gx.ExpectationSuite(name=name, meta={"year": year, "dialect": dialect})
            for each in declared:
                suite.add_expectation(getattr(gxe, each.kind)(**each.options, notes=each.why))
            asset = context.data_sources.add_pandas(name).add_dataframe_asset(name)
            rows = asset.add_batch_definition_whole_dataframe("all rows")
            definition = gx.ValidationDefinition(name=name, data=rows, suite=suite)
            context.suites.add(suite)
            context.validation_definitions.add(definition)
            result = definition.run(
                batch_parameters={"dataframe": frame.select(columns_of(table)).with_columns(_ESCAPED).to_pandas()},
                result_format={"result_format": "COMPLETE", "unexpected_index_column_names": list(row_of(table))},
            )
            verdicts[table] += [
                _verdict(each, dialect, found) for each, found in zip(declared, result.results, strict=True)
            ]
        context.build_data_docs()
    return verdicts


def _by_dialect(frames: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, str | None, pl.DataFrame]]:
    for table, frame in frames.items():
        if DIALECT not in columns_of(table) or frame.is_empty():
            yield table, None, frame
        else:
            for dialect in frame[DIALECT].unique().sort():
                yield table, dialect, frame.filter(pl.col(DIALECT) == dialect)


def _verdict(expected: Expected, dialect: str | None, found: "ExpectationValidationResult") -> Verdict:
    result = found.result
    rows = result.get("unexpected_index_list") or []
    failing = pl.DataFrame(rows, infer_schema_length=None) if rows else pl.DataFrame()
    failing = failing.with_columns(pl.col(pl.String).map_elements(html.unescape, return_dtype=pl.String))
    if found.exception_info.get("exception_message"):
        observed = f"not judged: {found.exception_info['exception_message']}"
    elif result.get("element_count") and _empty_rows(expected, result) == result["element_count"]:
        observed = f"all {result['element_count']:,} rows are empty"
    elif "unexpected_percent" in result:
        observed = f"{100 - (result['unexpected_percent'] or 0):.2f} % of {result['element_count']:,} rows"
    else:
        observed = f"{result.get('observed_value'):,}"
    return Verdict(expected, dialect, bool(found.success), observed, failing)


def _empty_rows(expected: Expected, result: Mapping[str, int]) -> int:
    """Rows without a value: those that fail where a value is expected, those left out elsewhere."""
    fails_where_empty = expected.kind == "ExpectColumnValuesToNotBeNull"
    return result["unexpected_count"] if fails_where_empty else result.get("missing_count", 0)
