import csv
import gzip
import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from pytest import approx

from egov_assets.demo_economy.raw_files import customs
from egov_assets.demo_economy.raw_files.customs_lines import LINES_PER_FLOW, lines_of_flows
from egov_assets.demo_economy.raw_files.declared_codes import declared_codes
from egov_assets.platform.reference import table
from egov_assets_tests.demo_economy.raw_files.conftest import Printed

Row = dict[str, str]


def rows_in(path: Path) -> list[Row]:
    """Read by the standard library alone."""
    text = gzip.decompress(path.read_bytes()).decode("utf-8-sig" if "export" in path.name else "gb18030")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="session")
def files(printed: Printed) -> dict[str, list[Row]]:
    return {path.relative_to(printed.raw).as_posix(): rows_in(path) for path in printed.raw.glob("customs/*/*.gz")}


def listed(printed: Printed, files: dict[str, list[Row]], defect_class: str) -> list[tuple[int, Row, Row, str]]:
    """(year, the listed row, the row before it, detail) of a class."""
    hits = printed.rows_of(defect_class)
    return [
        (int(file.split("/")[1]), files[file][row - 1], files[file][row - 2], detail)
        for file, row, detail in hits.select("source_file", "source_row", "detail").rows()
    ]


def test_headers_are_those_of_the_two_dialects(files: dict[str, list[Row]]):
    old, new = files["customs/2010/tradedata_2010_1.csv.gz"][0], files["customs/2012/export_2012_1.csv.gz"][0]
    assert ",".join(old) == (
        "_日期,_进口或出口,_税号编码,_企业编码,_经营单位,_消费地进口or生产地出口,_单位地址,_邮编,_电话,_海关口岸,_企业性质,"
        "_起运国或目的国,_贸易方式,_中转国,_金额,_数量"
    )
    assert ",".join(new) == (
        "统计年月_Period,进出口分类代码_ImpExpTypeCd,HS商品编码_HSCd,企业编码_EntCd,经营单位名称_EntNm,单位地址_EntAddr,"
        "邮编_ZipCd,企业性质_EntTyp,起运国或目的国名称_BegEndCntryNm,贸易方式名称_TrdMdNm,数量单位名称_QuantityUnitNm,"
        "金额_美元_Sum_USD,数量_Quantity,价格_Price"
    )


def test_lines_add_up_to_their_flows_to_the_cent(printed: Printed):
    flows = pl.concat(printed.economy.flows(2011))
    lines = lines_of_flows(flows, np.random.default_rng(1))
    keys = ["firm", "hs6_2007_code", "destination_iso3"]
    sums = lines.group_by(keys).agg(pl.sum("value_cents", "quantity_hundredths")).sort(keys)
    assert sums["value_cents"].equals((flows.sort(keys)["value_usd"] * 100).round().cast(pl.Int64), check_names=False)
    assert sums["quantity_hundredths"].equals(
        (flows.sort(keys)["quantity"] * 100).round().cast(pl.Int64), check_names=False
    )
    assert lines["value_cents"].min() > 0
    expected = np.dot(LINES_PER_FLOW, (1, 2, 3))
    assert len(lines) / len(flows) == approx(expected, rel=0.02)
    assert not lines.select(*keys, "port").is_duplicated().any()
    assert not lines.select(*keys, "month").is_duplicated().any()


def test_where_the_unit_slipped_every_line_of_the_flow_says_so(printed: Printed):
    flows = pl.concat(printed.economy.flows(2011)).with_columns(
        unit_slip=pl.when(pl.int_range(pl.len()) % 50 == 0).then(1000.0).otherwise(1.0)
    )
    lines = lines_of_flows(flows, np.random.default_rng(1))
    keys = ["firm", "hs6_2007_code", "destination_iso3"]
    sums = lines.group_by(*keys, "class").agg(pl.sum("quantity_hundredths")).join(flows, on=keys, validate="1:1")
    ratio = sums["quantity_hundredths"] / 100 / sums["quantity"]
    assert ratio.to_numpy() == approx(sums["unit_slip"].to_numpy(), rel=1e-3)
    assert (sums["unit_slip"] == 1000).equals(sums["class"].eq_missing("c33_unit_slips"), check_names=False)


def test_sound_lines_in_the_files_carry_the_values_of_the_flows(printed: Printed, files: dict[str, list[Row]]):
    """2012, one firm with no defect: what its lines sum to is what it sold."""
    rows = files["customs/2012/export_2012_1.csv.gz"]
    listed_rows = printed.defects.drop_nulls("source_row")
    damaged = set(listed_rows.filter(pl.col("source_file") == "customs/2012/export_2012_1.csv.gz")["source_row"])
    entries = printed.registers.of_year(2012).filter(~pl.col("is_intermediary") & pl.col("company_id").is_not_null())
    firm_of = dict(entries.select("company_id", "firm").rows())
    products_with_2012_code = set(declared_codes(2012)["hs6_2007_code"])
    flows = pl.concat(printed.economy.flows(2012)).filter(pl.col("hs6_2007_code").is_in(list(products_with_2012_code)))
    sold = dict(flows.group_by("firm").agg(pl.sum("value_usd")).rows())
    touched = {firm_of.get(rows[row - 1]["企业编码_EntCd"]) for row in damaged}
    printed_value: dict[int, float] = {}
    for number, row in enumerate(rows, start=1):
        if number in damaged:
            continue
        firm = firm_of.get(row["企业编码_EntCd"])
        if firm is not None and row["进出口分类代码_ImpExpTypeCd"] == "出口":
            printed_value[firm] = printed_value.get(firm, 0.0) + amount(row["金额_美元_Sum_USD"])
    lost_id = {detail.removeprefix("company id was ") for detail in printed.rows_of("c02_company_id_empty")["detail"]}
    untouched = [firm for code, firm in firm_of.items() if firm not in touched and code not in lost_id and firm in sold]
    assert len(untouched) > 5
    for firm in untouched:
        assert printed_value[firm] == approx(sold[firm], abs=0.005)


def test_product_codes_lead_back_to_hs2007(printed: Printed, files: dict[str, list[Row]]):
    products = set(pl.concat(printed.economy.flows(2012))["hs6_2007_code"])
    bridge = dict(declared_codes(2012).select("hs6_code", "hs6_2007_code").rows())
    name = "customs/2012/export_2012_1.csv.gz"
    listed_rows = printed.listed_rows(name)
    codes = [row["HS商品编码_HSCd"] for number, row in enumerate(files[name], start=1) if number not in listed_rows]
    back = {bridge[code[:6]] for code in codes}
    assert products - {"291636"} <= back  # 291636 has no HS2012 partner
    assert "291636" not in back
    assert all(len(code) == 8 for code in codes)


def test_every_class_occurs_at_its_declared_rate(printed: Printed, files: dict[str, list[Row]]):
    """Rates are shares of a year's lines; 3 % tolerance for the lines added after the draw."""
    lines = {year: sum(len(rows) for file, rows in files.items() if f"/{year}/" in file) for year in (2010, 2012)}
    rates = printed.economy.parameters.defects.model_dump()
    only = {
        "c05_leading_zero_lost": 2010,
        "c15_phone_malformed": 2010,
        "c10_unit_differs": 2012,
        "c11_number_as_text": 2012,
    } | {name: 2012 for name in rates if "c22" <= name < "d"}
    added_lines = 1.25
    for name in (name for name, rate in rates.items() if name.startswith("c") and rate is not True):
        for year in [only[name]] if name in only else [2010, 2012]:
            found = len(printed.rows_of(name).filter(pl.col("source_file").str.contains(f"/{year}/")))
            assert rates[name] * lines[year] / added_lines - 2 < found < rates[name] * lines[year] * 1.03 + 2, name


def test_missing_amounts_are_zero_or_blank(printed: Printed, files: dict[str, list[Row]]):
    rows = listed(printed, files, "c01_amount_missing")
    cells = {
        (row.get("_金额", row.get("金额_美元_Sum_USD")), row.get("_数量", row.get("数量_Quantity")))
        for _, row, *_ in rows
    }
    assert all(not {"0.00", "", "NULL"}.isdisjoint(pair) for pair in cells)
    assert {"0.00", "", "NULL"} <= {cell for pair in cells for cell in pair}


def test_company_ids_and_names_are_blank_where_listed(printed: Printed, files: dict[str, list[Row]]):
    for year, row, _, detail in listed(printed, files, "c02_company_id_empty"):
        assert row["企业编码_EntCd" if year == 2012 else "_企业编码"] in ("", "NULL")
        assert len(detail.removeprefix("company id was ")) == 10
    for year, row, *_ in listed(printed, files, "c03_company_name_empty"):
        assert row["经营单位名称_EntNm" if year == 2012 else "_经营单位"] in ("", "NULL")


def test_listed_names_vary_from_the_name_of_the_other_lines(printed: Printed, files: dict[str, list[Row]]):
    for year, row, _, detail in listed(printed, files, "c04_company_name_varies"):
        assert row["经营单位名称_EntNm" if year == 2012 else "_经营单位"] != detail.removeprefix("name was ")


def test_leading_zeros_are_lost_in_2010_and_2011(printed: Printed, files: dict[str, list[Row]]):
    rows = listed(printed, files, "c05_leading_zero_lost")
    assert {year for year, *_ in rows} == {2010, 2011}
    assert all(
        len(row["_税号编码"]) == 7 and "0" + row["_税号编码"] == detail.removeprefix("HS8 was ")
        for _, row, _, detail in rows
    )


def test_partners_are_renamed_unknown_or_china(printed: Printed, files: dict[str, list[Row]]):
    countries = table("countries")
    codes, names = set(countries["customs_code"]), set(countries["name_zh"]) | set(countries["name_zh_alt"])
    columns = {True: "起运国或目的国名称_BegEndCntryNm", False: "_起运国或目的国"}
    for year, row, _, detail in listed(printed, files, "c07_partner_renamed"):
        assert row[columns[year == 2012]] in (names if year == 2012 else codes)
        assert row[columns[year == 2012]] != detail.removeprefix("partner was ")
    for year, row, *_ in listed(printed, files, "c07_partner_unknown"):
        assert row[columns[year == 2012]] not in (names if year == 2012 else codes)
    for year, row, *_ in listed(printed, files, "c08_partner_is_china"):
        assert row[columns[year == 2012]] == ("中华人民共和国" if year == 2012 else "142")


def test_duplicates_equal_the_line_before_and_nothing_else_is_duplicated(printed: Printed, files: dict[str, list[Row]]):
    for _, row, before, _ in listed(printed, files, "c09_duplicate_line"):
        assert row == before
    for name, rows in files.items():
        planted = len(printed.rows_of("c09_duplicate_line").filter(pl.col("source_file") == name))
        if name != "customs/2011/tradedata_2011_2.csv.gz":
            assert len(rows) - len({tuple(row.values()) for row in rows}) == planted


def test_units_differ_where_listed(printed: Printed, files: dict[str, list[Row]]):
    for _, row, _, detail in listed(printed, files, "c10_unit_differs"):
        unit, quantity = detail.removeprefix("unit was ").split(", quantity was ")
        assert row["数量单位名称_QuantityUnitNm"] != unit
        assert amount(row["数量_Quantity"]) == approx(float(quantity) * (1000 if unit == "千克" else 7))


def test_numbers_are_text_where_listed(printed: Printed, files: dict[str, list[Row]]):
    for _, row, _, detail in listed(printed, files, "c11_number_as_text"):
        value = float(detail.split(",")[0].removeprefix("value was "))
        assert row["价格_Price"] == "NULL" or "," in row["金额_美元_Sum_USD"]
        assert amount(row["金额_美元_Sum_USD"]) == approx(value)
    assert "1,234,567.05" in pl.DataFrame({"cents": [123456705]}).select(grouped("cents")).to_series().to_list()


def test_phones_are_malformed_where_listed(printed: Printed, files: dict[str, list[Row]]):
    for _, row, _, detail in listed(printed, files, "c15_phone_malformed"):
        assert row["_电话"] in ("NULL", "0" + detail.removeprefix("phone was "))


def test_excluded_goods_are_of_chapters_93_and_97(printed: Printed, files: dict[str, list[Row]]):
    for year, row, *_ in listed(printed, files, "c17_goods_excluded"):
        assert row["HS商品编码_HSCd" if year == 2012 else "_税号编码"][:2] in ("93", "97")


def test_every_export_line_of_a_trading_company_is_listed(printed: Printed, files: dict[str, list[Row]]):
    """Once: as such, or for the other defect that it carries. No line of a maker is."""
    traders = printed.registers.of_year(2012).filter("is_intermediary")["company_id"].drop_nulls()
    rows = [row for year, row, *_ in listed(printed, files, "c18_intermediary") if year == 2012]
    assert {row["企业编码_EntCd"] for row in rows} <= set(traders)
    others = printed.defects.filter(pl.col("class") != "c18_intermediary")
    with_other_defect = set(others.select("source_file", "source_row").drop_nulls().rows())
    of_traders = [
        (file, number)
        for file, lines in files.items()
        if "/2012/" in file
        for number, row in enumerate(lines, start=1)
        if row["企业编码_EntCd"] in set(traders) and row["进出口分类代码_ImpExpTypeCd"] == "出口"
    ]
    assert len(rows) + sum(each in with_other_defect for each in of_traders) == len(of_traders) > 100


def test_whole_files_are_listed_for_what_their_layout_brings(printed: Printed, files: dict[str, list[Row]]):
    whole = printed.defects.filter(pl.col("source_row").is_null())
    later = whole.filter(pl.col("class") == "c06_later_hs_revision")["source_file"].to_list()
    assert later == sorted(file for file in files if "/2012/" in file)
    without = whole.filter(pl.col("class") == "c19_bytes_without_encoding")["source_file"].to_list()
    assert without == ["firm_survey/2011/asif2011.dta", "firm_survey/2012/asif2012.dta"]


def test_the_last_part_of_2011_occurs_twice(printed: Printed):
    (copy,) = printed.rows_of("c20_doubled_part").rows(named=True)
    assert copy["source_row"] is None
    first = printed.raw / "customs/2011/tradedata_2011_1.csv.gz"
    assert (printed.raw / copy["source_file"]).read_bytes() == first.read_bytes()


def test_parts_hold_the_same_lines_however_long_they_are(printed: Printed, monkeypatch: pytest.MonkeyPatch):
    frame = pl.DataFrame({"line": range(250)})
    monkeypatch.setattr(customs, "PART_LINES", 100)
    parts = list(customs._parts(iter([frame[:30], frame[30:240], frame[240:]])))
    assert [len(part) for part in parts] == [100, 100, 50]
    assert pl.concat(parts).equals(frame)


def test_addresses_say_that_the_line_is_invented(printed: Printed, files: dict[str, list[Row]]):
    addresses = [row.get("_单位地址", row.get("单位地址_EntAddr", "")) for rows in files.values() for row in rows]
    totals = printed.rows_of("c31_total_line").height
    assert sum("演示" not in address for address in addresses) == totals == 1


def was(detail: str) -> str:
    return detail.rpartition(" was ")[2]


def test_cells_stand_in_other_forms_where_listed(printed: Printed, files: dict[str, list[Row]]):
    english = dict(table("countries").filter(pl.col("is_legacy_code") == "0").select("name_zh", "name_en").rows())
    codes = dict(table("customs_units").select("name_zh", "code").rows())
    for _, row, _, detail in listed(printed, files, "c22_commodity_with_dots"):
        assert row["HS商品编码_HSCd"].replace(".", "") == was(detail) and row["HS商品编码_HSCd"].count(".") == 2
    for _, row, _, detail in listed(printed, files, "c23_partner_in_english"):
        partner = row["起运国或目的国名称_BegEndCntryNm"]
        assert partner == english.get(was(detail)) or (partner.isupper() and len(partner) == 3)
    for _, row, _, detail in listed(printed, files, "c24_unit_in_other_words"):
        unit = row["数量单位名称_QuantityUnitNm"]
        assert unit in ("公斤", "KG", "035") if was(detail) == "千克" else unit == codes[was(detail)]
    for _, row, _, detail in listed(printed, files, "c25_period_in_other_form"):
        period = row["统计年月_Period"]
        assert period != was(detail) and "2012" in period
    for _, row, *_ in listed(printed, files, "c26_mark_of_nothing"):
        assert row["邮编_ZipCd"] in ("不详", "—", "\\N", "无", "#N/A")


def test_added_lines_are_made_after_the_line_before(printed: Printed, files: dict[str, list[Row]]):
    for _, row, before, _ in listed(printed, files, "c27_fields_shifted"):
        assert row["邮编_ZipCd"] == before["单位地址_EntAddr"] and row["企业性质_EntTyp"] == before["邮编_ZipCd"]
        assert row["数量_Quantity"] == before["金额_美元_Sum_USD"]
    for name, header in (("c28_company_id_rounded", "企业编码_EntCd"), ("c29_commodity_rounded", "HS商品编码_HSCd")):
        for _, row, before, _ in listed(printed, files, name):
            assert "E+" in row[header]
            assert float(row[header]) == approx(float(before[header]), rel=1e-5)
    for _, row, *_ in listed(printed, files, "c30_period_of_another_year"):
        assert row["统计年月_Period"].startswith("2011")
    for _, row, *_ in listed(printed, files, "c31_total_line"):
        assert row["经营单位名称_EntNm"] == "合计" and amount(row["金额_美元_Sum_USD"]) > 1e6


def test_lines_in_another_format_are_sound_lines_of_the_last_part(printed: Printed, files: dict[str, list[Row]]):
    (path,) = printed.raw.glob("customs/2012/*.txt")
    again = list(csv.DictReader(io.StringIO(path.read_bytes().decode("gb18030")), delimiter="\t"))
    assert len(again) == printed.rows_of("c32_lines_in_another_format").height > 0
    headers = ("企业编码_EntCd", "HS商品编码_HSCd", "统计年月_Period")
    last = max(file for file in files if "/2012/" in file)
    sound = [row for number, row in enumerate(files[last], start=1) if number not in printed.listed_rows(last)]
    there = {(*(row[header] for header in headers), amount(row["金额_美元_Sum_USD"])) for row in sound}
    assert {(*(row[header] for header in headers), float(row["金额_美元_Sum_USD"])) for row in again} <= there


def amount(text: str) -> float:
    return 0.0 if text in ("", "NULL") else float(text.replace(",", ""))


def grouped(column: str) -> pl.Expr:
    from egov_assets.demo_economy.raw_files.customs_defects import _grouped

    return _grouped(column)
