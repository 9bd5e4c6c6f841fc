"""A replication archive: whole, the same bytes, with its own list right, and without rows that may not travel."""

import base64
import csv
import hashlib
import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from email import message_from_bytes
from io import BytesIO, StringIO
from pathlib import Path

import polars as pl
import pytest
import yaml

from egov_assets.commands.package import _stand_in
from egov_assets.definitions import defs
from egov_assets.handover.package import archive_files, write_archive
from egov_assets.handover.wheel import requirements, wheel_files
from egov_assets.platform.changed_files import inventory
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import TableMissing, table_path, write_table
from egov_assets.platform.years import YEARS
from egov_assets_tests.running.finished_study import FinishedStudy

SECRET = "杭州某某有限公司"
SPECS = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
COLUMNS = [column.name for column in SPECS["regression_tables"].metadata["dagster/column_schema"].columns]


@pytest.fixture
def study(tmp_path: Path) -> Folders:
    """One customs file of each year, thirty work reports, Table 1, estimates and a figure."""
    folders = Folders(raw=tmp_path / "raw", outputs=tmp_path / "outputs", truth=tmp_path / "truth")
    names = [f"customs/{year}/a|b.csv" for year in YEARS] + [f"work_reports/2010/city{n}2010.txt" for n in range(30)]
    for name in names:
        (folders.raw / name).parent.mkdir(parents=True, exist_ok=True)
        (folders.raw / name).write_text(f"{SECRET} {name}", encoding="utf-8")
    for year in YEARS:
        write_table(inventory(folders.raw, year, YEARS, []), table_path(folders.lake, "file_inventory", year))
    (folders.raw.parent / "study.yml").write_text("years: [2010..2012]\nprinting: {decimals: 4}\n", encoding="utf-8")
    for name, text in {
        "tables/table_01.md": "| qua |",
        "tables/table_01.docx": "a file that says when it was made",
        "tables/estimates.csv": ",".join(COLUMNS) + "\n",
        "figures/baseline.svg": "<svg/>",
        "published_comparison.csv": "table\n",
    }.items():
        (folders.outputs / name).parent.mkdir(parents=True, exist_ok=True)
        (folders.outputs / name).write_text(text, encoding="utf-8")
    return folders


def packed(study: Folders, raw_travels: bool = False) -> dict[str, bytes]:
    files = archive_files(study, SPECS, {}, raw_travels)
    return {name: content.read_bytes() if isinstance(content, Path) else content for name, content in files.items()}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_every_file_stands_with_its_hash_in_the_list_and_in_both_descriptors(study: Folders):
    files = packed(study)
    listed = dict(reversed(line.split("  ")) for line in files["checksums.sha256"].decode().splitlines())
    assert listed == {name: sha256(content) for name, content in files.items() if name != "checksums.sha256"}
    graph = {each["@id"]: each for each in json.loads(files["ro-crate-metadata.json"])["@graph"]}
    parts = {each["@id"] for each in graph["./"]["hasPart"]}
    assert parts == files.keys() - {"checksums.sha256", "ro-crate-metadata.json"}
    assert all(graph[name]["sha256"] == sha256(files[name]) for name in parts)
    assert graph["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    (resource,) = json.loads(files["datapackage.json"])["resources"]
    content = files[resource["path"]]
    assert (resource["hash"], resource["bytes"]) == (f"sha256:{sha256(content)}", len(content))
    assert [field["name"] for field in resource["schema"]["fields"]] == next(csv.reader(StringIO(content.decode())))


def test_no_row_of_the_raw_files_is_in_it_unless_told(study: Folders):
    files = packed(study)
    assert not any(SECRET.encode() in content for content in files.values())
    assert "**The raw files are not in this archive.**" in files["README.md"].decode()
    told = packed(study, raw_travels=True)
    assert told["raw/customs/2010/a|b.csv"] == (study.raw / "customs/2010/a|b.csv").read_bytes()
    assert "not in this archive" not in told["README.md"].decode()


def test_every_raw_file_is_named_with_its_hash_all_the_same(study: Folders):
    files = packed(study)
    named = pl.read_csv(files["raw_files.csv"])
    on_disk = {str(path.relative_to(study.raw)): sha256(path.read_bytes()) for path in study.raw.rglob("*.*")}
    assert dict(named.select("file", "sha256").iter_rows()) == on_disk
    readme = files["README.md"].decode()
    assert "`customs/2010/a\\|b.csv`" in readme, "a stroke would end the cell"
    assert "30 files" in readme and "city72010" not in readme, "hundreds of reports are in the list alone"


def test_the_readme_has_the_headings_of_the_template_and_the_way_to_each_table(study: Folders):
    readme = packed(study)["README.md"].decode()
    for heading in (
        "Overview",
        "Data Availability and Provenance Statements",
        "Computational requirements",
        "Controlled randomness",
        "Memory, runtime and storage",
        "Instructions to replicators",
        "List of tables and figures",
        "Licence",
    ):
        assert f"# {heading}" in readme
    made_in = "`table_01_descriptives` | `egov_assets/regression_tables/assets.py`"
    assert f"| table_01 | `expected/tables/table_01.md` | {made_in} |" in readme
    assert "Held by General Administration of Customs of China" in readme
    assert "No files: the study was made without." in readme


def test_the_settings_of_the_study_travel_and_word_files_with_a_date_do_not(study: Folders):
    files = packed(study)
    assert files["study.yml"] == (study.raw.parent / "study.yml").read_bytes()
    assert "expected/tables/table_01.md" in files and not any(name.endswith(".docx") for name in files)
    (study.raw.parent / "study.yml").unlink()
    assert packed(study)["study.yml"] == b"years: [2010, 2011, 2012]\n"


def test_the_same_study_gives_the_same_bytes(study: Folders, tmp_path: Path):
    for name in ("a/r.zip", "b/r.zip"):
        (tmp_path / name).parent.mkdir()
        write_archive(archive_files(study, SPECS, {}, raw_travels=True), tmp_path / name)
    assert (tmp_path / "a/r.zip").read_bytes() == (tmp_path / "b/r.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a/r.zip") as archive:
        assert {name.partition("/")[0] for name in archive.namelist()} == {"r"}
        inside = {name.removeprefix("r/"): archive.read(name) for name in archive.namelist()}
    assert inside == packed(study, raw_travels=True)


def test_a_study_that_was_not_made_is_refused(study: Folders):
    table_path(study.lake, "file_inventory", 2011).unlink()
    with pytest.raises(TableMissing, match="file_inventory: no file for 2011"):
        packed(study)
    shutil.rmtree(study.tables)
    table_path(study.lake, "file_inventory", 2010).replace(table_path(study.lake, "file_inventory", 2011))
    write_table(inventory(study.raw, 2010, YEARS, []), table_path(study.lake, "file_inventory", 2010))
    with pytest.raises(TableMissing, match="`egov run` makes them"):
        packed(study)


def test_the_wheel_lists_its_files_with_their_hashes_and_holds_the_dbt_project():
    name, files = wheel_files()
    own = importlib.metadata.version("egov_assets")
    assert name == f"egov_assets-{own}-py3-none-any.whl"
    info = f"egov_assets-{own}.dist-info"
    record = list(csv.reader(StringIO(files[f"{info}/RECORD"].decode())))
    assert [row[0] for row in record] == list(files)
    for path, digest, size in record[:-1]:
        expected = base64.urlsafe_b64encode(hashlib.sha256(files[path]).digest()).decode().rstrip("=")
        assert (digest, int(size)) == (f"sha256={expected}", len(files[path]))
    about = message_from_bytes(files[f"{info}/METADATA"])
    assert (about["Name"], about["Version"]) == ("egov_assets", own)
    assert any(need.startswith("polars==") for need in about.get_all("Requires-Dist"))
    assert {"egov_assets/cli.py", "egov_assets/dbt_project/dbt_project.yml", "egov_assets/py.typed"} <= files.keys()
    assert b"egov = egov_assets.cli:main" in files[f"{info}/entry_points.txt"]
    assert not any("__pycache__" in path or "/target/" in path for path in files)


def test_the_libraries_are_those_installed_and_what_they_need_and_no_tools():
    pinned = dict(line.split("==") for line in requirements())
    for direct in ("polars", "dagster", "pyreadstat"):
        assert pinned[direct] == importlib.metadata.version(direct)
    assert "sqlglotc" in pinned, "what an extra of a library needs"
    assert "pytest" not in pinned and "egov-assets" not in pinned


@pytest.mark.slow
def test_what_stands_in_for_raw_files_is_an_invented_study_of_the_same_years_without_its_answers():
    files = _stand_in()
    assert yaml.safe_load(files["stand_in/study.yml"]) == {"years": list(YEARS)}
    assert files["stand_in/raw/README.md"].startswith(b"# Invented raw files")
    for year in YEARS:
        assert any(name.startswith(f"stand_in/raw/customs/{year}/") for name in files)
    assert not any("truth" in name for name in files)


@pytest.mark.slow
def test_the_archive_of_a_finished_study_installs_and_reads_its_own_settings(finished: FinishedStudy, tmp_path: Path):
    """That it runs to equal tables is tried by hand (docs/handover.md): it takes a whole study more."""
    done = finished.egov("package", "--with-raw-files", "--to", str(tmp_path / "r.zip"))
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "r.zip") as archive:
        archive.extractall(tmp_path)
        wheel = next(name for name in archive.namelist() if name.endswith(".whl"))
        readme = archive.read("r/README.md").decode()
        assert zipfile.ZipFile(BytesIO(archive.read(wheel))).testzip() is None
    assert "| table_02 |" in readme and "| all, one after the other | |" in readme
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    packages = next((tmp_path / "env").glob("lib/python*/site-packages"))
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    python = str(tmp_path / "env/bin/python")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "--python", python]
    subprocess.run([*pip, "install", "--no-deps", "--no-index", str(tmp_path / wheel)], check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("EGOV_", "PYTHON"))}
    egov = [str(tmp_path / "env/bin/egov"), "--study", str(tmp_path / "r")]
    tables = subprocess.run([*egov, "tables"], env=environment, capture_output=True, text=True, check=False)
    assert tables.returncode == 2
    assert f"in {tmp_path / 'r/outputs/lake/published_comparison'}" in tables.stderr
