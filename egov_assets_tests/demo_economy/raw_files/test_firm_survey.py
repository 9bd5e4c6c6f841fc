import csv
import io
from collections.abc import Callable

import fastexcel
import polars as pl
import pyreadstat
import pytest

from egov_assets.demo_economy.raw_files.firm_survey import DATA_LABEL, PINYIN, industry_codes_2011, survey_rows
from egov_assets.demo_economy.raw_files.survey_spellings import ADDED, NOTHING
from egov_assets.platform.reference import table
from egov_assets_tests.demo_economy.raw_files.conftest import Printed

Files = dict[str, pl.DataFrame]
IN_PINYIN = {short: column for column, short in PINYIN.items()}


@pytest.fixture(scope="session")
def files(printed: Printed) -> Files:
    """Each survey file, read by another library than wrote it; finance and identity keep their headers."""
    folder = printed.raw / "firm_survey"
    identity = (folder / "2010/identity_2010.csv").read_bytes().decode("gb18030")
    finance = fastexcel.read_excel(folder / "2010/finance_2010.xlsx").load_sheet(0).to_polars()
    read = {
        "firm_survey/2010/identity_2010.csv": pl.DataFrame(list(csv.DictReader(io.StringIO(identity)))),
        "firm_survey/2010/finance_2010.xlsx": finance,
    }
    for year, encoding in ((2011, "GB18030"), (2012, "UTF-8")):
        frame, meta = pyreadstat.read_dta(folder / f"{year}/asif{year}.dta", encoding=encoding, output_format="polars")
        assert meta.file_label == DATA_LABEL
        read[f"firm_survey/{year}/asif{year}.dta"] = frame.rename(IN_PINYIN)
    return read


def test_sound_rows_come_back_as_they_were(printed: Printed, files: Files):
    name = "firm_survey/2011/asif2011.dta"
    damaged = printed.defects.filter(pl.col("source_file") == name)["source_row"].to_list()
    sound = files[name].with_row_index("row", offset=1).filter(~pl.col("row").is_in(damaged))
    expected = survey_rows(printed.registers.of_year(2011), 2011, printed.registers.seed)
    expected = expected.filter(pl.col("survey_firm_id").is_in(sound["survey_firm_id"].to_list()))
    assert len(sound) > 0.5 * len(files[name])
    for column in PINYIN:
        assert sound[column].to_list() == expected[column].to_list(), column


def test_the_year_2010_has_no_wages_and_no_exports_and_money_is_text(printed: Printed, files: Files):
    identity, finance = files["firm_survey/2010/identity_2010.csv"], files["firm_survey/2010/finance_2010.xlsx"]
    headers = identity.columns + finance.columns
    assert not [header for header in headers if "工资" in header or "出口" in header]
    assert finance.dtypes == [pl.String] * 6
    assert finance["组织机构代码"].is_unique().all()
    surveyed = printed.registers.of_year(2010).filter("in_survey")
    assert set(finance["组织机构代码"]) == set(surveyed["survey_firm_id"])


def test_region_codes_grow_to_twelve_digits_in_2012_and_industry_to_the_2011_standard(printed: Printed, files: Files):
    of_2011, of_2012 = (
        files[name].filter(~pl.int_range(1, pl.len() + 1).is_in(list(printed.listed_rows(name))))
        for name in ("firm_survey/2011/asif2011.dta", "firm_survey/2012/asif2012.dta")
    )
    assert of_2011["region_code"].str.contains(r"^\d{6}$").all()
    assert of_2012["region_code"].str.contains(r"^\d{12}$").all()
    classes_2011 = set(table("gbt4754_2011").filter(pl.col("level") == "4")["code"])
    assert set(of_2012["industry_code"]) <= classes_2011


def test_every_industry_of_2002_maps_to_a_class_of_2011_that_leads_back_to_it():
    old = table("gbt4754_2002").filter(pl.col("level") == "4")["code"]
    origins = dict(table("gbt4754_2011").filter(pl.col("level") == "4").select("code", "gbt4754_2002_codes").rows())
    for firm in (0, 1, 2):
        new = industry_codes_2011(old, pl.Series([firm] * len(old)).to_numpy())
        leads_back = [was in (origins.get(now) or "").split(";") for was, now in zip(old, new, strict=True)]
        assert sum(leads_back) > 0.99 * len(old)


def is_above_total_assets(row: dict[str, object], column: str) -> bool:
    total = row["total_assets_thousand_cny"]
    return total is not None and row[column] not in NOTHING and float(row[column]) > float(total)


SHOWS: dict[str, Callable[[dict[str, object], int], bool]] = {
    "s01_employees_below_8": lambda row, year: float(row["employees_persons"]) < 8,
    "s02_current_assets_above_total": lambda row, year: is_above_total_assets(row, "current_assets_thousand_cny"),
    "s03_fixed_assets_above_total": lambda row, year: is_above_total_assets(row, "fixed_assets_thousand_cny"),
    "s04_opening_month_13": lambda row, year: int(row["opening_month"]) == 13,
    "s05_opening_year_after_survey": lambda row, year: int(row["opening_year"]) > year,
    "s06_id_missing": lambda row, year: row["survey_firm_id"] == "",
    "s08_id_lower_case": lambda row, year: row["survey_firm_id"] != str(row["survey_firm_id"]).upper(),
    "s09_name_and_legal_person_swapped": lambda row, year: "拟" in str(row["survey_name"]),
    "s10_wages_blank": lambda row, year: row["wages_thousand_cny"] is None,
    "s11_paid_in_capital_not_positive": lambda row, year: float(row["paid_in_capital_thousand_cny"]) <= 0,
    "s12_revenue_missing": lambda row, year: row["revenue_thousand_cny"] is None,
    "s13_revenue_not_positive": lambda row, year: (
        row["revenue_thousand_cny"] is not None and float(row["revenue_thousand_cny"]) <= 0
    ),
    "s14_total_assets_missing": lambda row, year: row["total_assets_thousand_cny"] is None,
}
QUESTIONNAIRE = {
    "组织机构代码": "survey_firm_id", "企业名称": "survey_name", "法人代表": "legal_person", "开业年": "opening_year",
    "开业月": "opening_month", "年末从业人员合计_总计": "employees_persons",
    "主营业务收入(千元)": "revenue_thousand_cny", "资产总计(千元)": "total_assets_thousand_cny",
    "流动资产合计(千元)": "current_assets_thousand_cny", "固定资产合计(千元)": "fixed_assets_thousand_cny",
    "实收资本(千元)": "paid_in_capital_thousand_cny",
}  # fmt: skip


@pytest.mark.parametrize("defect_class", SHOWS)
def test_listed_rows_show_the_defect_and_no_other_row_does(defect_class: str, printed: Printed, files: Files):
    listed = printed.rows_of(defect_class).select("source_file", "source_row").rows()
    names = {file for file, _ in listed}
    years = {"2011", "2012"} if defect_class == "s10_wages_blank" else {"2010", "2011", "2012"}
    assert {name.split("/")[1] for name in names} == years
    for name in names:
        rows = files[name].rename(QUESTIONNAIRE, strict=False).rows(named=True)
        year = int(name.split("/")[1])
        added = printed.defects.filter(pl.col("class").is_in([*ADDED, "s25_total_row"]), pl.col("source_file") == name)
        showing = [
            number
            for number, row in enumerate(rows, start=1)
            if number not in set(added["source_row"]) and SHOWS[defect_class](row, year)
        ]
        assert showing == [row for file, row in listed if file == name]
        assert len(showing) == pytest.approx(0.02 * len(rows), abs=2)


def test_duplicate_rows_equal_the_row_before(printed: Printed, files: Files):
    for name, row in printed.rows_of("s07_duplicate_row").select("source_file", "source_row").rows():
        assert files[name].row(row - 1) == files[name].row(row - 2)


def of_class(printed: Printed, files: Files, defect_class: str) -> list[tuple[dict[str, str], dict[str, str], str]]:
    """(the listed row, the row before it, what its cell was) of a class."""
    hits = printed.rows_of(defect_class).select("source_file", "source_row", "detail").rows()
    assert hits
    named = {file: files[file].rename(ALL_HEADERS, strict=False) for file, *_ in hits}
    return [
        (named[file].row(row - 1, named=True), named[file].row(row - 2, named=True), detail.rpartition("was ")[2])
        for file, row, detail in hits
    ]


ALL_HEADERS = QUESTIONNAIRE | {
    "省地县码": "region_code", "行业小类代码": "industry_code", "登记注册类型": "registration_type_code",
}  # fmt: skip


def test_organisation_codes_stand_in_other_forms_where_listed(printed: Printed, files: Files):
    """A credit code: the sum of 17 characters times 3^place, and the last character, is a multiple of 31 (GB 32100)."""
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for row, _, was in of_class(printed, files, "s15_id_with_hyphen"):
        assert row["survey_firm_id"] == f"{was[:8]}-{was[8]}"
    for row, _, was in of_class(printed, files, "s16_id_in_credit_code"):
        code = row["survey_firm_id"]
        assert (len(code), code[8:17]) == (18, was)
        weighted = sum(alphabet.index(sign) * 3**place for place, sign in enumerate(code[:17]))
        assert (weighted + alphabet.index(code[17])) % 31 == 0
    for row, _, was in of_class(printed, files, "s17_id_without_zeros"):
        assert was.startswith("0") and row["survey_firm_id"] == was.lstrip("0")
    for row, before, _ in of_class(printed, files, "s24_id_rounded"):
        assert "E+" in row["survey_firm_id"]
        assert float(row["survey_firm_id"]) == pytest.approx(float(before["survey_firm_id"]), rel=1e-5)


def test_codes_stand_in_words_and_figures_as_marks_where_listed(printed: Printed, files: Files):
    cities = dict(table("prefectures").select("code", "name_zh").rows())
    for row, _, was in of_class(printed, files, "s18_region_in_words"):
        assert row["region_code"] in (cities.get(was[:4] + "00"), "襄樊市")
    for row, _, was in of_class(printed, files, "s19_industry_with_letter"):
        assert row["industry_code"] == f"C{was}"
    for row, _, was in of_class(printed, files, "s20_type_in_words"):
        assert not row["registration_type_code"].isdigit() and was.isdigit()
    for row, *_ in of_class(printed, files, "s21_mark_of_nothing"):
        assert row["current_assets_thousand_cny"] in ("不详", "—", "..", "#N/A")


def test_added_rows_are_made_after_the_row_before(printed: Printed, files: Files):
    for row, before, _ in of_class(printed, files, "s22_fields_shifted"):
        assert (row["legal_person"], row["region_code"]) == (before["survey_name"], before["legal_person"])
        assert row["registration_type_code"] == before["industry_code"]
    for row, before, _ in of_class(printed, files, "s23_code_of_another_firm"):
        assert row["survey_firm_id"] == before["survey_firm_id"]
        others = ("survey_name", "legal_person", "region_code", "survey_phone")
        assert all(row[column] != before[column] for column in others)
    for row, *_ in of_class(printed, files, "s25_total_row"):
        assert row["survey_name"] == "合计" and row["revenue_thousand_cny"] > 1e6
