"""What is different in 2011 and 2012: dissolved cities, the other customs dialect, the later revisions of codes."""

import polars as pl
import pytest

from egov_assets.clean.settings import Cleaning
from egov_assets.platform.reference import table
from egov_assets_tests.clean.one_year import CleanYear, clean
from egov_assets_tests.raw import tiny_files as files

pytestmark = pytest.mark.slow

LINES = [
    {"HS商品编码_HSCd": "61091000"},  # 1 sound
    {"起运国或目的国名称_BegEndCntryNm": "阿联酋", "HS商品编码_HSCd": "61091000"},  # 2 another name of a country
    {"HS商品编码_HSCd": "61091000", "数量单位名称_QuantityUnitNm": "千克", "数量_Quantity": "30"},  # 3 unusual unit
    {"HS商品编码_HSCd": "84798900", "数量单位名称_QuantityUnitNm": "台"},  # 4 the same code in both revisions
    {"HS商品编码_HSCd": "84797100", "数量单位名称_QuantityUnitNm": "台"},  # 5 boarding bridges, in 2007 part of 847989
    {"金额_美元_Sum_USD": "NULL"},  # 6
    {"进出口分类代码_ImpExpTypeCd": "进口"},  # 7
    {"企业编码_EntCd": "3414961234"},  # 8 Chaohu, dissolved in 2011
    {"起运国或目的国名称_BegEndCntryNm": "阿斯嘉德", "企业编码_EntCd": "3301969999"},  # 9 a name of the study's own
    {"贸易方式名称_TrdMdNm": "加工贸易", "企业编码_EntCd": "3301969999"},  # 10
    {"HS商品编码_HSCd": "62114900", "起运国或目的国名称_BegEndCntryNm": "日本"},  # 11
    {"起运国或目的国名称_BegEndCntryNm": "中国", "企业编码_EntCd": "3301968888"},  # 12 sent back
]
FIRMS = [
    {"frdm": "700000001", "hylb": "1320", "sdxm": "341422000000"},  # 1 Wuwei went from Chaohu to Wuhu
    {"frdm": "700000002", "hylb": "3120", "bnyfgzze": None},  # 2
    {"frdm": "700000003", "cyrs": 29.0},  # 3
]
OWN_CHOICES = Cleaning.model_validate(
    {
        "customs": {
            "partner_names": {"阿斯嘉德": "ISL"},
            "drop_reimports": False,
            "ordinary_trade_only": True,
            "hs_products": "family",
        },
        "survey": {"min_employees": 30},
    }
)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> CleanYear:
    folder = tmp_path_factory.mktemp("year")
    raw = folder / "raw"
    files.customs_2012(raw, LINES)
    files.survey(raw, 2012, FIRMS)
    gone, renamed = ((2, city, files.PRODUCER, *[0.3] * 9, 30) for city in ("巢湖", "毕节"))
    files.scores(raw, 2012, [files.SOUND_SCORES, gone, renamed])
    files.city_yearbook(raw, 2012)
    files.province_yearbook(raw)
    return clean(raw, folder / "outputs", 2012, OWN_CHOICES)


def test_words_names_and_separators_of_the_other_dialect_are_read(year: CleanYear):
    shirts = year.table("clean_exports").filter(company_id="3301961234", hs6_2007_code="610910")
    assert shirts.select("destination_iso3", "export_value_usd").rows() == [("ARE", 1200.5), ("USA", 1200.5)]
    assert year.reasons("customs") == {
        10: "not ordinary trade",
        3: "unit is not the usual one of the product",
        6: "value missing",
        7: "import, no export flow",
    }


def test_the_studys_own_choices_hold(year: CleanYear):
    """A country name of its own, ordinary trade only (row 10), 30 employees (row 3), the re-import (row 12) kept."""
    own = year.table("clean_exports").filter(company_id="3301969999")
    assert own.select("destination_iso3", "lines").rows() == [("ISL", 1)]
    assert year.table("clean_exports").filter(company_id="3301968888")["destination_iso3"].to_list() == ["CHN"]
    assert year.reasons("firm_survey") == {3: "fewer than 30 employees"}


def test_codes_of_2012_become_codes_of_2007(year: CleanYear):
    """UN table: HS2012 847971 (boarding bridges) was split off from HS2007 847989; one flow of two lines.

    By families, both are the first code of theirs, which HS2007 845690 heads.
    """
    exports = year.table("clean_exports")
    machines = exports.filter(pl.col("hs6_2007_code") == "845690")
    assert machines.select("export_value_usd", "lines").rows() == [(2401.0, 2)]
    assert not exports["hs6_2007_code"].is_in(["847971", "847989"]).any()


def test_codes_that_2012_joined_are_one_product_in_every_year(year: CleanYear):
    """UN table: HS2012 621149 (garments of other textiles) holds HS2007 621141 (wool) and 621149."""
    correlated = table("hs_correlations").filter(newer_hs="2012", newer_code="621149")
    assert correlated["older_code"].to_list() == ["621141", "621149"]
    assert year.table("clean_exports").filter(hs6_2007_code="621141")["lines"].to_list() == [1]


def test_a_dissolved_city_is_replaced_by_its_successors_and_its_score_is_nobodys(year: CleanYear):
    firms = year.table("clean_export_firms")
    assert firms.row(by_predicate=pl.col("company_id") == "3414961234", named=True)["city_code"] == "340100"
    assert year.table("clean_firms")["city_code"].to_list() == ["340200", "330100"]
    assert year.table("clean_egov_scores")["city_code"].to_list() == ["330100", "520500"]
    assert year.reasons("egov_scores") == {2: "city in no list of the year"}


def test_industry_classes_of_2011_become_classes_of_2002(year: CleanYear):
    """GB/T 4754-2011 1320 (feed) is 1320 and 1352 of 2002 (the first counts); 3120 (steel, 2011) is 3220 of 2002."""
    assert year.table("clean_firms")["industry_2002_code"].to_list() == ["1320", "3220"]


def test_a_blank_wage_is_missing_and_keeps_its_firm(year: CleanYear):
    assert year.table("clean_firms")["wages_thousand_cny"].to_list() == [2100.0, None]


def test_the_later_series_are_there(year: CleanYear):
    assert year.table("clean_provinces").rows() == [("330000", 2012, 34665.33, None, 950.1, 70.5)]
