"""Tariffs of importers on cases computed by hand, and lists that are refused."""

import polars as pl
import pytest
from pytest import approx

from egov_assets.moderators.settings import ModeratorSettings
from egov_assets.moderators.tariffs import input_tariffs
from egov_assets.raw.tariffs import BadTariffs, read_tariffs

BRIDGE = pl.DataFrame(
    {
        "year": [2011, 2011, 2012, 2012, 2012],
        "hs6_code": ["520000", "870300", "520001", "520002", "870300"],
        "product_code": ["520000", "870300", "520000", "520000", "870300"],
        "hs2007_code": ["520000", "870300", "520000", "520000", "870300"],
    },
    schema_overrides={"year": pl.Int32},
)
CLASSES = pl.DataFrame({"hs6": ["520000", "870300"], "bec_end_use": ["intermediate", "consumption"]})
IMPORTS = pl.DataFrame(
    {
        "company_id": ["A", "A", "A", "B"],
        "hs6_2007_code": ["520000", "870300", "520000", "870300"],
        "year": [2011, 2011, 2012, 2011],
        "import_value_usd": [300.0, 100.0, 50.0, 10.0],
    },
    schema_overrides={"year": pl.Int32},
)
LIST = "年份,HS6,税率（%）\n2011,520000,4\n2011,870300,24\n2012,520001,2\n2012,520002,6\n2012,870300,24\n"


def write(folder, text, name="list.csv"):
    (folder / "tariffs").mkdir(exist_ok=True)
    (folder / "tariffs" / name).write_text(text, encoding="utf-8-sig")
    return folder


def met(folder, **settings):
    return input_tariffs(IMPORTS, read_tariffs(folder), BRIDGE, CLASSES, ModeratorSettings(**settings))


def test_only_intermediates_count_and_a_product_split_in_2012_has_the_mean_of_its_codes(tmp_path):
    """2011: 4 % on A's cotton; 2012: (2 + 6) / 2 on the two codes that were one. B imports cars only."""
    found = met(write(tmp_path, LIST))
    assert found.select("company_id", "year", "input_tariff").rows() == [("A", 2011, 4.0), ("A", 2012, 4.0)]


def test_all_imports_are_weighted_by_value(tmp_path):
    """(300 * 4 + 100 * 24) / 400 = 9."""
    found = met(write(tmp_path, LIST), input_tariff="all_imports")
    assert found.filter(year=2011)["input_tariff"].to_list() == [approx(9.0), 24.0]


def test_without_a_list_nobody_has_a_tariff(tmp_path):
    assert met(tmp_path).is_empty()


def test_a_lost_zero_is_put_back(tmp_path):
    assert read_tariffs(write(tmp_path, "year,Product,SimpleAverage\n2011,10121,5\n"))["hs6_code"].to_list() == [
        "010121"
    ]


def test_all_problems_of_all_files_are_listed(tmp_path):
    write(tmp_path, "年份,HS6,税率（%）\n2011,520000,免税\n无,870300,3\n", "a.csv")
    write(tmp_path, "年份,HS6,关税\n2011,520000,4\n", "b.csv")
    with pytest.raises(BadTariffs) as refused:
        read_tariffs(tmp_path)
    for words in (
        "tariffs/a.csv row 1: tariff_percent '免税' cannot be read",
        "tariffs/a.csv row 2: year '无' cannot be read",
        "tariffs/b.csv: column tariff_percent is missing",
    ):
        assert words in str(refused.value)


def test_a_list_is_read_as_the_tables_are(tmp_path):
    """GB18030, a title, decimal commas, a code with a dot; a workbook with percent signs."""
    text = "进口关税表\n年份;HS6;税率\n2011;8517.12;4,5\n2011年;870300;24\n"
    write(tmp_path, "", "a.TXT").joinpath("tariffs/a.TXT").write_bytes(text.encode("gb18030"))
    pl.DataFrame({"Year": ["2012"], "Product": ["520001"], "SimpleAverage": ["2%"]}).write_excel(
        tmp_path / "tariffs/b.xlsx"
    )
    rows = read_tariffs(tmp_path).select("year", "hs6_code", "tariff_percent").rows()
    assert rows == [(2011, "851712", 4.5), (2011, "870300", 24.0), (2012, "520001", 2.0)]


@pytest.mark.parametrize("row", ["2011,520000,-1", "2011,52000000,4", "2011,520000,nan", "2011,520000,", "2011,520000"])
def test_a_row_that_cannot_be_read_is_refused_with_its_place(tmp_path, row):
    with pytest.raises(BadTariffs, match=r"tariffs/list\.csv row 2: "):
        read_tariffs(write(tmp_path, f"年份,HS6,税率\n2011,870300,3\n{row}\n"))


def test_two_rates_for_a_product_and_year_are_refused(tmp_path):
    with pytest.raises(BadTariffs, match=r"2 rows name a product and year again \(520000 2011 in tariffs/list\.csv"):
        read_tariffs(write(tmp_path, "年份,HS6,税率（%）\n2011,520000,4\n2011,520000,5\n"))
