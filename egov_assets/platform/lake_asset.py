"""`@lake_asset`: a pure function over frames becomes an asset that is checked first and published only if it passes.

What belongs here: loading inputs by parameter name, write-audit-publish, and what the UI shows of a table.
Not here: what a table means (the chapters), how files are written (`lake.py`), how frames are judged
(`check_results.py`).
"""

import inspect
import re
import time
import warnings as python_warnings
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_type_hints

import dagster as dg
import polars as pl
from dagster_pandera import pandera_schema_to_dagster_type

from egov_assets.platform.automation import refresh_when_inputs_change
from egov_assets.platform.check_results import Finding, SchemaFinding, judge_schema
from egov_assets.platform.column_lineage import column_sources, lineage_metadata
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table, table_path, write_blocks, write_table
from egov_assets.platform.partitions import export_years
from egov_assets.platform.ui_metadata import markdown_table, shown
from egov_assets.platform.years import YEARS

# Both are pinned and tested here: checks by year (preview) and the table schema of a pandera model (beta).
for notice in (dg.PreviewWarning, dg.BetaWarning):
    python_warnings.filterwarnings("ignore", category=notice, module=__name__)

OWNER = "team:egov-quality"
KEY_COLUMNS = "egov/key"  # metadata of every table: the columns that identify a row
READS = "egov/reads"  # metadata of a table that reads files beside its inputs: their patterns
PREVIEW_ROWS = 5
ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN

Check = Callable[..., Finding]


def lake_asset(
    *,
    schema: type,
    group: str,
    by_year: bool,
    kinds: Sequence[str] = ("polars",),
    deps: Sequence[str] = (),
    all_years_of: Sequence[str] = (),
    reads: Sequence[str] = (),
    checks: Sequence[Check] = (),
    warnings: Sequence[Check] = (),
    made_from: Mapping[str, str] | None = None,
) -> Callable[[Callable[..., Any]], dg.AssetsDefinition]:
    """Make an asset of a function that returns a frame, or a frame and a dict of facts for the UI (`ui_metadata.py`).

    schema    pandera.polars model of the table; its `_key: ClassVar[list[str]]` sorts and identifies rows
    by_year   True: one file per year partition; False: one file for all years
    deps      upstream assets that are not read as parameters
    all_years_of  parameters of a yearly asset that it reads for all years
    reads     patterns of files below the raw folder, settings aside, that it reads and whose names no column keeps
    checks    pure functions; a failed one keeps the table unpublished and stops what is downstream
    warnings  pure functions; a failed one is shown and alerted, the table is published
    made_from column -> sources as in the schema's `_made_from` (`column_lineage.py`), where tables share a schema

    The function's parameters name lake tables and are loaded by annotation (`pl.DataFrame` or `pl.LazyFrame`): the
    same year for a yearly asset, all years for an all-years asset or where `all_years_of` says so, and a table of all
    years always whole. Two further parameters are filled in when asked for: `year: int` and `folders: Folders`.
    A function that yields frames makes a table that may be larger than memory: each block is judged by the schema and
    written as it comes, all are published together or none. Blocks come in the order of the key; what the function
    returns behind the last are the facts. The checks of such an asset look at its inputs and facts, not at the whole
    table, which nobody holds.
    A check takes the new frame as `table`, the asset's facts as `facts`, and by name any input of the asset; its name
    and first docstring line are the check's name and description in the UI.
    """

    def decorate(function: Callable[..., Any]) -> dg.AssetsDefinition:
        table = function.__name__
        hints = get_type_hints(function)
        if not schema._key:
            raise TypeError(f"{schema.__name__} needs a `_key`: the columns that identify a row of {table}.")
        in_blocks = inspect.isgeneratorfunction(function)
        if in_blocks and any("table" in inspect.signature(check).parameters for check in (*checks, *warnings)):
            raise TypeError(f"{table} is written block by block; no check of its own ever sees it whole.")
        inputs = [name for name in inspect.signature(function).parameters if name not in ("year", "folders")]
        columns = pandera_schema_to_dagster_type(schema).metadata["schema"].schema
        graded = [(check, True) for check in checks] + [(check, False) for check in warnings]

        @dg.asset(
            name=table,
            description=_in_markdown(inspect.getdoc(function)),
            group_name=group,
            kinds={*kinds, "parquet"},
            owners=[OWNER],
            deps=[*(_all_years(name) if name in all_years_of else name for name in inputs), *deps],
            partitions_def=export_years if by_year else None,
            check_specs=[
                _check_spec("schema", table, by_year, True, f"Every row of {table} keeps to {schema.__name__}."),
                *(_check_spec(check.__name__, table, by_year, stops, _first_line(check)) for check, stops in graded),
            ],
            metadata={
                "dagster/column_schema": columns,
                KEY_COLUMNS: schema._key,
                **({READS: list(reads)} if reads else {}),
            },
            automation_condition=refresh_when_inputs_change if inputs or deps else None,
        )
        def asset(context: dg.AssetExecutionContext) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
            folders = Folders.from_environment()
            year = int(context.partition_key) if by_year else None
            years = [year] if by_year else YEARS
            available: dict[str, Any] = {"year": year, "folders": folders}
            input_columns = {}
            for name in inputs:
                rows = scan_table(folders.lake, name, YEARS if name in all_years_of else years)
                input_columns[name] = rows.collect_schema().names()
                available[name] = rows if hints[name] is pl.LazyFrame else rows.collect()

            path = table_path(folders.lake, table, year)
            names = [column.name for column in columns.columns]
            lineage = lineage_metadata(
                column_sources(names, input_columns, made_from or getattr(schema, "_made_from", {}))
            )
            if in_blocks:
                blocks = _call(function, available)
                yield from _publish_blocks(table, year, blocks, schema, columns, lineage, path, graded, available)
                return
            frame, facts = _frame_and_facts(_call(function, available))
            found, seconds = _timed(lambda: judge_schema(frame, schema))
            outcomes = [_schema_result(found, columns, seconds)]
            if found.passed:
                seen = available | {"table": found.frame, "facts": facts}
                outcomes += [_judged(check, seen, stops) for check, stops in graded]
            if problems := _problems(outcomes):
                yield from outcomes
                raise dg.Failure(_not_published(table, year, problems, schema), allow_retries=False)

            version = write_table(found.frame, path)
            yield dg.MaterializeResult(
                data_version=dg.DataVersion(version),
                metadata={
                    "dagster/row_count": found.frame.height,
                    "path": dg.MetadataValue.path(path),
                    "preview": dg.MetadataValue.md(_preview(found.frame)),
                    **lineage,
                    **shown(facts),
                },
            )
            # Told after the table though found before: Dagster ties a check to the newest table it knows, and one tied
            # to the table before counts as not passed for what waits downstream.
            yield from outcomes

        return asset

    return decorate


def _in_markdown(docstring: str | None) -> str:
    """A docstring whose labelled parts ("Out     one row per ...") are points of a list, as the UI shows Markdown."""
    return re.sub(r"(?m)^(\w+) {2,}", r"- **\1** ", docstring or "")


def _all_years(table: str) -> dg.AssetDep:
    return dg.AssetDep(table, partition_mapping=dg.AllPartitionMapping())


class _BlocksRefused(Exception):
    """A block breaks the schema, or all of them a check; the table is not published."""

    def __init__(self, outcomes: Sequence[dg.AssetCheckResult]):
        self.outcomes = outcomes


def _publish_blocks(
    table: str,
    year: int | None,
    blocks: Generator[pl.DataFrame, None, Mapping[str, Any] | None],
    schema: type,
    columns: dg.TableSchema,
    lineage: Mapping[str, Any],
    path: Path,
    graded: Sequence[tuple[Check, bool]],
    available: Mapping[str, Any],
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    rows, seconds, first = 0, 0.0, pl.DataFrame()
    facts: dict[str, Any] = {}
    outcomes: list[dg.AssetCheckResult] = []

    def with_facts() -> Iterator[pl.DataFrame]:
        facts.update((yield from blocks) or {})

    def judged() -> Iterator[pl.DataFrame]:
        nonlocal rows, seconds, first
        for block in with_facts():
            found, of_block = _timed(lambda block=block: judge_schema(block, schema))
            seconds += of_block
            if not found.passed:
                outcome = _schema_result(found, columns, seconds)
                words = f"{outcome.description}, in one block; what follows was not judged"
                raise _BlocksRefused([outcome._replace(description=words)])
            first = first if rows else found.frame.head(PREVIEW_ROWS)
            rows += found.frame.height
            yield found.frame
        sound = _schema_result(SchemaFinding(first, first.clear(), 0), columns, seconds)
        outcomes.append(sound._replace(description=f"all {rows:,} rows keep to the schema"))
        outcomes.extend(_judged(check, {**available, "facts": facts}, stops) for check, stops in graded)
        if _problems(outcomes):
            raise _BlocksRefused(outcomes)

    try:
        version = write_blocks(judged(), path)
    except _BlocksRefused as refused:
        yield from refused.outcomes
        problems = _problems(refused.outcomes)
        raise dg.Failure(_not_published(table, year, problems, schema), allow_retries=False) from None
    yield dg.MaterializeResult(
        data_version=dg.DataVersion(version),
        metadata={
            "dagster/row_count": rows,
            "path": dg.MetadataValue.path(path),
            "preview": dg.MetadataValue.md(_preview(first)),
            **lineage,
            **shown(facts),
        },
    )
    yield from outcomes


def _problems(outcomes: Sequence[dg.AssetCheckResult]) -> list[str]:
    """The words of the checks that keep a table from being published."""
    return [each.description for each in outcomes if not each.passed and each.severity is ERROR]


def _call(function: Callable[..., Any], available: Mapping[str, Any]) -> Any:
    return function(**{name: available[name] for name in inspect.signature(function).parameters})


def _frame_and_facts(result: Any) -> tuple[pl.DataFrame, dict[str, Any]]:
    frame, facts = result if isinstance(result, tuple) else (result, {})
    # In memory, not streaming: streaming adds floats in the order threads finish, and bytes would differ by run.
    return (frame.collect() if isinstance(frame, pl.LazyFrame) else frame), dict(facts)


def _first_line(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or function.__name__).splitlines()[0]


def _check_spec(name: str, table: str, by_year: bool, stops: bool, description: str) -> dg.AssetCheckSpec:
    # By year as the table is: without it the UI shows the latest evaluation only, and a good 2010 hides a failed 2012.
    years = export_years if by_year else None
    return dg.AssetCheckSpec(name, asset=table, blocking=stops, description=description, partitions_def=years)


def _timed(judge: Callable[[], Any]) -> tuple[Any, float]:
    """What `judge` returns, and how many seconds it took; checks tell their cost (benchmarks/checks.py)."""
    start = time.perf_counter()
    return judge(), time.perf_counter() - start


def _schema_result(found: SchemaFinding, columns: dg.TableSchema, seconds: float) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        check_name="schema",
        passed=found.passed,
        severity=ERROR,
        description=found.words,
        metadata={
            "failures": found.count,
            "first_failures": dg.MetadataValue.md(markdown_table(found.failures)),
            "limits": dg.MetadataValue.md(_limits(columns)),
            "seconds": seconds,
        },
    )


def _judged(check: Check, seen: Mapping[str, Any], stops: bool) -> dg.AssetCheckResult:
    finding, seconds = _timed(lambda: _call(check, seen))
    return dg.AssetCheckResult(
        check_name=check.__name__,
        passed=finding.passed,
        severity=ERROR if stops else WARN,
        description=finding.words,
        metadata={**finding.facts, "seconds": seconds},
    )


def _not_published(table: str, year: int | None, problems: Sequence[str], schema: type) -> str:
    again = f"egov run --year {year}" if year else "egov run"
    return (
        f"{table}{f' {year}' if year else ''} is not published; the last good file stays in place. "
        f"{'; '.join(problems)}. Correct the input, or the rule in {schema.__module__}, then `{again}`."
    )


def _limits(columns: dg.TableSchema) -> str:
    return "\n".join(
        f"- `{column.name}`: {', '.join(rules_of(column.constraints)) or 'no rule'}" for column in columns.columns
    )


def rules_of(constraints: dg.TableColumnConstraints) -> list[str]:
    """The rules of a column in words."""
    return [
        *([] if constraints.nullable else ["never missing"]),
        *(["unique"] if constraints.unique else []),
        *(rule for rule in constraints.other if rule),
    ]


def _preview(frame: pl.DataFrame) -> str:
    return markdown_table(frame.head(PREVIEW_ROWS))
