"""The defects that the comparison of years is tried on: each is another, and each is a change of the raw rows."""

import polars as pl
from pytest import mark

from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.validation.defects_of_files import DEFECTS, Defect

CUSTOMS = {
    "source_file": "customs/2010/a.csv", "period": "201001", "flow": "0", "hs8_code": "61091000",
    "company_id": "3301234568", "company_name": "a", "phone": "1", "partner": "502", "trade_mode": "一般贸易",
    "value_usd": "1,000.5", "quantity": "10",
}  # fmt: skip
SURVEY = {
    "source_file": "firm_survey/2011/a.csv", "period": "2011", "region_code": "330100", "industry_code": "3940",
    "revenue_thousand_cny": "100", "wages_thousand_cny": "7", "total_assets_thousand_cny": "50",
}  # fmt: skip
SCORES = {"city_name": "杭州", **{name: f"0.{place}" for place, name in enumerate(SCORE_FIELDS, 1)}}
CITIES = {"city_name": "杭州市", "indicator": "地区生产总值", "unit": "万元", "value": "5"}
ROWS = {
    "raw_customs": CUSTOMS,
    "raw_firm_survey": SURVEY,
    "raw_egov_scores": SCORES,
    "raw_city_yearbook": CITIES,
    "raw_province_yearbook": {"value": "5"},
}


def test_31_defects_of_every_source_are_planted_in_every_year():
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS) == 31
    assert {defect.table for defect in DEFECTS} == set(ROWS)
    assert {defect.year for defect in DEFECTS} == {2010, 2011, 2012}
    assert sum(defect.is_grave for defect in DEFECTS) == 15


@mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_each_changes_the_rows_or_takes_those_of_another_year_and_keeps_the_columns(defect: Defect):
    rows = pl.DataFrame([ROWS[defect.table]] * 20).with_columns(year=pl.lit(defect.from_year or defect.year, pl.Int32))
    planted = defect.plant(rows)
    assert planted.schema == rows.schema
    assert not planted.equals(rows) or defect.from_year


def planted(name: str) -> pl.DataFrame:
    (defect,) = [each for each in DEFECTS if each.name == name]
    return defect.plant(pl.DataFrame([ROWS[defect.table]] * 2).with_columns(year=pl.lit(defect.year, pl.Int32)))


def test_some_by_hand():
    assert planted("values tenfold")["value_usd"].to_list() == ["10005.0"] * 2
    assert planted("half of the quantities empty")["quantity"].to_list() == [None, "10"]
    assert planted("HS codes cut to four digits")["hs8_code"].to_list() == ["6109"] * 2
    assert planted("company ids without their last digits")["company_id"].to_list() == ["3301230000"] * 2
    assert planted("GDP and students exchanged").select("indicator", "unit").row(0) == ("普通高等学校在校学生数", "人")
    assert planted("one city's GDP tenfold")["value"].to_list() == ["50.0"] * 2
    assert planted("last year's lines redated").select("period", "source_file").row(0) == (
        "201101",
        "customs/2011/a.csv",
    )
