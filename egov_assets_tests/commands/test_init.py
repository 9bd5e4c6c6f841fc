"""The folder of a new study: what it holds can be used as it is, and nothing that was there is touched."""

import re
from pathlib import Path

import pytest
import yaml

from egov_assets import cli
from egov_assets.clean.settings import Cleaning, read_cleaning
from egov_assets.doctor.examine import unread_files
from egov_assets.doctor.readiness import lists_found
from egov_assets.paper.chosen import has_paper
from egov_assets.platform.folders import Folders
from egov_assets.platform.settings_file import read_mapping
from egov_assets.platform.years import read_years
from egov_assets.product_quality.settings import QualitySettings, read_quality_settings
from egov_assets.raw.corrections import CorrectionFile
from egov_assets.raw.own_sources import read_own_sources
from egov_assets.raw.sources import RAW_TABLES, read_sources
from egov_assets.raw.year_files import source_files
from egov_assets.regression_tables.specifications import read_specifications
from egov_assets.running.study_settings import READERS, check_settings


@pytest.fixture
def study(tmp_path: Path) -> Path:
    assert cli.main(["init", str(tmp_path / "my study")]) == 0
    return tmp_path / "my study"


def without_marks(text: str) -> str:
    """The settings with every default taken for said: lines of prose fall, the mark of the others does."""
    lines = [line for line in text.splitlines() if not line.startswith("## ")]
    return "\n".join(re.sub("^# ", "", line) for line in lines)


def test_a_new_study_has_a_table_of_its_own_and_every_default(study: Path):
    check_settings(Folders(study / "raw", study / "outputs", study / "truth"))
    assert not has_paper(study / "study.yml")
    assert list(read_specifications(study / "study.yml")) == ["my_table"]
    assert read_years(study / "study.yml") == (2010, 2011, 2012)
    assert read_cleaning(study / "study.yml") == Cleaning()
    assert read_mapping(study / "corrections.yml") == {}


def test_the_defaults_in_comments_are_those_of_every_section(study: Path):
    file = study / "study.yml"
    written = yaml.safe_load(without_marks(file.read_text("utf-8")))
    assert set(written) == set(READERS)
    assert written.pop("paper") == "none"
    file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    for section, read in READERS.items():
        if section not in ("tables", "sources", "own_sources", "paper"):
            assert read(file) == read(study / "none" / "study.yml"), section
    assert read_quality_settings(file) == QualitySettings()
    assert list(read_own_sources(file)) == ["rail"]
    assert {name: each for name, each in read_sources(file).items() if name != "rail"} == read_sources()
    assert set(read_specifications(file)) - set(read_specifications()) == {"my_table"}
    corrections = yaml.safe_load(without_marks((study / "corrections.yml").read_text("utf-8")))
    assert len(CorrectionFile.model_validate(corrections).corrections) == 1


def test_a_study_like_the_papers_has_its_tables_and_nothing_else_said(tmp_path: Path):
    assert cli.main(["init", "--like", "egov", str(tmp_path)]) == 0
    assert read_mapping(tmp_path / "study.yml") == {"paper": "egov", "years": [2010, 2011, 2012]}
    assert read_specifications(tmp_path / "study.yml") == read_specifications()


def test_a_note_in_each_folder_says_what_belongs_there(study: Path):
    noted = {path.parent.name: path.read_text("utf-8") for path in study.glob("raw/*/README.md")}
    assert {*RAW_TABLES, "policies", "innovation", "terrain", "work_reports", "input_output", "tariffs"} == set(noted)
    assert "General Administration of Customs" in noted["customs"]
    assert "| **`value_usd`** | value, USD, as printed, USD |" in noted["customs"]
    assert "_金额" in noted["customs"] and "customs/{year}/**/*" in noted["customs"]


def test_notes_are_no_files_of_data(study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    raw = study / "raw"
    assert unread_files(raw, set(), set(RAW_TABLES), set()) == []
    assert [each.files for each in lists_found(raw, {("table_09", "3"): ["innov"]})] == [0]
    assert not any(source_files(raw, source, 2010) for source in read_sources().values())
    monkeypatch.setenv("EGOV_STUDY", str(study))
    assert cli.main(["run"]) == 2
    assert f"{raw} holds no files" in capsys.readouterr().err


def test_what_is_there_is_never_replaced(study: Path, capsys: pytest.CaptureFixture[str]):
    mine = study / "study.yml"
    mine.write_text("years: [2004]\n", encoding="utf-8")
    (study / "CHECKLIST.md").unlink()
    assert cli.main(["init", str(study)]) == 0
    assert "1 files written" in capsys.readouterr().out
    assert mine.read_text("utf-8") == "years: [2004]\n"
    assert (study / "CHECKLIST.md").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").touch()
    assert cli.main(["init", str(tmp_path / "file" / "study")]) == 2
    assert "cannot be written" in capsys.readouterr().err
