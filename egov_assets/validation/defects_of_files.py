"""What goes wrong with a whole file: lost, in another unit, columns under each other's header, redated, recoded.

Each is planted in the raw rows of one year, text as printed. Defects of single rows are planted by the demo itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from egov_assets.paper.study import SCORE_FIELDS

Plant = Callable[[pl.DataFrame], pl.DataFrame]


@dataclass(frozen=True)
class Defect:
    """What is done to the raw rows of a table and year, and whether it is among the gravest, which stop the year.

    from_year  whose rows `plant` is given, where they are another year's under a new date
    """

    name: str
    table: str
    year: int
    plant: Plant
    is_grave: bool = False
    from_year: int | None = None


def as_they_are(rows: pl.DataFrame) -> pl.DataFrame:
    return rows


def one_in(count: int) -> Plant:
    """Every count-th row."""
    return lambda rows: rows.gather_every(count)


def written(column: str, value: pl.Expr, where: pl.Expr | None = None) -> Plant:
    """Another value in a column, in the rows `where`, or in all."""
    there = pl.lit(True) if where is None else where
    return lambda rows: rows.with_columns(pl.when(there).then(value).otherwise(column).alias(column))


def scaled(column: str, by: float, where: pl.Expr | None = None) -> Plant:
    """Printed numbers times a factor; what is no number is lost."""
    number = pl.col(column).str.strip_chars().str.replace_all(",", "").cast(pl.Float64, strict=False)
    return written(column, (number * by).round(4).cast(pl.String), where)


def half_empty(column: str) -> Plant:
    return written(column, pl.lit(None, pl.String), pl.int_range(pl.len()) % 2 == 0)


def exchanged(first: str, second: str) -> Plant:
    """Two columns under each other's name."""
    return lambda rows: rows.rename({first: second, second: first}).select(rows.columns)


def relabelled(column: str, labels: Mapping[str, str]) -> Plant:
    return written(column, pl.col(column).replace(labels))


def swapped(column: str, first: str, second: str) -> Plant:
    """Two labels in each other's place."""
    return relabelled(column, {first: second, second: first})


def misprinted(rows: pl.DataFrame) -> pl.DataFrame:
    """The yearbook's figures of GDP and of students under each other's header, unit and all."""
    return swapped("unit", "万元", "人")(swapped("indicator", GDP, STUDENTS)(rows))


def cut(column: str, length: int, filler: str = "") -> Plant:
    """The first characters of each cell, and a filler for the rest."""
    return written(column, pl.col(column).str.strip_chars().str.head(length) + filler)


def redated(year: int) -> Plant:
    """The rows of the year before under a new date."""
    return lambda rows: rows.with_columns(
        pl.lit(year, pl.Int32).alias("year"), pl.col("period", "source_file").str.replace_all(str(year - 1), str(year))
    )


def in_percent(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns((pl.col(*SCORE_FIELDS).cast(pl.Float64) * 100).round(4).cast(pl.String))


HALF_OF_THE_COMPANIES = pl.col("company_id").str.strip_chars().str.tail(1).is_in(list("02468"))
GDP, STUDENTS = "地区生产总值", "普通高等学校在校学生数"
OF_GDP, OF_HANGZHOU = pl.col("indicator") == GDP, pl.col("city_name").str.starts_with("杭州")

DEFECTS = (
    Defect("nine lines of ten lost", "raw_customs", 2011, one_in(10), is_grave=True),
    Defect("half of the lines lost", "raw_customs", 2012, one_in(2)),
    Defect("values in thousand dollars", "raw_customs", 2010, scaled("value_usd", 1e-3), is_grave=True),
    Defect("values tenfold", "raw_customs", 2012, scaled("value_usd", 10), is_grave=True),
    Defect("quantities tenfold", "raw_customs", 2010, scaled("quantity", 10), is_grave=True),
    Defect("half of the values empty", "raw_customs", 2011, half_empty("value_usd")),
    Defect("half of the quantities empty", "raw_customs", 2010, half_empty("quantity")),
    Defect("value and quantity exchanged", "raw_customs", 2011, exchanged("value_usd", "quantity"), is_grave=True),
    Defect("HS codes cut to four digits", "raw_customs", 2012, cut("hs8_code", 4), is_grave=True),
    Defect("exports and imports exchanged", "raw_customs", 2011, swapped("flow", "0", "1"), is_grave=True),
    Defect("trade modes relabelled", "raw_customs", 2011, swapped("trade_mode", "一般贸易", "加工贸易")),
    Defect(
        "one telephone for half of the companies",
        "raw_customs",
        2010,
        written("phone", pl.lit("57188886666"), HALF_OF_THE_COMPANIES),
    ),
    Defect(
        "one name for half of the companies",
        "raw_customs",
        2012,
        written("company_name", pl.lit("某某有限公司"), HALF_OF_THE_COMPANIES),
    ),
    Defect("company ids without their last digits", "raw_customs", 2011, cut("company_id", 6, "0000")),
    Defect("one partner written as another", "raw_customs", 2011, relabelled("partner", {"502": "110"})),
    Defect("last year's lines redated", "raw_customs", 2011, redated(2011), from_year=2010),
    Defect("nine firms of ten lost", "raw_firm_survey", 2012, one_in(10), is_grave=True),
    Defect("revenue in CNY", "raw_firm_survey", 2011, scaled("revenue_thousand_cny", 1e3), is_grave=True),
    Defect("half of the wages empty", "raw_firm_survey", 2012, half_empty("wages_thousand_cny")),
    Defect(
        "wages and assets exchanged",
        "raw_firm_survey",
        2012,
        exchanged("wages_thousand_cny", "total_assets_thousand_cny"),
        is_grave=True,
    ),
    Defect("industries cut to two digits", "raw_firm_survey", 2011, cut("industry_code", 2)),
    Defect(
        "one province under the code of another",
        "raw_firm_survey",
        2011,
        written("region_code", pl.col("region_code").str.replace("^33", "32")),
    ),
    Defect("last year's firms redated", "raw_firm_survey", 2012, redated(2012), from_year=2011, is_grave=True),
    Defect(
        "two score fields exchanged", "raw_egov_scores", 2010, exchanged("egscore_tax", "egscore_hou"), is_grave=True
    ),
    Defect("scores in percent", "raw_egov_scores", 2012, in_percent, is_grave=True),
    Defect("half of the cities without score", "raw_egov_scores", 2011, one_in(2)),
    Defect("a city renamed", "raw_egov_scores", 2011, written("city_name", pl.lit("杭洲"), OF_HANGZHOU)),
    Defect("one city's GDP tenfold", "raw_city_yearbook", 2012, scaled("value", 10, OF_GDP & OF_HANGZHOU)),
    Defect("the cities' GDP in 100 million", "raw_city_yearbook", 2010, scaled("value", 1e-4, OF_GDP), is_grave=True),
    Defect("GDP and students exchanged", "raw_city_yearbook", 2011, misprinted, is_grave=True),
    Defect("a province column as the year before", "raw_province_yearbook", 2012, as_they_are, from_year=2011),
)
