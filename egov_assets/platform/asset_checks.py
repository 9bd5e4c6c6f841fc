"""A table's checks as Dagster knows them: their specs, their results, and the words of a refusal."""

import inspect
import warnings as python_warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.contract import Table, limits
from egov_assets.platform.partitions import export_years
from egov_assets.platform.publishing import Audit, Judged, Refused, timed
from egov_assets.platform.ui_metadata import markdown_table

python_warnings.filterwarnings("ignore", category=dg.PreviewWarning, module=__name__)  # checks by year; tested here

ERROR, WARN = dg.AssetCheckSeverity.ERROR, dg.AssetCheckSeverity.WARN

Check = Callable[..., CheckResult]


def check_spec(
    name: str,
    table: str,
    by_year: bool,
    stops: bool,
    description: str | None,
    reads: Sequence[str] = (),
    metadata: Mapping[str, Any] | None = None,
) -> dg.AssetCheckSpec:
    """The check `name` of `table`, which `reads` further assets; with `stops`, what is downstream waits for it."""
    return dg.AssetCheckSpec(
        name,
        asset=table,
        blocking=stops,
        description=description,
        additional_deps=reads,
        metadata=metadata,
        # By year as the table is: else the UI shows the latest evaluation only, and a good 2010 hides a failed 2012.
        partitions_def=export_years if by_year else None,
    )


def check_specs(
    table: str, schema: type[Table], by_year: bool, own_checks: Sequence[tuple[Check, bool]]
) -> list[dg.AssetCheckSpec]:
    """The blocking check of the schema, then the table's own: (check, whether it stops what is downstream)."""
    return [
        check_spec("schema", table, by_year, True, f"Every row of {table} keeps to {schema.__name__}."),
        *(check_spec(check.__name__, table, by_year, stops, _first_line(check)) for check, stops in own_checks),
    ]


def _first_line(check: Check) -> str:
    return (inspect.getdoc(check) or check.__name__).splitlines()[0]


def judged(check: Check, seen: Mapping[str, Any], stops: bool) -> Judged:
    """The check's result on what it asks for by the names of its parameters."""
    result, seconds = timed(lambda: check(**{name: seen[name] for name in inspect.signature(check).parameters}))
    return Judged(check.__name__, result, stops, seconds)


def audit_results(audit: Audit, columns: dg.TableSchema) -> Iterator[dg.AssetCheckResult]:
    """The schema's result with its first failures and limits, then those of the table's own checks."""
    yield dg.AssetCheckResult(
        check_name="schema",
        passed=audit.schema.passed,
        severity=ERROR,
        description=audit.words,
        metadata={
            "failures": audit.schema.count,
            "first_failures": dg.MetadataValue.md(markdown_table(audit.schema.failures)),
            "limits": dg.MetadataValue.md(limits(columns)),
            "seconds": audit.seconds,
        },
    )
    yield from map(check_result, audit.checks)


def check_result(judged: Judged) -> dg.AssetCheckResult:
    """One of a table's own checks: an error if it stops what is downstream, else a warning."""
    return dg.AssetCheckResult(
        check_name=judged.name,
        passed=judged.result.passed,
        severity=ERROR if judged.stops else WARN,
        description=judged.result.words,
        metadata={**judged.result.facts, "seconds": judged.seconds},
    )


def not_judged(names: Sequence[str], why: str, table: str | None = None) -> Iterator[dg.AssetCheckResult]:
    """The checks of a table that is not available: nothing stands against it, and the result says why."""
    for name in names:
        yield dg.AssetCheckResult(asset_key=table, check_name=name, passed=True, description=f"not available: {why}")


def refusal(table: str, year: int | None, refused: Refused, schema: type[Table]) -> dg.Failure:
    """Why the table is not published and what to do."""
    again = f"egov run --year {year}" if year else "egov run"
    return dg.Failure(
        f"{table}{f' {year}' if year else ''} is not published; the last good file stays in place. "
        f"{refused}. Correct the input, or the rule in {schema.__module__}, then `{again}`.",
        allow_retries=False,
    )
