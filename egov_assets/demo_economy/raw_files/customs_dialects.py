"""How a customs line is coded and laid out: the monthly dialects of 2000-2006, underscores to 2011, pairs from 2012.

What belongs here: headers, code systems and number formats of the files. Source: domain.md 1.2-1.4.
"""

from functools import cache

import polars as pl

from egov_assets.demo_economy.raw_files.customs_lines import PORTS
from egov_assets.demo_economy.raw_files.declared_codes import declared_codes
from egov_assets.platform.reference import table

OWNERSHIP_LABELS = {
    "1": "国有企业", "2": "中外合作企业", "3": "中外合资企业", "4": "外商独资企业", "5": "集体企业", "6": "私营企业",
    "7": "个体工商户", "8": "报关企业", "9": "其它",
}  # fmt: skip
CHAPTER_UNITS = {  # statutory unit of a chapter's goods; kilogram where not listed (names: customs_units)
    "42": "个", "61": "件", "62": "件", "63": "条", "64": "双", "65": "个", "66": "把", "82": "把", "84": "台",
    "85": "台", "87": "辆", "90": "台", "91": "只", "92": "台", "94": "件", "95": "个", "96": "个",
}  # fmt: skip
SUBHEADINGS = (("00",), ("10", "90"), ("11", "19", "90"))
MONTHLY_UNTIL = 2006
FIRST_YEAR_OF_PAIRS = 2012
YEARS_WITH_PARTNERS_NAMED = (2002,)  # and from the pairs on; elsewhere their codes
HEADERS = {  # of the monthly tables (domain.md 1.2), in this order; the country column of 2006 lost its name
    "english": ("shipment_date", "exp_imp", "hs_id", "party_id", "company", "city", "paddr", "zip", "tel", "port",
                "CompanyType", "country", "shipment", "routing", "unit", "value", "quantity"),
    "mixed_2002": ("shipment_date", "进出口_C", "hs_id", "party_id", "pname", "city", "paddr", "zip", "tel", "port",
                   "companytype", "国家名称_C", "贸易类型_C", "routing", "unit", "value", "quantity"),
    "chinese_2003": ("日期", "进口或出口", "税号编码", "企业编码", "经营单位", "消费地或生产地", "单位地址", "邮编",
                     "电话", "口岸海关", "企业性质", "起运国或目的国", "贸易方式", "中转国", "数量单位", "金额",
                     "数量"),
    "chinese_2006": ("月度", "进出口", "商品代码", "企业代码", "企业名称", "消费地或生产地", "单位地址", "邮编",
                     "电话", "口岸海关", "企业类型", "var18", "贸易方式", "中转国", "数量单位", "金额", "数量"),
}  # fmt: skip
DIALECTS = {2002: "mixed_2002", 2003: "chinese_2003", 2004: "chinese_2003", 2006: "chinese_2006"}


def with_codes(lines: pl.DataFrame, year: int) -> pl.DataFrame:
    """Adds hs8 (of the year's HS revision, text of 8), partner (numeric code, or Chinese name), other_partner (an older
    code, another name, or null), unit (null in 2007-2011, which have no such column).

    Lines of products without a code of the year's revision that leads back to them are left out: no reader could bridge
    them.
    """
    is_named = year >= FIRST_YEAR_OF_PAIRS or year in YEARS_WITH_PARTNERS_NAMED
    partner, other = ("name_zh", "name_zh_alt") if is_named else ("customs_code", "legacy_code")
    countries = _countries().select(destination_iso3="iso3", partner=partner, other_partner=other)
    codes = declared_codes(year).group_by("hs6_2007_code", maintain_order=True).agg(declared="hs6_code")
    unit = pl.col("hs6_2007_code").str.head(2).replace_strict(CHAPTER_UNITS, default="千克", return_dtype=pl.String)
    has_no_unit = MONTHLY_UNTIL < year < FIRST_YEAR_OF_PAIRS
    own_code = pl.col("declared").list.get(pl.col("firm") % pl.col("declared").list.len())
    coded = (
        lines.join(codes, on="hs6_2007_code", how="inner", maintain_order="left")
        .with_columns(declared=own_code)
        .with_columns(
            hs8=pl.col("declared") + _subheading(pl.col("declared")),
            unit=pl.lit(None, dtype=pl.String) if has_no_unit else unit,
        )
        .drop("declared")
        .join(countries, on="destination_iso3", how="inner", maintain_order="left")
    )
    if year < FIRST_YEAR_OF_PAIRS:  # the pairs print a price, see customs_defects.py
        return coded.with_columns(price_text=pl.lit(None, dtype=pl.String))
    return coded


def in_monthly_dialect(lines: pl.DataFrame, year: int) -> pl.DataFrame:
    """The columns of 2000-2006, in file order: lines by month, flow in words (English headers: 0 export, 1 import)."""
    dialect = DIALECTS.get(year, "english")
    export, imported = ("0", "1") if dialect == "english" else ("出口", "进口")
    hs8 = pl.col("hs8")
    cells = (
        str(year) + pl.col("month").cast(pl.String).str.zfill(2),
        pl.when("is_import").then(pl.lit(imported)).otherwise(pl.lit(export)),
        pl.when(pl.col("class") == "c05_leading_zero_lost").then(hs8.str.strip_prefix("0")).otherwise(hs8),
        pl.col("company_id"),
        pl.col("customs_name"),
        pl.col("place"),
        pl.col("address"),
        pl.col("customs_zip"),
        pl.col("customs_phone"),
        _port(),
        _ownership_label(),
        pl.col("partner"),
        _trade_mode(),
        pl.when(pl.col("month") <= 2).then(pl.lit("110")).otherwise("partner"),
        pl.col("unit"),
        pl.col("value_cents") / 100,
        pl.col("quantity_hundredths") / 100,
    )
    return lines.select(cell.alias(header) for header, cell in zip(HEADERS[dialect], cells, strict=True))


def in_underscore_dialect(lines: pl.DataFrame, year: int) -> pl.DataFrame:
    """The columns of the 2007-2011 vintage, in file order."""
    is_processing = pl.col("is_processing")
    return lines.select(
        pl.lit(year).alias("_日期"),
        pl.col("is_import").cast(pl.Int8).alias("_进口或出口"),
        pl.col("hs8").cast(pl.Int64).alias("_税号编码"),  # numeric in this vintage: 11 % of codes lose a zero
        pl.col("company_id").alias("_企业编码"),
        pl.col("customs_name").alias("_经营单位"),
        pl.col("place").alias("_消费地进口or生产地出口"),
        pl.col("address").alias("_单位地址"),
        pl.col("customs_zip").alias("_邮编"),
        pl.col("customs_phone").alias("_电话"),
        _port().alias("_海关口岸"),
        _ownership_label().alias("_企业性质"),
        pl.col("partner").alias("_起运国或目的国"),
        pl.when(is_processing).then(pl.lit("加工贸易")).otherwise(pl.lit("一般贸易")).alias("_贸易方式"),
        pl.when(pl.col("month") <= 2).then(pl.lit("110")).otherwise("partner").alias("_中转国"),
        (pl.col("value_cents") / 100).alias("_金额"),
        (pl.col("quantity_hundredths") / 100).alias("_数量"),
    )


def in_pairs(lines: pl.DataFrame, year: int) -> pl.DataFrame:
    """The header pairs of the vintage from 2012; amounts are text, no telephone, no port, no transit country."""
    return lines.select(
        (str(year) + pl.col("month").cast(pl.String).str.zfill(2)).alias("统计年月_Period"),
        pl.when("is_import").then(pl.lit("进口")).otherwise(pl.lit("出口")).alias("进出口分类代码_ImpExpTypeCd"),
        pl.col("hs8").alias("HS商品编码_HSCd"),
        pl.col("company_id").alias("企业编码_EntCd"),
        pl.col("customs_name").alias("经营单位名称_EntNm"),
        pl.col("address").alias("单位地址_EntAddr"),
        pl.col("customs_zip").alias("邮编_ZipCd"),
        _ownership_label().alias("企业性质_EntTyp"),
        pl.col("partner").alias("起运国或目的国名称_BegEndCntryNm"),
        _trade_mode().alias("贸易方式名称_TrdMdNm"),
        pl.col("unit").alias("数量单位名称_QuantityUnitNm"),
        pl.col("value_text").alias("金额_美元_Sum_USD"),
        pl.col("quantity_text").alias("数量_Quantity"),
        pl.col("price_text").alias("价格_Price"),
    )


def _trade_mode() -> pl.Expr:
    supplied = pl.col("firm") % 3 == 0
    return (
        pl.when(pl.col("is_processing") & supplied).then(pl.lit("来料加工装配贸易"))
        .when("is_processing").then(pl.lit("进料加工贸易"))
        .otherwise(pl.lit("一般贸易"))
    )  # fmt: skip


def _port() -> pl.Expr:
    return pl.col("port").replace_strict(dict(enumerate(PORTS)), return_dtype=pl.String)


def _ownership_label() -> pl.Expr:
    return pl.col("ownership_code").replace_strict(OWNERSHIP_LABELS, return_dtype=pl.String)


def _subheading(hs6: pl.Expr) -> pl.Expr:
    """Two more digits; a product has one to three lines, and a firm always declares its own one of them."""
    number = hs6.cast(pl.Int64)
    lines_of_product = number % 7 % len(SUBHEADINGS)
    of_firm = pl.col("firm") % (lines_of_product + 1)
    code = lines_of_product * 10 + of_firm
    names = {kind * 10 + place: text for kind, texts in enumerate(SUBHEADINGS) for place, text in enumerate(texts)}
    return code.replace_strict(names, return_dtype=pl.String)


@cache
def _countries() -> pl.DataFrame:
    """One row per ISO3: customs_code, name_zh, name_zh_alt, legacy_code (a second, older code or null)."""
    listed = table("countries").filter(pl.col("iso3").is_not_null() & (pl.col("is_residual") == "0"))
    current = listed.filter(pl.col("is_legacy_code") == "0").unique("iso3", keep="first", maintain_order=True)
    older = listed.filter(pl.col("is_legacy_code") == "1").select("iso3", legacy_code="customs_code")
    return current.join(older.unique("iso3"), on="iso3", how="left", maintain_order="left")
