"""How long a run may take is what its tables took when they were made last; of a study that never ran it is a guess."""

from pathlib import Path

import dagster as dg
import pytest

from egov_assets.platform.folders import Folders
from egov_assets.platform.partitions import export_years
from egov_assets.running.duration import Duration, as_long_as_before, in_words


@dg.asset(partitions_def=export_years)
def of_a_year() -> None: ...


@dg.multi_asset(specs=[dg.AssetSpec("one"), dg.AssetSpec("other")])
def both(context: dg.AssetExecutionContext):
    yield from (dg.MaterializeResult(key) for key in sorted(context.selected_asset_keys))


@dg.asset
def never_made() -> None: ...


def test_what_tables_took_is_told_once_per_step_and_years_share_the_time():
    graph = dg.Definitions([of_a_year, both, never_made]).resolve_asset_graph()
    with dg.DagsterInstance.ephemeral() as instance:
        of_both = dg.materialize([both], instance=instance).run_id
        of_years = [
            dg.materialize([of_a_year], instance=instance, partition_key=year).run_id for year in ("2011", "2012")
        ]

        def seconds(run_id: str) -> float:
            (step,) = instance.get_run_step_stats(run_id)
            return step.end_time - step.start_time

        places = [("one", None), ("other", None), ("of_a_year", 2011), ("of_a_year", 2012), ("never_made", None)]
        found = as_long_as_before(instance, graph, places, side_by_side=2)
        assert found.seconds == pytest.approx(seconds(of_both) + sum(map(seconds, of_years)) / 2)
        assert found.unknown == 1


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (Duration(61.0, 0), "At most about 70 seconds, as the last time."),
        (Duration(125.0, 0), "At most about 3 minutes, as the last time."),
        (Duration(9.0, 2), "At most about 10 seconds, as the last time; 2 were never made here and come on top."),
    ],
)
def test_seconds_are_told_as_people_count(duration: Duration, words: str, tmp_path: Path):
    assert in_words(duration, Folders(tmp_path / "raw", tmp_path / "outputs", tmp_path / "truth")) == words


def test_a_first_run_is_guessed_from_the_files_and_says_so(tmp_path: Path):
    folders = Folders(tmp_path / "raw", tmp_path / "outputs", tmp_path / "truth")
    folders.raw.mkdir()
    (folders.raw / "customs.csv").write_bytes(bytes(4_000_000))
    (folders.raw / "README.md").write_bytes(bytes(9_000_000))
    words = in_words(Duration(0.0, 150), folders)
    assert words == "Roughly 70 seconds, guessed from 4 MB of raw files; the next run knows better."
