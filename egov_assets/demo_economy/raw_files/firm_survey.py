"""The industrial firm survey: csv to 2006, 2010 as identity csv and finance workbook, else .dta of version 117.

What belongs here: survey rows, their planted defects and their three layouts. Source: domain.md 2.2, 2.3, 2.5.
"""

from datetime import datetime
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from egov_assets.demo_economy.economy import WITHOUT_WAGES
from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.raw_files.defect_list import DefectList, choose_rows
from egov_assets.demo_economy.raw_files.draws import below
from egov_assets.demo_economy.raw_files.rates import Defects
from egov_assets.demo_economy.raw_files.registers import Registers
from egov_assets.demo_economy.raw_files.survey_spellings import IN_FINANCE_WORKBOOK, NOTHING, with_other_spellings
from egov_assets.demo_economy.raw_files.workbooks import write_workbook
from egov_assets.platform.reference import table
from egov_assets.platform.validity import industry_edition

DATA_LABEL = "Synthetic demo data, no real firm. CC0"
TIME_STAMP = datetime(2013, 1, 1)
TWELVE_DIGIT_REGION_YEAR = 2012
CHINESE_UNTIL = 2006  # headers in Chinese that carry the unit
TWO_FILES_YEAR = 2010
FIRST_YEAR_IN_UTF8 = 2012  # a copy that was written anew elsewhere, in the old file format all the same
FINANCE_DEFECTS = {  # classes whose damaged cell lies in the finance file of 2010
    "s02_current_assets_above_total", "s03_fixed_assets_above_total", "s11_paid_in_capital_not_positive",
    "s12_revenue_missing", "s13_revenue_not_positive", "s14_total_assets_missing", IN_FINANCE_WORKBOOK,
}  # fmt: skip
LATER_CLASSES = ("s13_revenue_not_positive", "s14_total_assets_missing")  # drawn last: the rows of the others stay
IDENTITY_2010 = {
    "survey_firm_id": "组织机构代码", "survey_name": "企业名称", "legal_person": "法人代表", "region_code": "省地县码",
    "survey_zip": "邮政编码", "survey_phone": "固定电话", "industry_code": "行业小类代码",
    "registration_type_code": "登记注册类型", "opening_year": "开业年", "opening_month": "开业月",
    "employees_persons": "年末从业人员合计_总计",
}  # fmt: skip
FINANCE_2010 = {
    "survey_firm_id": "组织机构代码", "revenue_thousand_cny": "主营业务收入(千元)",
    "total_assets_thousand_cny": "资产总计(千元)",
    "current_assets_thousand_cny": "流动资产合计(千元)", "fixed_assets_thousand_cny": "固定资产合计(千元)",
    "paid_in_capital_thousand_cny": "实收资本(千元)",
}  # fmt: skip
CHINESE = {
    "survey_firm_id": "组织机构代码", "survey_name": "企业名称", "legal_person": "法人代表", "region_code": "省地县码",
    "survey_zip": "邮政编码", "survey_phone": "固定电话", "industry_code": "行业小类代码",
    "registration_type_code": "登记注册类型", "opening_year": "开业年", "opening_month": "开业月",
    "employees_persons": "全部从业人员年平均人数(人)", "revenue_thousand_cny": "主营业务收入(千元)",
    "wages_thousand_cny": "应付工资薪酬总额(千元)", "export_delivery_thousand_cny": "其中出口交货值(千元)",
    "total_assets_thousand_cny": "资产总计(千元)", "current_assets_thousand_cny": "流动资产合计(千元)",
    "fixed_assets_thousand_cny": "固定资产合计(千元)", "paid_in_capital_thousand_cny": "实收资本(千元)",
}  # fmt: skip
PINYIN = {
    "survey_firm_id": "frdm", "survey_name": "qymc", "legal_person": "frdbxm", "region_code": "sdxm",
    "survey_zip": "yzbm", "survey_phone": "telephone", "industry_code": "hylb", "registration_type_code": "djzclx",
    "opening_year": "kysjn", "opening_month": "kysjy", "employees_persons": "cyrs", "revenue_thousand_cny": "zyywsr",
    "wages_thousand_cny": "bnyfgzze", "export_delivery_thousand_cny": "ckjhz", "total_assets_thousand_cny": "zczj",
    "current_assets_thousand_cny": "ldzchj", "fixed_assets_thousand_cny": "gdzchj",
    "paid_in_capital_thousand_cny": "sszb",
}  # fmt: skip


def write_survey_year(year: int, registers: Registers, defects: Defects, raw_folder: Path, listed: DefectList) -> int:
    """Write `firm_survey/<year>/`; every planted defect goes to `listed`; returns the number of rows.

    Rows are in the order of the sound organisation code, a duplicate behind its original.
    """
    folder = raw_folder / "firm_survey" / str(year)
    folder.mkdir(parents=True)
    rng = stream(registers.seed, "survey", year)
    rows = with_row_defects(survey_rows(registers.of_year(year), year, registers.seed), defects, year, rng)
    rows = with_other_spellings(rows, defects, year, stream(registers.seed, "survey spellings", year))
    if year == TWO_FILES_YEAR:
        _write_2010(rows, folder, listed)
    elif year <= CHINESE_UNTIL:
        name = f"asif{year}.csv"
        printed = rows.select(pl.col(column).alias(header) for column, header in CHINESE.items())
        (folder / name).write_bytes(printed.write_csv(float_precision=0).encode("gb18030"))
        listed.add_rows(f"firm_survey/{year}/{name}", rows["class"], rows["detail"])
    else:
        name = f"asif{year}.dta"
        encoding, spoken = ("gb18030", "GB18030") if year < FIRST_YEAR_IN_UTF8 else ("utf-8", "UTF-8")
        named = rows.select(pl.col(column).alias(short) for column, short in PINYIN.items())
        _write_dta(named, folder / name, encoding)
        listed.add_rows(f"firm_survey/{year}/{name}", rows["class"], rows["detail"])
        listed.add_file(f"firm_survey/{year}/{name}", "c19_bytes_without_encoding", f"{spoken} bytes, read as Latin-1")
    return len(rows)


def survey_rows(firms: pl.DataFrame, year: int, seed: int) -> pl.DataFrame:
    """The survey's firms of one year before any defect: the columns of PINYIN and firm, sorted by survey_firm_id."""
    surveyed = firms.filter("in_survey")
    number = surveyed["firm"].to_numpy()
    district = pl.Series(below(number, seed, "county", 12) + 1).cast(pl.String).str.zfill(2)
    region = surveyed["city_code"].str.head(4) + district
    if year == TWELVE_DIGIT_REGION_YEAR:
        region = region + pl.Series(below(number, seed, "town", 900_000) + 100_000).cast(pl.String)
    industry = surveyed["industry_2002_code"]
    if industry_edition(year) == "2011":
        industry = industry_codes_2011(industry, number)
    month = pl.Series(below(number, seed, "opening month", 12) + 1, dtype=pl.Int32)
    money = [column for column in PINYIN if column.endswith("_thousand_cny")]
    return (
        surveyed.with_columns(
            pl.col(money).cast(pl.Float64).round(0), region_code=region, industry_code=industry, opening_month=month
        )
        .with_columns(_wages_of(year))
        .select("firm", *PINYIN)
        .sort("survey_firm_id")
    )


def _wages_of(year: int) -> pl.Expr:
    """2010 keeps them here: its layout has no column for them."""
    wages = pl.col("wages_thousand_cny")
    return (
        pl.when(year in WITHOUT_WAGES and year != TWO_FILES_YEAR)
        .then(None)
        .otherwise(wages)
        .alias("wages_thousand_cny")
    )


def industry_codes_2011(codes_2002: pl.Series, firms: np.ndarray) -> pl.Series:
    """GB/T 4754-2011 class of each 2002 class: one that leads back to it, if possible only to it; else the old."""
    candidates = codes_2002.replace_strict(_codes_2011(), default=None, return_dtype=pl.List(pl.String))
    frame = pl.DataFrame({"old": codes_2002, "new": candidates, "firm": firms})
    choice = pl.col("firm") % pl.col("new").list.len()
    return frame.select(pl.coalesce(pl.col("new").list.get(choice), "old").alias("industry_code")).to_series()


@cache
def _codes_2011() -> dict[str, list[str]]:
    classes = table("gbt4754_2011").filter(pl.col("level") == "4")
    new_codes: dict[str, list[tuple[bool, str]]] = {}
    for code, olds in classes.select("code", "gbt4754_2002_codes").rows():
        origins = (olds or "").split(";")
        for old in filter(None, origins):
            new_codes.setdefault(old, []).append((len(origins) > 1, code))
    best = {old: min(is_shared for is_shared, _ in codes) for old, codes in new_codes.items()}
    return {old: [code for is_shared, code in codes if is_shared == best[old]] for old, codes in new_codes.items()}


def with_row_defects(rows: pl.DataFrame, defects: Defects, year: int, rng: np.random.Generator) -> pl.DataFrame:
    """Rows as printed, with `class` and `detail`; a row has at most one class, a duplicate follows its original."""
    # the classes from s15 on are drawn in survey_spellings.py, so that these draws stay
    rates = {name: rate for name, rate in defects.model_dump().items() if name.startswith("s") and name < "s15"}
    last = {name: rates.pop(name) for name in ("s07_duplicate_row", *LATER_CLASSES)}
    if year in WITHOUT_WAGES:
        rates.pop("s10_wages_blank")  # the files hold no wages at all
    eligible = {
        "s08_id_lower_case": rows["survey_firm_id"].str.contains("[A-Z]").to_numpy(),
        "s10_wages_blank": rows["wages_thousand_cny"].is_not_null().to_numpy(),
        "s12_revenue_missing": rows["revenue_thousand_cny"].is_not_null().to_numpy(),
    }
    drawn = choose_rows(rates | last, eligible, len(rows), rng)
    marked = rows.with_columns(drawn, sound_id="survey_firm_id")
    is_copied = pl.col("class") == "s07_duplicate_row"
    copies = marked.filter(is_copied).with_columns(detail=pl.lit("equals the row before"))
    originals = marked.with_columns(pl.when(is_copied).then(None).otherwise("class").alias("class"), detail=_detail())
    damaged = originals.with_columns(_changes(year)).with_row_index("row")
    copies = copies.join(damaged.select("firm", "row"), on="firm", maintain_order="left").select(damaged.columns)
    return pl.concat([damaged, copies]).sort("row", maintain_order=True).drop("row")


def _changes(year: int) -> list[pl.Expr]:
    is_class = {name: pl.col("class") == name for name in Defects.model_fields}
    total = pl.col("total_assets_thousand_cny")
    swapped = is_class["s09_name_and_legal_person_swapped"]
    changes = {
        "employees_persons": (is_class["s01_employees_below_8"], pl.col("employees_persons") % 7 + 1),
        "current_assets_thousand_cny": (is_class["s02_current_assets_above_total"], (total * 1.4).round(0) + 1),
        "fixed_assets_thousand_cny": (is_class["s03_fixed_assets_above_total"], (total * 1.7).round(0) + 1),
        "opening_month": (is_class["s04_opening_month_13"], pl.lit(13)),
        "opening_year": (is_class["s05_opening_year_after_survey"], pl.lit(year + 3)),
        "survey_name": (swapped, pl.col("legal_person")),
        "legal_person": (swapped, pl.col("survey_name")),
        "wages_thousand_cny": (is_class["s10_wages_blank"], pl.lit(None)),
        "paid_in_capital_thousand_cny": (is_class["s11_paid_in_capital_not_positive"], pl.lit(0.0)),
        "total_assets_thousand_cny": (is_class["s14_total_assets_missing"], pl.lit(None)),
    }
    damaged = [pl.when(hit).then(value).otherwise(column).alias(column) for column, (hit, value) in changes.items()]
    id_code = (
        pl.when(is_class["s06_id_missing"]).then(None)
        .when(is_class["s08_id_lower_case"]).then(pl.col("survey_firm_id").str.to_lowercase())
        .otherwise("survey_firm_id")
    )  # fmt: skip
    revenue = (
        pl.when(is_class["s12_revenue_missing"]).then(None)
        .when(is_class["s13_revenue_not_positive"]).then(0.0)
        .otherwise("revenue_thousand_cny")
    )  # fmt: skip
    return [*damaged, id_code.alias("survey_firm_id"), revenue.alias("revenue_thousand_cny")]


def _detail() -> pl.Expr:
    damaged_column = {
        "s01_employees_below_8": "employees_persons",
        "s02_current_assets_above_total": "current_assets_thousand_cny",
        "s03_fixed_assets_above_total": "fixed_assets_thousand_cny",
        "s04_opening_month_13": "opening_month",
        "s05_opening_year_after_survey": "opening_year",
        "s06_id_missing": "survey_firm_id",
        "s08_id_lower_case": "survey_firm_id",
        "s09_name_and_legal_person_swapped": "survey_name",
        "s10_wages_blank": "wages_thousand_cny",
        "s11_paid_in_capital_not_positive": "paid_in_capital_thousand_cny",
        "s12_revenue_missing": "revenue_thousand_cny",
        "s13_revenue_not_positive": "revenue_thousand_cny",
        "s14_total_assets_missing": "total_assets_thousand_cny",
    }
    return pl.coalesce(
        pl.when(pl.col("class") == name).then(
            pl.lit(column + " was ") + pl.col(column).cast(pl.String).fill_null("blank")
        )
        for name, column in damaged_column.items()
    )


def _write_2010(rows: pl.DataFrame, folder: Path, listed: DefectList) -> None:
    identity = rows.select(pl.col(column).alias(header) for column, header in IDENTITY_2010.items())
    (folder / "identity_2010.csv").write_bytes(identity.write_csv().encode("gb18030"))
    is_finance = pl.col("class").is_in(FINANCE_DEFECTS)
    of_identity = rows.select(pl.when(~is_finance).then("class").alias("class"), "detail")
    listed.add_rows("firm_survey/2010/identity_2010.csv", of_identity["class"], of_identity["detail"])
    # The finance file came from other hands: one row per firm, every id complete and in capitals.
    finance = rows.filter(pl.col("class").is_null() | (pl.col("class") != "s07_duplicate_row"))
    texts = finance.with_columns(survey_firm_id="sound_id").select(
        *(
            pl.col(column).cast(pl.Int64).cast(pl.String) if column.endswith("_cny") else column
            for column in FINANCE_2010
        ),
        "class",
    )
    mark = pl.lit(pl.Series([NOTHING[row % len(NOTHING)] for row in range(len(texts))], dtype=pl.String))
    is_nothing = pl.col("class") == IN_FINANCE_WORKBOOK
    assets = pl.when(is_nothing).then(mark).otherwise("current_assets_thousand_cny")
    texts = texts.with_columns(current_assets_thousand_cny=assets).drop("class")
    write_workbook(folder / "finance_2010.xlsx", "财务状况", [tuple(FINANCE_2010.values()), *texts.rows()])
    of_finance = finance.select(pl.when(is_finance).then("class").alias("class"), "detail")
    listed.add_rows("firm_survey/2010/finance_2010.xlsx", of_finance["class"], of_finance["detail"])


def _write_dta(rows: pl.DataFrame, path: Path, encoding: str) -> None:
    """Stata format 117 holds bytes without an encoding: any bytes are passed on as Latin-1 characters."""
    frame = rows.to_pandas()
    for column in rows.select(pl.col(pl.String)).columns:
        frame[column] = [
            "" if text is None else text.encode(encoding).decode("latin-1") for text in rows[column].to_list()
        ]
    frame.to_stata(path, version=117, write_index=False, time_stamp=TIME_STAMP, data_label=DATA_LABEL)
