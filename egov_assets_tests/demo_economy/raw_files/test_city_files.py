import re
from pathlib import Path

import fastexcel
import numpy as np
import polars as pl
import pytest

from egov_assets.demo_economy.raw_files.scores import FIELD_HEADERS
from egov_assets.demo_economy.raw_files.work_reports import NOTICE, SENTENCES, report_text
from egov_assets.demo_economy.raw_files.yearbooks import CITY_INDICATORS
from egov_assets.paper.study import SCORE_PRODUCER
from egov_assets.platform.reference import table
from egov_assets_tests.demo_economy.raw_files.conftest import Printed

LEXICON = table("egov_keyword_lexicon")


def keywords_in(text: str) -> int:
    """Lexicon terms, longest first so that 信息化 in 农村信息化 counts once; breaks and headers removed."""
    body = "".join(line for line in text.splitlines() if "政府工作报告" not in line and line != NOTICE)
    terms = sorted(LEXICON["keyword_zh"], key=len, reverse=True)
    return len(re.findall("|".join(map(re.escape, terms)), body))


def test_scores_come_back_with_ties_and_two_producers(printed: Printed):
    sheet = fastexcel.read_excel(printed.raw / "egov_scores/egov_scores_2010.xlsx").load_sheet(0).to_polars()
    main = sheet.filter(pl.col("评测机构") == SCORE_PRODUCER)
    assert sheet["评测机构"].n_unique() == 2
    cities = printed.economy.city_years.filter(pl.col("year") == 2010)
    means = cities.select(pl.mean_horizontal(*FIELD_HEADERS) * 100).to_series()
    assert sorted(main["总分"]) == pytest.approx(sorted(means), abs=0.0501)  # one decimal
    assert main["排名"].to_list() == [1 + int((main["总分"] > total).sum()) for total in main["总分"]]
    assert "襄樊" in main["城市"].str.head(2).to_list()


def test_yearbook_has_four_header_rows_two_blocks_and_the_figures_of_the_economy(printed: Printed):
    sheet = fastexcel.read_excel(printed.raw / "city_yearbook/city_yearbook_2011.xlsx").load_sheet(0, header_row=None)
    rows = sheet.to_polars().rows()
    assert [cell for cell in rows[1] if cell] == ["城市", *(label for label, _ in CITY_INDICATORS.values())]
    assert [cell for cell in rows[2] if cell] == [unit for _, unit in CITY_INDICATORS.values()]
    assert rows[3][1:3] == ("全市", "市辖区")
    figures = {row[0].removesuffix("市"): row for row in rows[4:]}
    truth = printed.economy.city_years.filter((pl.col("year") == 2011) & (pl.col("city_code") == "420600"))
    assert int(float(figures["襄阳"][1])) == round(truth["gdp_10k_cny"][0])
    assert float(figures["襄阳"][2]) < float(figures["襄阳"][1])


def test_province_yearbook_is_blank_where_nothing_is_published(printed: Printed):
    sheet = fastexcel.read_excel(printed.raw / "province_yearbook/province_yearbook.xlsx").load_sheet(0).to_polars()
    broadband = sheet.filter(pl.col("指标") == "城市宽带接入用户")
    assert broadband["2010年"].cast(pl.String).fill_null("").str.len_chars().sum() == 0
    assert broadband["2011年"].cast(pl.Float64).to_list() == [300.0] * len(broadband)
    assert sheet["单位"].unique().sort().to_list() == ["万个", "万户", "亿元"]


def test_every_workbook_says_that_it_is_invented(printed: Printed):
    workbooks = list(printed.raw.rglob("*.xlsx"))
    assert len(workbooks) == 3 + 3 + 1 + 1
    assert all(fastexcel.read_excel(path).sheet_names[-1] == "说明" for path in workbooks)


def test_reports_hold_their_keywords_and_say_that_they_are_invented(printed: Printed):
    expected = dict(
        printed.economy.city_years.filter(pl.col("year") == 2012)
        .join(table("prefectures").select(city_code="code", name="name_short_zh"), on="city_code")
        .select("name", "report_keyword_count")
        .rows()
    )
    paths = list(printed.raw.glob("work_reports/2012/*.txt"))
    assert paths
    for path in paths:
        text = _decoded(path)
        assert text.splitlines()[0] == NOTICE
        assert keywords_in(text) == expected[path.stem.removesuffix("2012")]


def test_encodings_are_mixed(printed: Printed):
    starts = [path.read_bytes()[:3] for path in printed.raw.glob("work_reports/**/*.txt")]
    assert len(set(starts)) == 3  # GBK, UTF-8, UTF-8 with mark: all begin with the same words


def test_a_report_has_about_as_many_words_as_asked_for():
    sentences = [sentence.split() for sentence in SENTENCES.strip().splitlines()]
    characters_per_word = sum(len("".join(each)) for each in sentences) / sum(map(len, sentences))
    text = report_text("甲市", 2011, keywords=9, tokens=6000, rng=np.random.default_rng(1))
    body = "".join(line for line in text.splitlines() if "政府工作报告" not in line and line != NOTICE)
    assert len(body) / characters_per_word == pytest.approx(6000, rel=0.03)
    assert max(map(len, text.splitlines())) <= 42
    assert keywords_in(text) == 9


def test_the_sentence_pool_holds_no_lexicon_term():
    assert keywords_in(SENTENCES.replace(" ", "")) == 0


def test_city_tables_hold_every_city(printed: Printed):
    terrain = pl.read_csv(printed.raw / "terrain/terrain_relief.csv", infer_schema=False)
    assert terrain["行政区划代码"].to_list() == sorted(printed.economy.cities["city_code"])
    innovation = pl.read_csv(printed.raw / "innovation/innovation_index.csv", infer_schema=False)
    assert len(innovation) == len(printed.economy.city_years)
    policies = pl.read_csv(printed.raw / "policies/egov_policies.csv", infer_schema=False)
    assert len(policies) == printed.economy.city_years["has_policy"].sum()
    assert all((frame["数据说明"] == "演示数据").all() for frame in (terrain, innovation, policies))


def _decoded(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return path.read_text(encoding="gbk")
