"""docs/bad_inputs.md: every case of bad files with its outcome, for a reader who wonders what becomes of a file."""

from collections.abc import Sequence
from pathlib import Path

from egov_assets_tests.cases.case import Case

PAGE = Path(__file__).parents[2] / "docs" / "bad_inputs.md"
COMMAND = "python -m egov_assets_tests.cases"
SECONDS_AT_MOST = 600  # a year takes 5 seconds alone; a busy machine of two cores some 60
HEAD = f"""# Bad inputs and what becomes of them

Written by `{COMMAND}` from `egov_assets_tests/cases/cases.yml`. The files lie beside it, all invented; each case is
laid over a sound year and goes through the readers, the cleaning and the doctor:

    pytest -m slow egov_assets_tests/cases

The test fails at a row that is neither behind a clean table nor rejected with its reason, at a refusal or rejection of
which doctor and run say different things, at an exception that is no refusal, and at a case that takes more than
{SECONDS_AT_MOST} seconds.
"""


def bad_inputs_page(cases: Sequence[Case]) -> str:
    """The page in Markdown: counts, then one row per case."""
    refused, rejecting = [each for each in cases if each.refused], [each for each in cases if each.rejected]
    differing = [each for each in cases if each.difference]
    counts = f"""
So: silent 0, tracebacks 0, hangs 0.

Of {len(cases)} cases {len(refused)} are refused and {len(cases) - len(refused)} are read, {len(rejecting)} of them with
rejected rows; {len(differing)} do not yet have the right outcome.

"""
    rows = ["| case | input | outcome | reason | command |", "|---|---|---|---|---|"]
    for each in cases:
        cells = (f"`{each.name}`", each.input, _outcome(each), _reason(each), "`egov doctor`, `egov run`")
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return HEAD + counts + "\n".join(rows) + "\n"


def _outcome(case: Case) -> str:
    if case.refused:
        return f"refused: “{case.refused}”"
    return "; ".join(f"{place}: {_rows(rows)} kept" for place, rows in case.stays.items())


def _rows(count: int) -> str:
    return f"{count:,} row{'s' if count != 1 else ''}"


def _reason(case: Case) -> str:
    rejected = [f"{rows:,} rejected: {why}" for reasons in case.rejected.values() for why, rows in reasons.items()]
    named = [f"the doctor says “{words}”" for words in case.says]
    different = [f"**not yet right:** {case.difference}"] if case.difference else []
    return "; ".join([*filter(None, [case.why]), *rejected, *named, *different])
