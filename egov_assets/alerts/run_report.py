"""What went wrong in a run and what went well, read from its own event records.

A failed check that does not block leaves the run green, so the checks are read in successful runs too.
"""

import html
from dataclasses import asdict, dataclass
from typing import Literal

import dagster as dg
from dagster import DagsterEventType

from egov_assets.alerts.alert import Alert

FAILING_ROWS = ("first_failures", "first_failing_rows")  # metadata of checks that hold a table of failing rows
SAMPLE_ROWS, LONGEST_ROW = 3, 200
WHAT_TAG = "egov/what"  # what a run that no job names makes
YEAR_TAG = "dagster/partition"  # check events carry no partition of their own for dbt tests; the run always does


@dataclass(frozen=True)
class FailedCheck:
    asset: str
    check: str
    severity: str
    is_blocking: bool
    words: str
    sample: tuple[str, ...] = ()  # the first failing rows as the check shows them, below the names of their columns


@dataclass(frozen=True)
class FailedStep:
    step: str
    words: str


@dataclass(frozen=True)
class RunReport:
    """One finished run; `failed_checks` and `failed_steps` in the order in which they happened.

    `well` names what passed: `asset.check` of a check, the step of a step, the job of a run that succeeded.
    """

    kind: Literal["run failed", "checks failed", "all well"]
    run_id: str
    job: str
    year: str | None
    failed_checks: tuple[FailedCheck, ...]
    failed_steps: tuple[FailedStep, ...]
    checks_evaluated: int
    well: tuple[str, ...]

    counted = "run"

    @property
    def page(self) -> str:
        return f"/runs/{self.run_id}"

    @property
    def is_bad(self) -> bool:
        return self.kind != "all well"

    @property
    def failures(self) -> dict[str, str]:
        """What failed, named as in `well`, and its words; the job itself where no step says why."""
        failed = {each.step: each.words for each in self.failed_steps}
        failed |= {f"{each.asset}.{each.check}": each.words for each in self.failed_checks}
        return failed or ({self.job: self.first_cause} if self.is_bad else {})

    @property
    def first_cause(self) -> str:
        """The sentence to read first: the failed step's, which names the check when a check stopped it."""
        if self.failed_steps:
            return self.failed_steps[0].words
        if self.failed_checks:
            return self.failed_checks[0].words
        return "The run ended without a failed step: its process was killed or could not start. Run it again."

    @property
    def asset(self) -> str | None:
        if self.failed_steps:
            return self.failed_steps[0].step
        return self.failed_checks[0].asset if self.failed_checks else None

    def headline(self) -> str:
        """One line: what, which year, which asset, how many checks."""
        where = " ".join(part for part in (self.job, self.year) if part)
        checks = f"{len(self.failed_checks)} of {self.checks_evaluated} checks failed"
        return f"{self.kind}: {where}{f', at {self.asset}' if self.asset else ''} ({checks})"

    def alert(self) -> Alert:
        """The message about a bad run, first cause first."""
        checks = []
        for each in self.failed_checks:
            graded = f"{each.severity}{' (blocking)' if each.is_blocking else ''}"
            checks += [f"{graded} {each.asset}.{each.check}: {each.words}", *(f"  {row}" for row in each.sample)]
        return Alert(
            kind=self.kind,
            headline=self.headline(),
            lines=(f"first cause: {self.first_cause}", *checks),
            next_step=_next_step(self.kind, self.year),
            facts={
                **asdict(self),
                "well": len(self.well),
                "asset": self.asset,
                "first_cause": self.first_cause,
                "checks_failed": len(self.failed_checks),
            },
            page=self.page,
        )


def report_run(instance: dg.DagsterInstance, run: dg.DagsterRun) -> RunReport:
    """The report of a finished run."""
    what = run.tags.get(WHAT_TAG, run.job_name)
    records = instance.get_records_for_run(
        run.run_id,
        of_type={
            DagsterEventType.ASSET_CHECK_EVALUATION,
            DagsterEventType.STEP_FAILURE,
            DagsterEventType.STEP_SUCCESS,
        },
    ).records
    events = [record.event_log_entry.get_dagster_event() for record in records]
    evaluations = [
        event.asset_check_evaluation_data
        for event in events
        if event.event_type is DagsterEventType.ASSET_CHECK_EVALUATION
    ]
    failed_checks = tuple(
        FailedCheck(
            each.asset_key.to_user_string(),
            each.check_name,
            each.severity.value,
            bool(each.blocking),
            _words(each),
            _sample(each),
        )
        for each in evaluations
        if not each.passed
    )
    failed_steps = tuple(FailedStep(_step(event), _cause(event)) for event in events if event.is_step_failure)
    succeeded = run.status is dg.DagsterRunStatus.SUCCESS
    well = [f"{each.asset_key.to_user_string()}.{each.check_name}" for each in evaluations if each.passed]
    well += [_step(event) for event in events if event.is_step_success]
    return RunReport(
        kind="run failed" if not succeeded else "checks failed" if failed_checks else "all well",
        run_id=run.run_id,
        job=what,
        year=run.tags.get(YEAR_TAG),
        failed_checks=failed_checks,
        failed_steps=failed_steps,
        checks_evaluated=len(evaluations),
        well=(*well, *([what] if succeeded else [])),
    )


def _next_step(kind: str, year: str | None) -> str:
    again = f"egov run --year {year}" if year else "egov run"
    if kind == "checks failed":
        return f"every table is published; see whether the data should be corrected, and if so, `{again}` afterwards"
    return f"mend the first cause, then `{again}`; what was published before stays in place until then"


def _words(evaluation: dg.AssetCheckEvaluation) -> str:
    return evaluation.description or f"{evaluation.check_name} did not pass"


def _sample(evaluation: dg.AssetCheckEvaluation) -> tuple[str, ...]:
    """Head and first rows of the table of failing rows in a check's metadata; nothing where it has none."""
    shown = next((evaluation.metadata[name] for name in FAILING_ROWS if name in evaluation.metadata), None)
    lines = [line for line in str(shown.value).splitlines() if line.startswith("|")] if shown else []
    rows = [line for line in lines if not set(line) <= set("|-: ")]
    return tuple(html.unescape(line)[:LONGEST_ROW] for line in rows[: 1 + SAMPLE_ROWS]) if len(rows) > 1 else ()


def _step(event: dg.DagsterEvent) -> str:
    assert event.step_key is not None, "an event of a step names it"
    return event.step_key


def _cause(event: dg.DagsterEvent) -> str:
    """The words of a step failure: the asset's own sentence, or the innermost error's message."""
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    assert error is not None, "Dagster records what a step failed of"
    while error.cause:
        error = error.cause
    # "package.module.ErrorName: the message" -> "the message", for errors whose message speaks for itself
    name, _, words = error.message.strip().partition(": ")
    return words if words and name.endswith(error.cls_name or "\0") and "." in name else error.message.strip()
