"""What went wrong in a run, read from its own event records; nothing when all is well.

A failed check that does not block leaves the run green, so the checks are read in successful runs too.
"""

from dataclasses import asdict, dataclass
from typing import Literal

import dagster as dg
from dagster import DagsterEventType

YEAR_TAG = "dagster/partition"  # check events carry no partition of their own for dbt tests; the run always does


@dataclass(frozen=True)
class FailedCheck:
    asset: str
    check: str
    severity: str
    is_blocking: bool
    words: str


@dataclass(frozen=True)
class FailedStep:
    step: str
    words: str


@dataclass(frozen=True)
class RunReport:
    """One run worth telling about; `failed_checks` and `failed_steps` in the order in which they happened."""

    kind: Literal["run failed", "checks failed"]
    run_id: str
    job: str
    year: str | None
    failed_checks: tuple[FailedCheck, ...]
    failed_steps: tuple[FailedStep, ...]
    checks_evaluated: int

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

    def message(self) -> str:
        """The whole alert as text."""
        checks = [
            f"  {each.severity}{' (blocking)' if each.is_blocking else ''} {each.asset}.{each.check}: {each.words}"
            for each in self.failed_checks
        ]
        return "\n".join([self.headline(), f"  first cause: {self.first_cause}", *checks, f"  run {self.run_id}"])

    def as_dict(self) -> dict[str, object]:
        """The whole alert as plain values, for webhooks."""
        return {
            **asdict(self),
            "asset": self.asset,
            "first_cause": self.first_cause,
            "checks_failed": len(self.failed_checks),
            "text": self.message(),
        }


def report_run(instance: dg.DagsterInstance, run: dg.DagsterRun) -> RunReport | None:
    """The report of a finished run, or None if it succeeded and every check passed."""
    records = instance.get_records_for_run(
        run.run_id,
        of_type={DagsterEventType.ASSET_CHECK_EVALUATION, DagsterEventType.STEP_FAILURE},
    ).records
    events = [record.event_log_entry.dagster_event for record in records]
    evaluations = [event.event_specific_data for event in events if not event.is_step_failure]
    failed_checks = tuple(
        FailedCheck(each.asset_key.to_user_string(), each.check_name, each.severity.value, each.blocking, _words(each))
        for each in evaluations
        if not each.passed
    )
    failed_steps = tuple(
        FailedStep(event.step_key, _cause(event.step_failure_data)) for event in events if event.is_step_failure
    )
    failed = run.status is not dg.DagsterRunStatus.SUCCESS
    if not failed and not failed_checks:
        return None
    return RunReport(
        kind="run failed" if failed else "checks failed",
        run_id=run.run_id,
        job=run.job_name,
        year=run.tags.get(YEAR_TAG),
        failed_checks=failed_checks,
        failed_steps=failed_steps,
        checks_evaluated=len(evaluations),
    )


def _words(evaluation: dg.AssetCheckEvaluation) -> str:
    return evaluation.description or f"{evaluation.check_name} did not pass"


def _cause(failure: object) -> str:
    """The words of a step failure: the asset's own sentence, or the innermost error's message."""
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error.cause:
        error = error.cause
    # "package.module.ErrorName: the message" -> "the message", for errors whose message speaks for itself
    name, _, words = error.message.strip().partition(": ")
    return words if words and name.endswith(error.cls_name or "\0") and "." in name else error.message.strip()
