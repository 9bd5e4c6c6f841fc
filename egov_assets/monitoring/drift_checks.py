"""Drift as asset checks of the clean tables: they warn, they never stop a year."""

import warnings
from collections.abc import Iterator

import dagster as dg

from egov_assets.folders import Folders
from egov_assets.monitoring.drift import Drift, drift_settings, drifts_of
from egov_assets.orchestration.partitions import export_years

SHOWN = 5


def _check_of(table: str) -> dg.AssetChecksDefinition:
    """A step of its own for each table: the UI can materialize one table only if no other's check hangs on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)  # checks by year; pinned, and tested here
        spec = dg.AssetCheckSpec(
            "drift",
            asset=table,
            description="Like the version accepted last by `egov accept`, and like the years beside it.",
            partitions_def=export_years,
        )

    @dg.multi_asset_check(name=f"{table}_drift", specs=[spec])
    def compare(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        folders, year = Folders.from_environment(), int(context.partition_key)
        found, against = drifts_of(folders, table, year)
        yield dg.AssetCheckResult(
            asset_key=table,
            check_name="drift",
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN,
            description=_words(found, against, year),
            metadata={"drifts": dg.MetadataValue.md(_table(found)), "compared_with": ", ".join(against) or "nothing"},
        )

    return compare


def _words(found: list[Drift], against: list[str], year: int) -> str:
    if not against:
        return f"nothing to compare with yet; `egov accept {year}` keeps this version as the one to compare with"
    if not found:
        return f"no drift against {', '.join(against)}"
    shown = "; ".join(each.words for each in found[:SHOWN])
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{shown}{more}. If it is meant, `egov accept {year} --note ...`"


def _table(found: list[Drift]) -> str:
    head = ["| against | what | before | now | limit | why |", "|---|---|---|---|---|---|"]
    lines = [f"| {e.against} | {e.what} | {e.before} | {e.now} | {e.limit.limit:g} | {e.limit.why} |" for e in found]
    return "\n".join([*head, *lines]) if found else "none"


CHECKS = tuple(_check_of(table) for table in drift_settings().tables)
