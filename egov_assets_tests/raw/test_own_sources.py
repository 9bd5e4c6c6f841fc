"""A study's own file is a source like the shipped ones: declared, read, judged row by row, and made into a table."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from pytest import raises

from egov_assets.doctor.examine import examine_source
from egov_assets.doctor.examine_own import with_its_rows
from egov_assets.platform.folders import Folders
from egov_assets.platform.settings_file import SettingsError
from egov_assets.raw.assets import own_assets
from egov_assets.raw.corrections import Corrections
from egov_assets.raw.own_rows import judged_rows, no_key_stands_twice
from egov_assets.raw.own_sources import OwnSource, read_own_sources
from egov_assets.raw.sources import read_sources

DECLARED = """\
own_sources:
  rail:
    title: Railways
    files: rail/*
    key: {city: 城市, year: 年份}
    columns:
      rail_lines: {header: 线路, label: High-speed railways, unit: number}
"""
ROWS = "城市,年份,线路\n杭州市,2010,1\n杭州,2011,3\n宁波市,2011,\n没有市,2011,2\n苏州市,2011,许多\n330400,二〇一一,4\n"


def own(**more) -> OwnSource:
    given = {"title": "t", "files": "t/*", "key": {"city": "城市"}, "columns": {"lines": column("线路")}}
    return OwnSource.model_validate(given | more)


def column(header: str) -> dict[str, str]:
    return {"header": header, "label": "Lines", "unit": "number"}


@pytest.fixture
def declared(folders: Folders) -> Folders:
    """A study with the source, its file in GB18030."""
    folders.study_file.write_text(DECLARED, encoding="utf-8")
    (folders.raw / "rail").mkdir()
    (folders.raw / "rail" / "rail.csv").write_bytes(ROWS.encode("gb18030"))
    return folders


def test_dagster_makes_a_table_of_it_year_by_year(declared: Folders, instance: dg.DagsterInstance):
    assets, folders = own_assets(declared.study_file), {"folders": declared}
    done = dg.materialize(assets, partition_key="2011", instance=instance, resources=folders)
    assert done.success
    made = pl.read_parquet(declared.lake / "raw_rail" / "year=2011" / "data.parquet")
    assert_frame_equal(
        made.select("source_row", "city_code", "rail_lines", "rejected"),
        pl.DataFrame(
            {
                "source_row": [2, 3, 4, 5, 6],  # the first is of 2010
                "city_code": ["330100", "330200", None, "320500", "330400"],
                "rail_lines": [3.0, None, 2.0, None, 4.0],
                "rejected": [None, None, "no city: 没有市", "线路 is no number: 许多", None],
            }
        ),
    )
    checks = {each.check_name: each for each in done.get_asset_check_evaluations()}
    assert not checks["every_row_is_used"].passed
    assert "rail/rail.csv row 4: no city: 没有市" in checks["every_row_is_used"].description
    assert checks["every_line_is_read_or_named"].passed


def test_the_doctor_says_what_the_checks_will(declared: Folders, tmp_path: Path):
    source, own_rail = read_sources(declared.study_file)["rail"], read_own_sources(declared.study_file)["rail"]
    (declared.raw / "rail" / "rail.csv").write_text(ROWS + "杭州市,2011,5\n", encoding="utf-8")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found, read = examine_source(declared.raw, "rail", source, 2011, list(own_rail.headers), Corrections(()), scratch)
    found = with_its_rows(declared.raw, found, own_rail, read)
    assert found.rows_and_columns == ("7", "3/3")
    assert "330100 in rail/rail.csv row 2; 330100 in rail/rail.csv row 7" in found.all_faults[0]
    assert found.all_doubts[0].startswith("2 of 6 rows are rejected")


def test_a_row_of_another_year_in_a_file_of_one_year_is_rejected():
    texts = {"source_file": "f", "source_row": 1, "year": 2011, "dialect": "own", "printed_key": "3301", "lines": "1"}
    by_city = own(files="t/{year}.csv", key={"city": "城市", "year": "年份"})
    rows = judged_rows(pl.DataFrame([texts | {"printed_key": "杭州市", "printed_year": "2010"}]), 2011, by_city)
    assert rows["rejected"].to_list() == ["another year than the file's: 2010"]


@pytest.mark.parametrize(
    ("about", "printed", "code"),
    [
        ("province", "浙江", None),
        ("province", "浙江省", "330000"),
        ("industry", "纺织业", "17"),
        ("industry", "17.0", "17"),
        ("industry_2002_code", "1761", "1761"),
        ("survey_firm_id", "10001369-5", "100013695"),
        ("company_id", "3301961234", "3301961234"),
        ("company_id", "33019", None),
        ("hs6", "6109.10", "610910"),
        ("hs6", "10121", "010121"),
    ],
)
def test_a_key_is_read_as_the_cleaning_reads_it(about, printed, code):
    texts = {"source_file": ["f"], "source_row": [1], "year": [2011], "dialect": ["own"], "lines": ["1"]}
    source = own(key={about: "x"})
    assert judged_rows(pl.DataFrame(texts | {"printed_key": [printed]}), 2011, source)[source.code].to_list() == [code]


def test_a_key_that_stands_there_twice_is_refused_unless_the_row_is_rejected_anyway():
    rows = pl.DataFrame({"source_file": "f", "source_row": [1, 2], "city_code": "330100", "rejected": [None, None]})
    assert not no_key_stands_twice(rows.with_columns(pl.col("rejected").cast(pl.String))).passed
    assert no_key_stands_twice(rows.with_columns(rejected=pl.Series([None, "no number"]))).passed


def test_every_problem_of_a_declaration_is_said_at_once(tmp_path: Path):
    study = tmp_path / "study.yml"
    study.write_text(
        "own_sources:\n"
        "  rail: {title: t, files: ../x.csv, key: {town: a}, columns: {year: {header: a, label: b, unit: c}}}\n"
        "  roads: {titel: t, files: x.csv, key: {city: a}, columns: {if: {header: a, label: b, unit: c}}}\n"
    )
    with raises(SettingsError) as problem:
        read_own_sources(study)
    said = str(problem.value)
    assert "own_sources.rail.files: " in said and "no path below the raw folder" in said
    assert "a row is about one of survey_firm_id, company_id, city" in said
    assert "year is a name of every table" in said
    assert "own_sources.roads.titel: unknown key; the nearest known one is 'title'" in said
    assert "if: a name has letters" in said


def test_a_source_cannot_take_the_name_of_a_shipped_one(tmp_path: Path):
    study = tmp_path / "study.yml"
    study.write_text(DECLARED.replace("rail:", "customs:"), encoding="utf-8")
    with raises(SettingsError, match=r"own_sources.customs: a source is called so already"):
        read_sources(study)
