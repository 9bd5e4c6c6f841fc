"""How a customs line is coded and laid out: the underscore-Chinese dialect of 2010-2011, the pairs of 2012.

What belongs here: headers, code systems and number formats of the files. Source: domain.md 1.2-1.4.
"""

from functools import cache

import polars as pl

from egov_assets.demo_economy.raw_files.customs_lines import PORTS
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


def with_codes_2010(lines: pl.DataFrame) -> pl.DataFrame:
    """Adds hs8 (HS2007, text of 8), partner (numeric country code), other_partner (older code or null), unit (null)."""
    countries = _countries().select(destination_iso3="iso3", partner="customs_code", other_partner="legacy_code")
    return (
        lines.with_columns(hs8=pl.col("hs6_2007_code") + _subheading(pl.col("hs6_2007_code")))
        .join(countries, on="destination_iso3", how="inner", maintain_order="left")
        .with_columns(unit=pl.lit(None, dtype=pl.String), price_text=pl.lit(None, dtype=pl.String))
    )


def with_codes_2012(lines: pl.DataFrame) -> pl.DataFrame:
    """Adds hs8 (HS2012), partner (Chinese name), other_partner (another name or null), unit.

    Lines of products without an HS2012 code that leads back to them are left out: no reader could bridge them.
    """
    countries = _countries().select(destination_iso3="iso3", partner="name_zh", other_partner="name_zh_alt")
    chapter = pl.col("hs6_2007_code").str.head(2)
    choice = pl.col("firm") % pl.col("hs2012_codes").list.len()
    return (
        lines.join(_hs2012_codes(), on="hs6_2007_code", how="inner", maintain_order="left")
        .with_columns(hs6_2012=pl.col("hs2012_codes").list.get(choice))
        .with_columns(
            hs8=pl.col("hs6_2012") + _subheading(pl.col("hs6_2012")),
            unit=chapter.replace_strict(CHAPTER_UNITS, default="千克", return_dtype=pl.String),
        )
        .drop("hs2012_codes", "hs6_2012")
        .join(countries, on="destination_iso3", how="inner", maintain_order="left")
    )


def in_dialect_2010(lines: pl.DataFrame, year: int) -> pl.DataFrame:
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


def in_dialect_2012(lines: pl.DataFrame) -> pl.DataFrame:
    """The header pairs of the 2012 vintage; amounts are text, no telephone, no port, no transit country."""
    supplied = pl.col("firm") % 3 == 0
    mode = (
        pl.when(pl.col("is_processing") & supplied).then(pl.lit("来料加工装配贸易"))
        .when("is_processing").then(pl.lit("进料加工贸易"))
        .otherwise(pl.lit("一般贸易"))
    )  # fmt: skip
    return lines.select(
        ("2012" + pl.col("month").cast(pl.String).str.zfill(2)).alias("统计年月_Period"),
        pl.when("is_import").then(pl.lit("进口")).otherwise(pl.lit("出口")).alias("进出口分类代码_ImpExpTypeCd"),
        pl.col("hs8").alias("HS商品编码_HSCd"),
        pl.col("company_id").alias("企业编码_EntCd"),
        pl.col("customs_name").alias("经营单位名称_EntNm"),
        pl.col("address").alias("单位地址_EntAddr"),
        pl.col("customs_zip").alias("邮编_ZipCd"),
        _ownership_label().alias("企业性质_EntTyp"),
        pl.col("partner").alias("起运国或目的国名称_BegEndCntryNm"),
        mode.alias("贸易方式名称_TrdMdNm"),
        pl.col("unit").alias("数量单位名称_QuantityUnitNm"),
        pl.col("value_text").alias("金额_美元_Sum_USD"),
        pl.col("quantity_text").alias("数量_Quantity"),
        pl.col("price_text").alias("价格_Price"),
    )


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


@cache
def _hs2012_codes() -> pl.DataFrame:
    """hs6_2007_code -> the HS2012 codes that the reference bridge maps back to it, as a list."""
    bridge = table("hs2012_to_hs2007").sort("hs2012")
    return bridge.group_by(hs6_2007_code="hs2007", maintain_order=True).agg(hs2012_codes="hs2012")
