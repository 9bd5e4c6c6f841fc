"""Exported tables are read back by other libraries than those that wrote them."""

import zipfile
from pathlib import Path

import dagster as dg
import polars as pl
import pyreadstat
import pytest

from egov_assets.handover.labels import LONGEST_LABEL, ColumnLabel, column_labels, shortened, stata_names
from egov_assets.handover.table_files import WRITERS
from egov_assets.platform.contract import columns_of
from egov_assets.platform.words import LANGUAGES, labels_of
from egov_assets.regression_tables.schema import Descriptives, Estimates, FirmPanel

LONG = "长" * 700 + "."  # 2,101 bytes: more than a text of fixed width holds
TABLE = pl.DataFrame(
    {
        "code": ["007", None, "=1+1", "-5", "@SUM(A1)"],
        "note": ["普通", "https://example.org", "", None, LONG],
        "state_firm": pl.Series([1, 0, None, 1, 0], dtype=pl.Int32),
        "people": pl.Series([1, 2, 3, 2**40, 5], dtype=pl.Int64),
        "rate": [0.1, None, -2.5, 1e300, 3.0],
        "is_new": [True, False, True, False, True],
    }
)
LABELS = [
    ColumnLabel("code", "code", "代码", {}),
    ColumnLabel("note", "note", "Note", {}),
    ColumnLabel("state_firm", "state_firm", "国有企业", {0: "否", 1: "是"}),
    *(ColumnLabel(name, name, name, {}) for name in ("people", "rate", "is_new")),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    for form, write in WRITERS.items():
        write(TABLE, LABELS, folder / f"t.{form}")
    return folder


def test_stata_holds_labels_codes_whole_numbers_and_long_texts(written: Path):
    rows, about = pyreadstat.read_dta(written / "t.dta")
    assert about.column_names_to_labels["state_firm"] == "国有企业"
    assert about.variable_value_labels == {"state_firm": {0: "否", 1: "是"}}
    assert rows["code"].to_list() == ["007", "", "=1+1", "-5", "@SUM(A1)"]
    assert rows["note"].to_list() == ["普通", "https://example.org", "", "", LONG]
    assert rows["state_firm"].isna().to_list() == [False, False, True, False, False]
    assert rows["people"].to_list() == [1, 2, 3, 2**40, 5]
    assert rows["rate"].isna().to_list() == [False, True, False, False, False] and rows["rate"][3] == 1e300
    assert rows["is_new"].to_list() == [1, 0, 1, 0, 1]


def test_a_spreadsheet_finds_text_where_text_was_and_no_formula_and_no_link(written: Path):
    with zipfile.ZipFile(written / "t.xlsx") as book:
        sheets = "".join(book.read(name).decode() for name in book.namelist() if "worksheets/" in name)
    assert "<f>" not in sheets and "<hyperlink" not in sheets
    back = pl.read_excel(written / "t.xlsx", sheet_name="data", infer_schema_length=0)
    assert back["code"].to_list() == ["007", None, "=1+1", "-5", "@SUM(A1)"]
    meaning = pl.read_excel(written / "t.xlsx", sheet_name="labels")
    assert meaning.row(2) == ("state_firm", "国有企业", "0 否; 1 是")


def test_text_like_a_formula_is_marked_in_csv_and_numbers_are_not(written: Path):
    text = (written / "t.csv").read_text("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["code", "007", "", "'=1+1", "'-5", "'@SUM(A1)"]
    assert ",-2.5," in text


def test_parquet_is_the_table_itself(written: Path):
    assert pl.read_parquet(written / "t.parquet").equals(TABLE)


@pytest.mark.parametrize("form", WRITERS)
def test_the_same_table_gives_the_same_bytes(form: str, written: Path, tmp_path: Path):
    WRITERS[form](TABLE, LABELS, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (written / f"t.{form}").read_bytes()


@pytest.mark.parametrize("form", WRITERS)
def test_a_table_without_rows_has_its_columns(form: str, tmp_path: Path):
    WRITERS[form](TABLE.clear(), LABELS, tmp_path / f"t.{form}")
    read = {
        "parquet": lambda path: pl.read_parquet(path).columns,
        "csv": lambda path: pl.read_csv(path).columns,
        "xlsx": lambda path: pl.read_excel(path, sheet_name="labels")["column"].to_list(),
        "dta": lambda path: list(pyreadstat.read_dta(path)[0].columns),
    }[form]
    assert read(tmp_path / f"t.{form}") == TABLE.columns


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("schema", [FirmPanel, Estimates, Descriptives])
def test_every_column_of_panel_and_estimates_has_a_label_that_stata_holds(schema: type, language: str):
    known = labels_of("regression_tables", language).texts
    columns = [column.name for column in columns_of(schema).columns]
    assert [name for name in columns if name not in known] == []
    assert all(len(label) <= LONGEST_LABEL for label in known.values())


def test_dummies_of_the_schema_have_labelled_values_and_others_none():
    labels = {each.name: each for each in column_labels(columns_of(FirmPanel), "regression_tables", "zh")}
    assert labels["state_firm"].values == {0: "否", 1: "是"} and labels["qua"].values == {}


def test_a_column_without_a_label_is_called_what_its_schema_says():
    columns = dg.TableSchema([dg.TableColumn("x", "Int64", description="A long description " * 9)])
    assert column_labels(columns, "clean", "zh")[0].label == shortened("A long description " * 9)
    assert len(shortened("word " * 40)) <= LONGEST_LABEL and shortened("word " * 40).endswith("word…")


def test_names_are_cut_for_stata_and_stay_apart():
    long, longer = "a" * 40, "a" * 41
    names = stata_names(["ok", "if", "2010", "with space", long, longer, "a" * 32, "str5"])
    assert names == {
        "ok": "ok",
        "if": "v_if",
        "2010": "v_2010",
        "with space": "with_space",
        long: "a" * 30 + "_2",
        longer: "a" * 30 + "_3",
        "a" * 32: "a" * 32,
        "str5": "v_str5",
    }
