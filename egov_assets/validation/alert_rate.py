"""Is what is noticed told, and once? Defects of whole files, one at a time, to a receiver on this machine.

Each is planted as in `planted_suspicions`. Dagster's runs judge the raw table, clean the year and compare all years,
and their reports are told as after every run: by `egov run`, by the daemon, and the night after by the next run, which
finds the same. Whether there is anything to tell is read off the tables, not off the runs.
`python -m egov_assets.validation.alert_rate`, after `egov run` on the demo, prints the table of `planted_suspicions`
and the messages; exit code 1 unless all that is noticed is told once, and nothing of sound years.
"""

import argparse
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg

from egov_assets.alerts.channels import BY_APPRISE, MAILED, POSTED
from egov_assets.alerts.incidents import follow
from egov_assets.alerts.run_report import WHAT_TAG, RunReport, report_run
from egov_assets.checks.watched import WATCHED
from egov_assets.clean.assets import clean_year
from egov_assets.definitions import build_definitions
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import table_path
from egov_assets.platform.years import YEARS
from egov_assets.running.planner import COMPARISON
from egov_assets.validation.defects_of_files import DEFECTS, Defect, as_they_are
from egov_assets.validation.planted_suspicions import HEAD as NOTICED
from egov_assets.validation.planted_suspicions import Noticed, among_years, folders_in, plant
from egov_assets.validation.planted_suspicions import summary as noticed_of

HEAD = "\n".join(f"{line}{more} |" for line, more in zip(NOTICED.splitlines(), (" messages", "---"), strict=True))
CHANNELS = (*POSTED, MAILED, BY_APPRISE)
SOUND = [Defect("nothing", "raw_customs", year, as_they_are) for year in YEARS]
NIGHT_SECONDS = 12 * 3600.0
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
Message = dict[str, object]


@dataclass(frozen=True)
class Told:
    """What came of a defect.

    noticed    as the tables say
    incidents  year and failing thing -> messages that told it on the first night
    messages   of the first night
    again      of the second night, in which the same is found
    """

    noticed: Noticed
    incidents: dict[tuple[str | None, str], int]
    messages: int
    again: int

    @property
    def is_right(self) -> bool:
        """Noticed and each incident told once, or neither noticed nor told."""
        once = bool(self.incidents) and set(self.incidents.values()) == {1}
        return self.again == 0 and (once if self.noticed.words else self.messages == 0)

    @property
    def row(self) -> str:
        return f"{self.noticed.row} {self.messages}{'' if self.is_right else ' **wrong**'} |"


def tell(defect: Defect, sound: Path, place: Path, study: dg.Definitions, received: list[Message]) -> Told:
    """Plant a defect in a copy of the lake `sound`, in the folders in `place`, and count what reaches the receiver.

    study  the definitions with these folders
    """
    folders = plant(defect, sound, place)
    reports = list(_reports(study, defect))
    received.clear()
    for report in reports:
        follow(report, folders, now=0.0)
        follow(report, folders, now=1.0)  # the daemon sees the same run
    first = list(received)
    received.clear()
    for report in reports:
        follow(replace(report, run_id=f"{report.run_id} again"), folders, now=NIGHT_SECONDS)
    told = Counter(each for message in first for each in _incidents(message))
    failed = [(report.year, thing) for report in reports for thing in report.failures]
    return Told(_noticed(defect, folders), {each: told[each] for each in failed}, len(first), len(received))


def _noticed(defect: Defect, folders: Folders) -> Noticed:
    # The sound tables are links; where the cleaning refused the year they were not replaced.
    refused = [name for name in WATCHED if table_path(folders.lake, name, defect.year).is_symlink()]
    return Noticed(defect, "the cleaning refuses the year", True, ()) if refused else among_years(defect, folders)


def _reports(study: dg.Definitions, defect: Defect) -> Iterator[RunReport]:
    """Of the runs that read the year, in their order; a year that is refused is compared with no other."""
    graph, job = study.resolve_asset_graph(), study.resolve_implicit_global_asset_job_def()
    compares = {key for key in graph.asset_check_keys if key.name == COMPARISON}
    judges = {key for key in graph.asset_check_keys - compares if key.asset_key in clean_year.keys}
    judges.add(dg.AssetCheckKey(dg.AssetKey(defect.table), "expectations"))
    reads = job.get_subset(asset_selection=clean_year.keys, asset_check_selection=judges)
    compared = job.get_subset(asset_selection=frozenset(), asset_check_selection=compares)
    with dg.DagsterInstance.ephemeral() as instance:
        for part, year in ((reads, defect.year), *((compared, year) for year in YEARS)):
            result = part.execute_in_process(
                instance=instance,
                partition_key=str(year),
                tags={WHAT_TAG: "reading"},
                run_config=QUIET,
                raise_on_error=False,
            )
            yield report_run(instance, result.dagster_run)
            if part is reads and not result.success:
                return


def _incidents(message: Message) -> Iterator[tuple[str | None, str]]:
    """The year and the failing things that a message names."""
    checks, steps, year = message["failed_checks"], message["failed_steps"], message["year"]
    assert isinstance(checks, list) and isinstance(steps, list) and (year is None or isinstance(year, str))
    yield from ((year, f"{each['asset']}.{each['check']}") for each in checks)
    yield from ((year, each["step"]) for each in steps)


@contextmanager
def receiver() -> Iterator[list[Message]]:
    """What the only channel of this process, a webhook, has been sent; the user's own are silent for the block."""
    received: list[Message] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The messages are counted, not shown."""

    kept = {name: os.environ.pop(name, None) for name in CHANNELS}
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        os.environ[CHANNELS[0]] = f"http://127.0.0.1:{server.server_port}"
        yield received
        server.shutdown()
    del os.environ[CHANNELS[0]]
    os.environ.update({name: value for name, value in kept.items() if value})


def summary(told: Sequence[Told]) -> str:
    planted = [each for each in told if each.noticed.defect not in SOUND]
    incidents = [count for each in planted for count in each.incidents.values()]
    of_sound = sum(each.messages for each in told if each.noticed.defect in SOUND)
    return (
        f"{noticed_of([each.noticed for each in planted])}\n"
        f"{sum(each.is_right for each in planted)} of {len(planted)} told as they should be: {incidents.count(1)} of "
        f"{len(incidents)} incidents once; {of_sound} messages about the years as they are"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="WORDS", default="", help="the defects whose name holds these words")
    options = parser.parse_args()
    logging.getLogger("egov_assets.alerts").setLevel(logging.ERROR)
    sound, told = Folders.from_environment().lake, []
    print(HEAD)
    with receiver() as received, tempfile.TemporaryDirectory(prefix="planted-") as folder:
        place = Path(folder) / "study"
        study = build_definitions(folders_in(place))
        for each in [*SOUND, *(each for each in DEFECTS if options.only in each.name)]:
            told.append(tell(each, sound, place, study, received))
            print(told[-1].row, flush=True)
            shutil.rmtree(place)
    print(f"\n{summary(told)}")
    return int(not all(each.is_right for each in told))


if __name__ == "__main__":
    sys.exit(main())
