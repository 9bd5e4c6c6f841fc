"""Upstreamness: three sectors by hand, the shipped table against published values, tables that are refused."""

import polars as pl
import pytest
from pytest import approx

from egov_assets.moderators.upstreamness import (
    beside_published,
    product_sectors,
    rank_correlation,
    sector_upstreamness,
    upstreamness_of_products,
)
from egov_assets.raw.input_output import BadInputOutput, read_input_output

# Ore goes wholly into steel, half the steel into cars, cars to people; nothing is traded or stored.
CHAIN = """部门代码,部门名称,A,B,C,最终使用合计,存货增加,出口,进口,总产出
A,矿石,0,100,0,0,0,0,0,100
B,钢,0,0,100,100,0,0,0,200
C,汽车,0,0,0,300,0,0,0,300
TII,中间投入合计,0,100,100,,,,,
"""


def write(folder, text, name="table.csv"):
    (folder / "input_output").mkdir(exist_ok=True)
    (folder / "input_output" / name).write_text(text, encoding="utf-8")
    return folder


def test_a_chain_of_three_sectors_by_hand(tmp_path):
    """U(cars) = 1; U(steel) = 1 + 1/2 * 1 = 1.5; U(ore) = 1 + 1 * 1.5 = 2.5."""
    sectors = sector_upstreamness(read_input_output(write(tmp_path, CHAIN)))
    assert dict(sectors.select("sector_code", "upstreamness_closed").rows()) == {"A": 2.5, "B": 1.5, "C": 1.0}
    assert sectors["upstreamness_open"].to_list() == sectors["upstreamness_closed"].to_list()


def test_net_exports_and_inventories_are_corrected(tmp_path):
    """Of 200 steel 50 are exported and 25 stored, 25 bought abroad: 150 used at home, 100 by cars. U = 1 + 2/3."""
    traded = CHAIN.replace("B,钢,0,0,100,100,0,0,0,200", "B,钢,0,0,100,125,25,50,25,200")
    sectors = sector_upstreamness(read_input_output(write(tmp_path, traded)))
    steel = sectors.row(by_predicate=pl.col("sector_code") == "B", named=True)
    assert steel["upstreamness_open"] == approx(1 + 100 / 150, abs=1e-9)
    assert steel["upstreamness_closed"] == 1.5
    ore = sectors.row(by_predicate=pl.col("sector_code") == "A", named=True)
    assert ore["upstreamness_open"] == approx(2 + 100 / 150, abs=1e-9)


@pytest.mark.parametrize(
    ("printed", "instead", "said"),
    [
        ("A,矿石,0,100,0,0,0,0,0,100", "A,矿石,0,100,0,5,0,0,0,100", r"sector A \(矿石\): uses less imports are 105.0"),
        ("C,汽车,0,0,0,300,0,0,0,300", "C,汽车,0,0,0,90,0,0,0,90", r"sector C \(汽车\): inputs of 100.0 exceed"),
        ("C,汽车,0,0,0,300", "C,汽车,0,0,很多,300", "1 cells are no numbers .C x C: '很多'"),
        ("总产出", "产值", r"column gross_output is missing \(known as 总产出, gross_output"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_its_sector_named(tmp_path, printed, instead, said):
    with pytest.raises(BadInputOutput, match=said):
        read_input_output(write(tmp_path, CHAIN.replace(printed, instead)))


def test_a_table_is_read_as_the_other_tables_are(tmp_path):
    """GB18030, semicolons, a title, digit groups and a line break in a name; then a workbook."""
    wide = CHAIN.replace(",", ";").replace("钢", '"粗\n钢"').replace(";300;0;0;0;300", ';"300.00"; 0;0;0;３００')
    place = write(tmp_path, "") / "input_output/table.csv"
    place.write_bytes(("投入产出表（万元）\n" + wide).encode("gb18030"))
    expected = {"A": 2.5, "B": 1.5, "C": 1.0}
    sectors = sector_upstreamness(read_input_output(tmp_path))
    assert dict(sectors.select("sector_code", "upstreamness_closed").rows()) == expected
    place.unlink()
    pl.read_csv(CHAIN.encode(), infer_schema=False).write_excel(place.with_suffix(".xlsx"))
    sectors = sector_upstreamness(read_input_output(tmp_path))
    assert dict(sectors.select("sector_code", "upstreamness_closed").rows()) == expected


def test_products_of_ones_own_are_read_and_what_is_no_product_is_refused(tmp_path):
    write(tmp_path, "HS6;sector_code\n10121;A\n8517.12;B\n", "products.csv")
    assert product_sectors(tmp_path).rows() == [("010121", "A"), ("851712", "B")]
    write(tmp_path, "hs6,sector_code\n10121,\n衣服,B\n", "products.csv")
    with pytest.raises(BadInputOutput) as refused:
        product_sectors(tmp_path)
    for words in (
        "products.csv row 2: hs6 '衣服' cannot be read",
        "products.csv row 1: sector_code None cannot be read",
    ):
        assert words in str(refused.value)


def test_two_tables_are_refused(tmp_path):
    write(tmp_path, CHAIN, "table_2007.csv")
    with pytest.raises(BadInputOutput, match=r"table.csv, table_2007.csv. Keep one"):
        read_input_output(write(tmp_path, CHAIN))


def test_the_shipped_table_agrees_with_the_published_upstreamness_of_china(tmp_path):
    """Another year, other prices and 35 sectors instead of 139: the order must agree, sizes to half a stage."""
    compared = beside_published(sector_upstreamness(read_input_output(tmp_path)))
    assert compared.height == 17
    assert rank_correlation(compared) > 0.9
    assert compared["difference"].abs().mean() < 0.5


def test_every_product_has_one_upstreamness_of_at_least_one(tmp_path):
    sectors = sector_upstreamness(read_input_output(tmp_path))
    for reading in ("open", "closed"):
        products = upstreamness_of_products(product_sectors(tmp_path), sectors, reading)
        assert products["hs6_2007_code"].is_unique().all()
        assert products.height > 4500
        assert products["product_upstreamness"].min() >= 1


def test_ones_own_table_comes_with_its_own_products(tmp_path):
    write(tmp_path, "hs6,sector_code\n870323,C\n", "products.csv")
    sectors = sector_upstreamness(read_input_output(write(tmp_path, CHAIN)))
    assert upstreamness_of_products(product_sectors(tmp_path), sectors, "open").rows() == [("870323", 1.0)]
