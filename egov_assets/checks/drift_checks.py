"""Drift as asset checks of the clean tables: they warn, they never stop a year."""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from egov_assets.checks.drift import WATCHED, Drift, drifts_of
from egov_assets.checks.table_checks import table_check
from egov_assets.platform.folders import Folders
from egov_assets.platform.ui_metadata import shown

SHOWN = 5


def _check_of(table: str) -> dg.AssetChecksDefinition:
    def compare(folders: Folders, year: int) -> dg.AssetCheckResult:
        found, against = drifts_of(folders, table, year)
        pictures = save_pictures(found, folders.outputs / "drift" / table / f"year={year}")
        return dg.AssetCheckResult(
            asset_key=table,
            check_name="drift",
            passed=not found,
            severity=dg.AssetCheckSeverity.WARN,
            description=_words(found, against, year),
            metadata={
                "drifts": dg.MetadataValue.md(_table(found)),
                "compared_with": ", ".join(against) or "nothing",
                **shown({path.stem: path for path in pictures[:SHOWN]}),
            },
        )

    description = "Like the version accepted last by `egov accept`, and like the years beside it."
    return table_check(table, "drift", description, compare)


def save_pictures(found: Sequence[Drift], folder: Path) -> list[Path]:
    """One picture for each drifted column and version compared with; earlier ones of the year are gone."""
    for older in folder.glob("*"):
        older.unlink()
    columns = {(each.against, each.column): each.shares for each in found if each.shares}
    if not columns:
        return []
    from egov_assets.checks.drift_picture import draw_shares  # matplotlib takes a second: only if it has to draw
    from egov_assets.platform.figure_style import drawing, save_figure

    with drawing():
        for (against, column), shares in columns.items():
            save_figure(draw_shares(column, against, shares), folder / f"{column}_against_{against}")
    return [folder / f"{column}_against_{against}.png" for against, column in columns]


def _words(found: list[Drift], against: list[str], year: int) -> str:
    if not against:
        return f"nothing to compare with yet; `egov accept {year}` keeps this version as the one to compare with"
    if not found:
        return f"no drift against {', '.join(against)}"
    first = "; ".join(each.words for each in found[:SHOWN])
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{first}{more}. If it is meant, `egov accept {year} --note ...`"


def _table(found: list[Drift]) -> str:
    head = ["| against | what | before | now | limit | why |", "|---|---|---|---|---|---|"]
    lines = [f"| {e.against} | {e.what} | {e.before} | {e.now} | {e.limit.limit:g} | {e.limit.why} |" for e in found]
    return "\n".join([*head, *lines]) if found else "none"


CHECKS = tuple(_check_of(table) for table in WATCHED)
