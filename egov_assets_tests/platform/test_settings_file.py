"""Settings of any shape end in a sentence: what, where, what to do."""

import os
import re
from pathlib import Path

import pytest
from pydantic import Field

import egov_assets
from egov_assets import cli
from egov_assets.platform.folders import ENVIRONMENT, SETTINGS_FILES, Folders, environment_problems
from egov_assets.platform.settings_file import Settings, SettingsError, misnamed, read_settings
from egov_assets.platform.years import StudyYear
from egov_assets.running.study_settings import READERS, check_settings
from egov_assets_tests.study_file import write_section


class Small(Settings):
    limit: float = 1.0
    names: tuple[str, ...] = ()
    years: dict[StudyYear, float] = Field({})


def refused(folder: Path, text: str | bytes) -> str:
    path = folder / "small.yml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as said:
        read_settings(Small, path)
    return str(said.value)


BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    + [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 10)]
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("limit: " + "[" * 5000, "more than 50 levels"),
        ("limit: " + "{a: " * 5000, "more than 50 levels"),
        ("- " * 5000 + "x", "more than 50 levels"),
        (BOMB, "1,000,000 values by repeated aliases"),
        ("limit: &a [*a]", "1,000,000 values by repeated aliases"),
        ("limit: *nobody", "undefined alias"),
        ("limit: " + "9" * 5000, "not readable as YAML"),
        ("limit: 2011-02-30", "not readable as YAML"),
        ("limit: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
        ("? [1, 2]\n: 3", "found unhashable key"),
        ("limit: 1\nlimit: 2", "key 'limit' is given twice"),
        ("limit: 1\n---\nlimit: 2", "expected a single document"),
        ("[1, 2]", "it holds a list"),
        ("limit: .nan", "finite number; the file has nan"),
        ("limit: .inf", "finite number; the file has inf"),
        ("limit: 1e999", "finite number; the file has '1e999'"),
        ("years: {1999: 5}", "1999 is no year of the study; its years are 2010, 2011, 2012"),
        ("limmit: 1", "the nearest known one is 'limit'"),
        ("1: 2", "1"),
        (b"\xff\xfe\x00l", "not readable as YAML"),
        (b"limit: \x00", "not readable as YAML"),
        ("limit: " + "x" * 100_000, "…."),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_file_that_cannot_be_used_ends_in_a_sentence(tmp_path: Path, text: str | bytes, said: str):
    words = refused(tmp_path, text)
    assert words.startswith(f"{tmp_path / 'small.yml'}: ")
    assert said in words
    assert len(words) < 2000


def test_a_file_of_data_is_not_read_as_settings(tmp_path: Path):
    assert "which no settings file needs" in refused(tmp_path, "names: [" + "x, " * 4_000_000 + "x]")


def test_anchors_that_repeat_little_are_read(tmp_path: Path):
    (tmp_path / "small.yml").write_text("names: &both [a, b]\n")
    assert read_settings(Small, tmp_path / "small.yml").names == ("a", "b")


def test_a_folder_and_a_link_that_leads_nowhere_are_named(tmp_path: Path):
    (tmp_path / "study.yml").mkdir()
    (tmp_path / "corrections.yml").symlink_to(tmp_path / "gone.yml")
    with pytest.raises(SettingsError) as said:
        check_settings(folders_in(tmp_path))
    assert str(said.value).splitlines() == [
        f"{tmp_path / 'study.yml'}: it is a folder, a settings file is expected. Rename the folder.",
        f"{tmp_path / 'corrections.yml'}: there is no such settings file. Give the path of an existing YAML file.",
    ]


def folders_in(study: Path) -> Folders:
    return Folders(study / "raw", study / "outputs", study / "truth")


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("study.yaml", "study.yml"),
        ("Study.yml", "study.yml"),
        ("STUDY.YML", "study.yml"),
        ("study.yml.txt", "study.yml"),
        ("study", "study.yml"),
        ("studdy.yml", "study.yml"),
        ("corection.yaml", "corrections.yml"),
        ("table.yml", "tables.yml"),
    ],
)
def test_a_name_that_is_nearly_right_names_the_right_one(tmp_path: Path, name: str, right: str):
    (tmp_path / name).write_text("customs: {goods: all}\n")
    assert misnamed(tmp_path, SETTINGS_FILES) == [
        f"{tmp_path / name}: nothing reads it. Name it {right} if it holds those settings, or move it elsewhere."
    ]
    with pytest.raises(SettingsError, match=f"Name it {right}"):
        check_settings(folders_in(tmp_path))


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("quality.yml", "Put its content under `quality:` in"),
        ("Printing.YAML", "Put its content under `printing:` in"),
        ("specifications.yml", "Move it to"),
        ("corrections.yml", "Move it to"),
        ("study.yml", "Move it to"),
    ],
)
def test_settings_in_the_raw_folder_are_told_where_they_belong(tmp_path: Path, name: str, where: str):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / name).touch()
    with pytest.raises(SettingsError, match=f"raw/{name}: nothing reads it"):
        check_settings(folders_in(tmp_path))
    with pytest.raises(SettingsError, match=where):
        check_settings(folders_in(tmp_path))


def test_right_names_data_notes_and_backups_are_let_be(tmp_path: Path):
    for name in (*SETTINGS_FILES, "README.md", "tables.csv", "study.xlsx", "study.yml.bak", "study.yml~", "notes.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "table").mkdir()
    assert misnamed(tmp_path, SETTINGS_FILES) == []
    assert misnamed(tmp_path / "no such folder", SETTINGS_FILES) == []


@pytest.mark.parametrize(
    ("section", "text", "said"),
    [
        ("sources", "customs: {files: [/etc/*]}", "'/etc/*' is no path below the raw folder"),
        ("sources", "customs: {files: ['../other/*.csv']}", "'../other/*.csv' is no path below"),
        ("sources", "customs: {files: ['a/../../b.csv']}", "'a/../../b.csv' is no path below"),
        ("sources", r"customs: {files: ['C:\data\*.csv']}", "is no path below the raw folder"),
        ("sources", "customs: {files: ['']}", "'' is no path below the raw folder"),
        ("sources", "customs: {files: ['customs/{yaer}/*']}", "{year} as the only word in braces"),
        ("cleaning", "customs: {partner_names: {德国: DEU, 某国: XXQ}}", "'XXQ' is the ISO code of no country"),
        ("cleaning", "survey: {min_revenue_thousand_cny: {2001: 5}}", "2001 is no year of the study"),
        ("cleaning", "customs: {min_flow_value_usd: .inf}", "finite number"),
        ("instruments", "gdp_base_year: 1999", "1999 is no year of the study"),
        ("moderators", "gvc_top_share: .nan", "finite number"),
        ("score", "weights: {egscore_idf: .inf}", "finite number"),
        ("quality", "tail_share: .nan", "finite number"),
        ("matching", "least_probability: .nan", "finite number"),
        ("drift", "years: {rows: {limit: .inf, why: no limit}}", "finite number"),
        ("drift", "years: {rows: {limit: 0.4, why: as a share}}", "greater than or equal to 1"),
        ("drift", "known: [{column: phone, years: [2013], why: none}]", "2013 is no year of the study"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(tmp_path: Path, section: str, text: str, said: str):
    study_file = write_section(tmp_path, section, text)
    with pytest.raises(SettingsError) as refusal:
        check_settings(folders_in(tmp_path))
    assert said in str(refusal.value)
    assert str(refusal.value).startswith(f"{study_file}: ") and f" {section}." in str(refusal.value)


@pytest.mark.parametrize(
    ("name", "right"),
    [("EGOV_RWA", "EGOV_RAW"), ("EGOV_OUTPUT", "EGOV_OUTPUTS"), ("EGOV_ALERT_FEISHU_SECRT", "EGOV_ALERT_FEISHU_SECRET"),
     ("egov_raw", "EGOV_RAW"), ("EGOVRAW", "EGOV_RAW")],
)  # fmt: skip
def test_a_misspelt_setting_of_the_environment_stops_every_command(
    name: str, right: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(name, "/data")
    assert cli.main(["tables"]) == 2
    assert f"egov: nothing reads {name}; the nearest setting is {right}." in capsys.readouterr().err


def test_a_file_where_a_folder_is_meant_is_named(tmp_path: Path):
    (tmp_path / "raw.zip").touch()
    environment = {"EGOV_RAW": str(tmp_path / "raw.zip"), "EGOV_OUTPUTS": str(tmp_path / "later"), "EGOV_TRUTH": ""}
    assert environment_problems(environment) == [
        f"EGOV_RAW names {tmp_path / 'raw.zip'}, which is no folder. Give the folder."
    ]


def test_every_setting_that_the_package_reads_is_on_the_list():
    package = Path(egov_assets.__file__).parent
    texts = [path.read_text("utf-8") for path in package.rglob("*.py")]
    read = set(re.findall(r"\bEGOV_[A-Z_]*[A-Z]\b", "\n".join(texts)))
    assert read <= {*ENVIRONMENT, "EGOV_ALERT_FEISHU_SECRET"} and set(ENVIRONMENT) <= read
    assert not [name for name in os.environ if name.startswith("EGOV") and name in environment_problems()]


def test_every_setting_of_the_environment_and_every_section_stands_in_the_guide():
    guide = (Path(egov_assets.__file__).parents[1] / "docs" / "study_folder.md").read_text("utf-8")
    named = set(re.findall(r"`(\w+)`", guide))
    assert {*ENVIRONMENT, *READERS} <= named
    assert {name for name in named if name.startswith("EGOV_")} == set(ENVIRONMENT)
