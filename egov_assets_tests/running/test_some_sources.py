"""Whatever sources there are: the doctor's graph says before a run what the run then leaves without rows, and why.

`python -m egov_assets_tests.running.test_some_sources` does it for all 31 sets of the five yearly sources, of one year.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Collection
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
import pytest

from egov_assets.definitions import defs
from egov_assets.doctor.possible import Graph
from egov_assets.platform.availability import lacking_in
from egov_assets.platform.folders import STUDY_FILE
from egov_assets.platform.years import YEARS
from egov_assets.raw.presence import lacking_sources
from egov_assets.raw.sources import RAW_TABLES
from egov_assets_tests.running.finished_study import FinishedStudy

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def study_of(demo: Path, sources: Collection[str], place: Path) -> FinishedStudy:
    """A study that holds some of the demo's sources, and none of its lists."""
    study = FinishedStudy(place)
    for source in sources:
        shutil.copytree(demo / source, study.folders.raw / source)
    return study


def agreement(study: FinishedStudy) -> list[str]:
    """Where the graph, the run and what the UI was told disagree on what cannot be made; runs the study."""
    graph = Graph.of(defs.resolve_all_asset_specs())
    said_before = graph.lacking(lacking_sources(study.folders.raw, YEARS), YEARS)
    done = study.egov("run")
    if done.returncode:
        return [done.stdout + done.stderr]
    found = lacking_in(study.folders.lake, YEARS)
    problems = [
        f"{place}: the doctor says {said_before.get(place)}, the run {found.get(place)}"
        for place in said_before.keys() | found.keys()
        if said_before.get(place) != found.get(place)
    ]
    with dg.DagsterInstance.from_config(str(study.folders.dagster_home)) as instance:
        for table in {table for table, _ in found}:
            event = instance.get_latest_materialization_event(dg.AssetKey(table))
            assert event and event.asset_materialization
            year = event.asset_materialization.partition
            is_told = "not_available" in event.asset_materialization.metadata
            if is_told != ((table, year and int(year)) in found):
                problems.append(f"{table} {year}: the UI {'says' if is_told else 'does not say'} it is not available")
    return problems


@pytest.fixture(scope="module")
def demo(finished: FinishedStudy) -> Path:
    return finished.folders.raw


@pytest.mark.parametrize(
    "sources",
    [("customs",), ("customs", "firm_survey", "egov_scores")],
    ids="-".join,
)
def test_what_the_graph_allows_is_what_a_run_makes(sources: tuple[str, ...], demo: Path, tmp_path: Path):
    assert agreement(study_of(demo, sources, tmp_path)) == []


def main() -> None:
    """Of one year only: what a source takes out is the same in each."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        (place / STUDY_FILE).write_text("years: [2011]\n", encoding="utf-8")
        if os.environ.get("EGOV_STUDY") is None:  # the years of a process are those of its study
            command = [sys.executable, "-W", "ignore", "-m", "egov_assets_tests.running.test_some_sources"]
            sys.exit(subprocess.run(command, env=os.environ | {"EGOV_STUDY": folder}, check=False).returncode)
        del os.environ["EGOV_STUDY"]  # the studies below are named by their folders
        demo = FinishedStudy(place / "demo")
        demo.folders.study_file.parent.mkdir()
        shutil.copy(place / STUDY_FILE, demo.folders.study_file)
        done = demo.egov("demo", "--scale", "0.05")
        assert done.returncode == 0, done.stderr
        sets = [each for size in range(1, len(RAW_TABLES) + 1) for each in combinations(RAW_TABLES, size)]
        for number, sources in enumerate(sets):
            study = study_of(demo.folders.raw, sources, place / str(number))
            shutil.copy(place / STUDY_FILE, study.folders.study_file)
            problems = agreement(study)
            print(f"{', '.join(sources)}: {'; '.join(problems) or 'agree'}", flush=True)
            shutil.rmtree(place / str(number))


if __name__ == "__main__":
    main()
