"""Files of other years than the paper's: written in the layouts of their time, and read as such."""

from pathlib import Path

import polars as pl
import pytest

from egov_assets.demo_economy.raw_files.declared_codes import declared_codes
from egov_assets.demo_economy.raw_files.defect_list import DefectList
from egov_assets.demo_economy.raw_files.places import city_names
from egov_assets.demo_economy.raw_files.printer import print_raw_files
from egov_assets.demo_economy.raw_files.registers import registers_of
from egov_assets.demo_economy.truth import read_truth
from egov_assets.platform.commodities import products_of_year
from egov_assets.raw.schema import RawCustoms, RawFirmSurvey, file_columns
from egov_assets.raw.tables import read_tables
from egov_assets_tests.demo_economy.raw_files.tiny_economy import PRODUCTS, tiny_economy

YEARS = (2000, 2002, 2003, 2005, 2006, 2007, 2009, 2013)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("years")
    none = {name: 0.0 for name, rate in read_truth().defects.model_dump().items() if not isinstance(rate, bool)}
    economy = tiny_economy(120, 3, read_truth().with_changes(years=list(YEARS), defects=none))
    (folder / "raw").mkdir()
    with DefectList(folder / "defects.parquet") as listed:
        registers = registers_of(economy, 3, economy.parameters.match_noise)
        print_raw_files(economy, registers, folder / "raw", listed, lambda what, done, total: None)
    return folder / "raw"


@pytest.fixture(scope="module")
def customs(raw: Path) -> dict[int, pl.DataFrame]:
    return {year: read_tables(raw, "customs", year, file_columns(RawCustoms))[0] for year in YEARS}


def test_each_vintage_is_read_in_the_dialect_of_its_time(customs: dict[int, pl.DataFrame]):
    """domain.md 1.2."""
    assert {year: table["dialect"].unique().to_list() for year, table in customs.items()} == {
        2000: ["english"],
        2002: ["mixed_2002"],
        2003: ["chinese_2003"],
        2005: ["english"],
        2006: ["chinese_2006"],
        2007: ["underscore_chinese"],
        2009: ["underscore_chinese"],
        2013: ["csmar_pairs"],
    }


def test_the_survey_is_read_in_every_year_and_has_no_wages_where_it_asked_for_none(raw: Path):
    """domain.md 2.3: no wages in 2008 to 2010."""
    found = {year: read_tables(raw, "firm_survey", year, file_columns(RawFirmSurvey))[0] for year in YEARS}
    dialects = {year: table["dialect"].unique().to_list() for year, table in found.items()}
    assert dialects == {year: ["chinese_with_units"] if year <= 2006 else ["pinyin"] for year in YEARS}
    # One row adds up the others, and gives 0 where nothing is added.
    filled = {year: table["wages_thousand_cny"].count() > 1 for year, table in found.items()}
    assert filled == {year: year != 2009 for year in YEARS}
    assert all(table["firm_name"].null_count() == 0 for table in found.values())


def test_goods_are_declared_in_the_revision_of_the_year(customs: dict[int, pl.DataFrame]):
    for year, table in customs.items():
        codes = set(products_of_year(year, (year,))["hs6_code"])
        declared = table["hs8_code"].cast(pl.Int64, strict=False).cast(pl.String).str.zfill(8).str.head(6).drop_nulls()
        assert set(declared) <= codes, year
    televisions = {year: declared_codes(year).filter(hs6_2007_code="852872")["hs6_code"].to_list() for year in YEARS}
    assert "852872" in PRODUCTS
    assert televisions[2007] == televisions[2009] == ["852872"]
    assert televisions[2000] == ["852812"]  # reception apparatus for television, colour: HS 1996 and 2002


def test_every_year_of_a_monthly_vintage_names_months_and_words_for_the_flow(customs: dict[int, pl.DataFrame]):
    for year in (2000, 2002, 2003, 2005, 2006):
        assert customs[year]["period"].str.contains(f"^{year}(0[1-9]|1[0-2])$").all()
    assert set(customs[2003]["flow"]) == {"出口", "进口"}
    assert set(customs[2005]["flow"]) == {"0", "1"}
    assert not customs[2002]["partner"].str.contains(r"\d").any()


def test_a_city_is_called_what_it_was_called_then():
    """襄樊 became 襄阳 in December 2010, 思茅 became 普洱 in 2007, the area of 吕梁 a city in 2003."""
    called = {year: dict(city_names(year).select("city_code", "city_name").rows()) for year in (2000, 2005, 2010, 2012)}
    assert [called[year]["420600"] for year in called] == ["襄樊市", "襄樊市", "襄樊市", "襄阳市"]
    assert [called[year]["530800"] for year in (2005, 2010)] == ["思茅市", "普洱市"]
    assert (called[2000]["142300"], called[2005]["141100"]) == ("吕梁地区", "吕梁市")
