"""The suites of `suites.py` as asset checks of the raw tables: they warn, they never stop a year."""

from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from egov_assets.checks.data_docs import Verdict, judge_table
from egov_assets.checks.suites import NOT_BY_YEAR, SUITES
from egov_assets.checks.table_checks import table_check
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table
from egov_assets.platform.spreadsheets import publish_csv
from egov_assets.platform.ui_metadata import markdown_table

SHOWN_ROWS = 20


def _check_of(table: str) -> dg.AssetChecksDefinition:
    def judge(folders: Folders, year: int | None) -> dg.AssetCheckResult:
        place = f"year={year}" if year else "all_years"
        docs = folders.outputs / "data_docs" / table / place
        rows = scan_table(folders.lake, table, [year] if year else [])
        verdicts = judge_table(table, rows, year, docs)
        saved = _save_failing(folders.outputs / "failing_rows" / table / place, verdicts)
        return _result(table, verdicts, docs / "index.html", saved)

    description = f"{table} looks like its source: {len(SUITES[table])} expectations, with Data Docs."
    return table_check(table, "expectations", description, judge, by_year=table not in NOT_BY_YEAR)


def _result(table: str, verdicts: Sequence[Verdict], page: Path, saved: Path | None) -> dg.AssetCheckResult:
    bad = [each for each in verdicts if not each.passed]
    words = "; ".join(f"{_name(each)}: {each.observed}, {each.expected.why}" for each in bad)
    return dg.AssetCheckResult(
        asset_key=table,
        check_name="expectations",
        passed=not bad,
        severity=dg.AssetCheckSeverity.WARN,
        description=words or f"all {len(verdicts)} expectations are met",
        metadata={
            "expectations": dg.MetadataValue.md(_table(verdicts)),
            "first_failing_rows": dg.MetadataValue.md(_first_rows(bad)),
            "data_docs": dg.MetadataValue.url(page.as_uri()),
            **({"failing_rows": dg.MetadataValue.path(saved)} if saved else {}),
        },
    )


def _save_failing(folder: Path, verdicts: Sequence[Verdict]) -> Path | None:
    """Failing rows of failed expectations in full, one CSV each; earlier ones of the year are gone."""
    for older in folder.glob("*.csv"):
        older.unlink()
    for each in verdicts:
        if not each.passed and each.failing.height:
            folder.mkdir(parents=True, exist_ok=True)
            publish_csv(each.failing, folder / f"{_name(each)}.csv")
    return folder if any(folder.glob("*.csv")) else None


def _name(verdict: Verdict) -> str:
    column, kind = verdict.expected.column or "table", verdict.expected.kind
    of_dialect = f"{verdict.dialect}." if verdict.dialect else ""
    for prefix in ("ExpectColumnValuesTo", "ExpectColumnValue", "ExpectTable"):
        kind = kind.removeprefix(prefix)
    return f"{of_dialect}{column}.{kind}"


def _table(verdicts: Sequence[Verdict]) -> str:
    lines = ["| met | expectation | at least | observed | why |", "|---|---|---|---|---|"]
    for each in verdicts:
        options = each.expected.options
        least = options.get("mostly", options.get("min_value", ""))
        met = "yes" if each.passed else "**no**"
        lines.append(f"| {met} | {_name(each)} | {least} | {each.observed} | {each.expected.why} |")
    return "\n".join(lines)


def _first_rows(bad: Sequence[Verdict]) -> str:
    parts = [
        f"{_name(each)}\n\n{markdown_table(each.failing.head(SHOWN_ROWS)) if each.failing.height else 'no single rows'}"
        for each in bad
    ]
    return "\n\n".join(parts) or "none"


CHECKS = tuple(_check_of(table) for table in SUITES)
