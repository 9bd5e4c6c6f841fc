"""Drift as asset checks of the tables whose years are compared: it warns, and grave drift stops the year.

They run when the tables of all years are there: compared with the years that happen to be finished, the sound year
behind an odd one would be blamed.
"""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from egov_assets.checks.drift import Drift
from egov_assets.checks.suspicions import suspicions_of
from egov_assets.checks.table_checks import table_check
from egov_assets.checks.watched import watched_tables
from egov_assets.platform.folders import Folders
from egov_assets.platform.ui_metadata import as_metadata

SHOWN = 5


def _check_of(table: str) -> dg.AssetChecksDefinition:
    def compare(folders: Folders, year: int | None) -> dg.AssetCheckResult:
        assert year is not None, "the check runs by year"
        found, against = suspicions_of(folders, table, year)
        pictures = save_pictures(found, folders.outputs / "drift" / table / f"year={year}")
        return dg.AssetCheckResult(
            asset_key=table,
            check_name="drift",
            passed=not found,
            severity=dg.AssetCheckSeverity.ERROR if _graves(found) else dg.AssetCheckSeverity.WARN,
            description=_words(found, against, year),
            metadata={
                "drifts": dg.MetadataValue.md(_table(found)),
                "compared_with": ", ".join(against) or "nothing",
                **as_metadata({path.stem: path for path in pictures[:SHOWN]}),
            },
        )

    description = "Like the version accepted last by `egov accept`, and not apart from every other year."
    return table_check(table, "drift", description, compare, stops=True)


def save_pictures(found: Sequence[Drift], folder: Path) -> list[Path]:
    """One picture for each drifted column and version compared with; earlier ones of the year are gone."""
    for older in folder.glob("*"):
        older.unlink()
    columns = {(each.against, each.column): each.shares for each in found if each.shares and each.column}
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
        keep = f"`egov accept {year} --because ...` keeps this version as the one to compare with"
        return f"nothing to compare with yet; {keep}"
    if not found:
        return f"no drift against {', '.join(against)}"
    shown = [*_graves(found), *(each for each in found if not each.is_grave)]
    first = "; ".join(each.words for each in shown[:SHOWN])
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    held = f"Nothing is made of {year} until it is mended or accepted. " if _graves(found) else ""
    return f"{first}{more}. {held}If it is meant, `egov accept {year} --because ...`"


def _graves(found: list[Drift]) -> list[Drift]:
    return [each for each in found if each.is_grave]


def _table(found: list[Drift]) -> str:
    head = ["| against | what | before | now | limit | grave | why |", "|---|---|---|---|---|---|---|"]
    lines = [
        f"| {e.against} | {e.what} | {e.before} | {e.now} | {e.limit.limit:g} | {'yes' if e.is_grave else ''} "
        f"| {e.limit.why} |"
        for e in found
    ]
    return "\n".join([*head, *lines]) if found else "none"


def drift_checks(study_file: Path | None) -> list[dg.AssetChecksDefinition]:
    """The check of every table that a study watches."""
    return [_check_of(table) for table in watched_tables(study_file)]
