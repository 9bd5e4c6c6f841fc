"""Drift as asset checks of the clean tables: they warn, they never stop a year."""

import dagster as dg

from egov_assets.folders import Folders
from egov_assets.monitoring.drift import Drift, drift_settings, drifts_of
from egov_assets.monitoring.yearly_checks import yearly_check

SHOWN = 5


def _check_of(table: str) -> dg.AssetChecksDefinition:
    def compare(folders: Folders, year: int) -> dg.AssetCheckResult:
        found, against = drifts_of(folders, table, year)
        return dg.AssetCheckResult(
            asset_key=table,
            check_name="drift",
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN,
            description=_words(found, against, year),
            metadata={"drifts": dg.MetadataValue.md(_table(found)), "compared_with": ", ".join(against) or "nothing"},
        )

    description = "Like the version accepted last by `egov accept`, and like the years beside it."
    return yearly_check(table, "drift", description, compare)


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
