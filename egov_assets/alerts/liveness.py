"""What no run can tell, because none takes place: a year without files or tables, a watcher that fell silent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import InstigatorStatus, TickStatus

from egov_assets.alerts.alert import Alert
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path
from egov_assets.raw.sources import RAW_TABLES, read_sources
from egov_assets.raw.year_files import source_files

SILENT_AFTER_SECONDS = 300.0  # ten looks of the slowest watcher
MISSING_YEAR, WATCHERS, SERVICE = "missing year", "silent watcher", "service failed"
SHOWN = 3


@dataclass(frozen=True)
class Look:
    """One look at one standing condition; what `incidents.follow` needs of a run, without a run."""

    kind: str
    year: str | None
    failures: Mapping[str, str]  # thing -> its words
    well: Sequence[str]
    next_step: str
    run_id: str = ""  # none: a look that finds the same again counts again
    page: str = ""
    counted: str = "look"

    @property
    def is_bad(self) -> bool:
        return bool(self.failures)

    def alert(self) -> Alert:
        causes = list(self.failures.values())
        return Alert(
            kind=self.kind,
            headline=f"{self.kind}{f' {self.year}' if self.year else ''}: {', '.join(self.failures)}",
            lines=(f"first cause: {causes[0]}", *causes[1:]),
            next_step=self.next_step,
            facts={"year": self.year, "failures": dict(self.failures)},
            page=self.page,
        )


def missing_years(folders: Folders, years: Sequence[int]) -> list[Look]:
    """One look per year: sources with files of other years and none of this one, tables made of other years only."""
    files, tables = _years_with_files(folders, years), _years_made(folders.lake, years)
    looks = []
    for year in years:
        without_file = [name for name, there in files.items() if there and year not in there]
        unmade = [name for name, there in tables.items() if there and year not in there]
        failures = {f"files of {name}": f"{name} {year}: no file, but files of other years" for name in without_file}
        if unmade:
            more = f" and {len(unmade) - SHOWN} more" if len(unmade) > SHOWN else ""
            failures["tables"] = f"{len(unmade)} tables lack {year}: {', '.join(unmade[:SHOWN])}{more}"
        well = [f"files of {name}" for name, there in files.items() if year in there]
        looks.append(
            Look(
                kind=MISSING_YEAR,
                year=str(year),
                failures=failures,
                well=[*well, *([] if unmade else ["tables"])],
                next_step=f"put the year's files into {folders.raw}, then `egov run --year {year}`",
            )
        )
    return looks


def silent_watchers(
    instance: dg.DagsterInstance, names: Sequence[str], now: float, after: float = SILENT_AFTER_SECONDS
) -> Look:
    """Watchers that failed at their last look or have not looked for `after` seconds; one switched off is let be."""
    failures, well = {}, []
    for state in instance.all_instigator_state(instigator_type=InstigatorType.SENSOR):
        if state.name not in names or state.status is InstigatorStatus.STOPPED:
            continue
        # What lies in the future is from before the clock was set back.
        ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, before=now + 1, limit=1)
        last = next(iter(ticks), None)
        if last and last.status is TickStatus.FAILURE:
            why = last.error.message.strip() if last.error else "no reason kept"
            failures[state.name] = f"{state.name} fails: {why}"
        elif last and now - last.timestamp > after:
            failures[state.name] = f"{state.name} has not looked for {round((now - last.timestamp) / 60)} min"
        else:
            well.append(state.name)
    return Look(
        kind=WATCHERS,
        year=None,
        failures=failures,
        well=well,
        next_step="start the daemon again (`egov ui`, or on a server `systemctl restart egov-daemon`)",
        page="/automation",
    )


def _years_with_files(folders: Folders, years: Sequence[int]) -> dict[str, set[int]]:
    sources = read_sources(folders.study_file)
    return {name: {year for year in years if source_files(folders.raw, sources[name], year)} for name in RAW_TABLES}


def _years_made(lake: Path, years: Sequence[int]) -> dict[str, set[int]]:
    tables = sorted(folder.name for folder in lake.glob("*") if folder.is_dir())
    return {name: {year for year in years if table_path(lake, name, year).exists()} for name in tables}
