"""What is stale in the UI, what `egov run` would make, and why: one answer, whatever has changed."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest  # what the UI asks when it draws the badge

from egov_assets.definitions import defs
from egov_assets.platform import code_version
from egov_assets.platform.code_version import code_of, what_changed
from egov_assets.platform.lake import table_path
from egov_assets_tests.running.finished_study import FinishedStudy
from egov_assets_tests.study_file import write_section

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


def badges(study: FinishedStudy) -> set[str]:
    """`table year` of what the UI shows as stale or unmade, by the graph of this process."""
    graph = defs.resolve_asset_graph()
    found = set()
    with dg.DagsterInstance.from_config(str(study.folders.dagster_home)) as instance:
        resolver = CachingStaleStatusResolver(instance, graph, LoadingContextForTest(instance))
        for key in graph.materializable_asset_keys:
            definition = graph.get(key).partitions_def
            for year in definition.get_partition_keys() if definition else [None]:
                if resolver.get_status(key, year) is not StaleStatus.FRESH:
                    found.add(f"{key.to_user_string()} {year or ''}".strip())
    return found


def why(study: FinishedStudy) -> dict[str, set[str]]:
    """What `egov run --why` lists: reason -> `table year`."""
    done = study.egov("run", "--why")
    assert done.returncode == 0, done.stderr
    found: dict[str, set[str]] = {}
    for line in done.stdout.splitlines():
        if re.match(r"(.* changed|was never made|its file is .*|a file for people .*): ", line):
            reason, _, tables = line.rpartition(": ")
            found[reason] = _places(tables)
    return found


def _places(tables: str) -> set[str]:
    """`a 2010, 2011, b` names a of 2010, a of 2011 and b."""
    places, table = set(), ""
    for each in tables.split(", "):
        table, year = (table, each) if each.isdigit() else each.partition(" ")[::2]
        places.add(f"{table} {year}".strip())
    return places


def made_since(study: FinishedStudy, before: dict[Path, int]) -> set[str]:
    """Tables whose file was written since."""
    written = {file for file in study.folders.lake.rglob("data.parquet") if file.stat().st_mtime_ns != before.get(file)}
    return {file.relative_to(study.folders.lake).parts[0] for file in written}


def times(study: FinishedStudy) -> dict[Path, int]:
    return {file: file.stat().st_mtime_ns for file in study.folders.lake.rglob("data.parquet")}


def ran(study: FinishedStudy, *arguments: str) -> str:
    done = study.egov("run", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_note_beside_the_files_goes_no_further_than_the_tables_it_leaves_equal(finished: FinishedStudy):
    before, note = times(finished), finished.folders.raw / "notes_2011.txt"
    note.write_text("nothing reads this")
    stale = why(finished)
    assert stale == {"raw_files 2011 changed": {"file_inventory 2011"}}
    assert badges(finished) == {"file_inventory 2011"}
    ran(finished)
    made = made_since(finished, before)
    assert "raw_customs" in made and not made & {"clean_exports", "firm_quality", "table_02_baseline"}
    assert badges(finished) == set()
    note.unlink()
    ran(finished)


def test_a_printing_section_writes_tables_and_reads_no_customs_line(finished: FinishedStudy):
    before, good = times(finished), finished.hashes()
    write_section(finished.folders.study_file.parent, "printing", "decimals: 2")
    assert why(finished) == {
        "section printing changed": {"regression_tables", "table_01_descriptives"},
        "study.yml changed": {"replication_report"},
    }
    ran(finished)
    assert made_since(finished, before) <= {"regression_tables", "table_01_descriptives", "replication_report"}
    assert finished.hashes()["tables/table_02.md"] != good["tables/table_02.md"]
    finished.folders.study_file.unlink()
    ran(finished)
    assert finished.hashes() == good


def test_a_vanished_table_is_made_again_and_what_depends_on_it_only_if_it_is_another(finished: FinishedStudy):
    before, good = times(finished), finished.hashes()
    table_path(finished.folders.lake, "firm_quality", 2011).unlink()
    assert why(finished) == {"its file is gone": {"firm_quality 2011"}}
    assert badges(finished) == {"firm_quality 2011"}
    ran(finished)
    assert finished.hashes() == good
    assert made_since(finished, before) == {"firm_quality"}


def test_a_bit_flipped_with_its_time_kept_is_found_by_verify_and_made_again(finished: FinishedStudy):
    good, path = finished.hashes(), table_path(finished.folders.lake, "egscore_index", 2012)
    stat, content = path.stat(), bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert why(finished) == {}
    told = json.loads(finished.egov("verify", "--json").stdout)
    assert told["wrong"] == [{"table": "egscore_index", "year": 2012, "why": "its file is not what was published"}]
    done = finished.egov("verify")
    assert done.returncode == 1
    assert "egscore_index 2012: its file is not what was published" in done.stdout
    assert why(finished) == {"its file is not what was published": {"egscore_index 2012"}} and badges(finished) == {
        "egscore_index 2012"
    }
    ran(finished)
    assert finished.hashes() == good
    assert finished.egov("verify").stdout == "Every table and raw file is as recorded.\n"


def test_what_people_read_is_named_if_it_is_gone_or_another_and_made_again(finished: FinishedStudy):
    """A figure flipped in one bit, a report, a table of a chapter and a page of Data Docs gone; page and views too."""
    outputs, before = finished.folders.outputs, times(finished)
    figure, report = outputs / "figures" / "distributions.svg", outputs / "replication_report_zh.docx"
    table, docs = outputs / "tables" / "table_02.md", outputs / "data_docs" / "raw_customs" / "year=2011"
    good = {path: path.read_bytes() for path in (figure, report, table)}
    figure.write_bytes(good[figure][:-1] + b" ")
    report.unlink()
    table.unlink()
    shutil.rmtree(docs)
    drawn = [outputs / "lineage.html", finished.folders.catalog]
    for path in drawn:
        path.unlink()
    done = finished.egov("verify")
    assert done.returncode == 1
    assert f"figures: {figure} is not what was written" in done.stdout
    for place, path in (("replication_report", report), ("regression_tables", table)):
        assert f"{place}: {path} is gone" in done.stdout
    assert f"raw_customs 2011: {docs / 'index.html'} is gone" in done.stdout
    assert all(path.exists() for path in drawn)
    named = {"figures", "replication_report", "regression_tables", "raw_customs 2011"}
    assert why(finished) == {"a file for people that is written with it is gone or another": named}
    ran(finished)
    assert {path: path.read_bytes() for path in good} == good
    assert (docs / "index.html").exists()
    assert made_since(finished, before) == {"figures", "replication_report", "regression_tables", "raw_customs"}
    assert finished.egov("verify").stdout == "Every table and raw file is as recorded.\n"


def test_one_table_is_made_with_what_it_needs_and_nothing_else(finished: FinishedStudy):
    for table in ("egscore_index", "firm_quality"):
        table_path(finished.folders.lake, table, 2010).unlink()
    before = times(finished)
    ran(finished, "egscore_readings")
    assert made_since(finished, before) == {"egscore_index"}
    assert why(finished) == {"its file is gone": {"firm_quality 2010"}}
    told = json.loads(finished.egov("run", "--why", "--json").stdout)
    assert told == {"stale": [{"table": "firm_quality", "year": 2010, "why": "its file is gone"}]}
    ran(finished)
    done = finished.egov("run", "firm_qualty")
    assert done.returncode == 2 and "the nearest is firm_quality" in done.stderr


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of four modules in the place of this one."""
    package = tmp_path / "egov_assets"
    for name, text in {
        "platform/lake.py": "",
        "clean/assets.py": "from egov_assets.platform import lake",
        "quality/assets.py": "from egov_assets.platform.lake import x\nfrom egov_assets.clean.assets import y",
        "score/assets.py": "def f():\n    from egov_assets.platform import lake",
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text)
    monkeypatch.setattr(code_version, "PACKAGE", package)
    yield package
    forget_versions()


def forget_versions() -> None:
    of_files = (code_version._file_of, code_version._imports_of, code_version._data_beside, code_version._file_version)
    for kept in (code_of, *of_files):
        kept.cache_clear()


def test_code_of_one_chapter_is_the_version_of_what_imports_it_and_of_nothing_else(package: Path):
    def versions() -> dict[str, str]:
        forget_versions()
        return {chapter: code_of(f"egov_assets.{chapter}.assets") for chapter in ("clean", "quality", "score")}

    def changed(name: str, text: str) -> set[str]:
        before = versions()
        (package / name).write_text(text)
        after = versions()
        return {chapter for chapter in after if after[chapter] != before[chapter]}

    assert changed("quality/assets.py", "# other") == {"quality"}
    assert changed("clean/words.yml", "words: []") == {"clean"}
    assert changed("platform/lake.py", "x = 1") == {"clean", "score"}
    assert versions() == versions()


def test_what_changed_is_said_in_words():
    assert what_changed("code=a quality=b", "code=a quality=c") == ["section quality"]
    assert what_changed("code=a", "code=b dbt=c") == ["the code or a library", "the dbt project"]
    assert what_changed(json.dumps({}), "code=a") == ["the code or a library"]
