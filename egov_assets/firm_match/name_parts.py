"""A normalised firm name taken apart: place, county, core, trade, legal form, unit (杭州||虬猊獬|电子|有限公司|一分厂).

What belongs here: what the parts of a name are. Two names are compared by parts, never shortened to be made equal:
苏州A电子 and 深圳A电子 have one core and are two firms.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import polars as pl

from egov_assets.firm_match.chinese_names import normalised_name, whole_name
from egov_assets.platform.reference import table

PARTS = ("place", "county", "core", "trade", "form", "unit")
# Words that firm names end in before the legal form; composed ones (精密机械) are chains of these.
TRADE_WORDS = Path(__file__).with_name("trade_words.csv")
PROVINCE_TYPES = ("壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")
FORMS = (
    "集团股份有限公司", "集团有限公司", "股份有限公司", "集团公司", "有限公司", "集团", "总公司", "公司", "合作社",
    "研究所", "总厂", "厂",
)  # fmt: skip
UNITS = r"\p{Han}{0,6}分公司|第?[一二三四五六七八九〇甲乙丙丁东南西北]+分?厂|分厂|车间|办事处"


def name_parts(name: pl.Expr) -> pl.Expr:
    """Struct of the PARTS of a normalised name; an absent part is "", and without a name all are null.

    place  short name of the prefecture at the front (or in brackets before the trade), else of the province, else ""
    Source domain.md 3.4; places from the reference list of prefectures, trades and forms above.
    """
    parts = name.str.extract_groups(_pattern())
    place = pl.coalesce(parts.struct.field("city"), parts.struct.field("inner_city"), parts.struct.field("province"))
    return pl.when(name.is_not_null()).then(
        pl.struct(
            place.replace(_short_names()).fill_null("").alias("place"),
            *(parts.struct.field(part).fill_null("") for part in PARTS[1:]),
        )
    )


def name_key(name: pl.Expr, parts: pl.Expr) -> pl.Expr:
    """The normalised name with its place in one wording (浙江省杭州市 and 杭州 alike): what exact matching compares.

    Null where a character of the name was lost.
    """
    known = parts.struct.field("place") != ""
    in_parts = pl.concat_str([parts.struct.field(part) for part in PARTS], separator="|")
    return whole_name(pl.when(known).then(in_parts).otherwise(name))


@cache
def _places() -> pl.DataFrame:
    """Every wording of a place, normalised: wording, short, is_province. Municipalities count as prefectures."""
    listed = table("prefectures")
    short_province = pl.col("province_zh")
    for kind in PROVINCE_TYPES:
        short_province = short_province.str.strip_suffix(kind)
    provinces = listed.filter(pl.col("is_municipality") == "0").select(wording="province_zh", short=short_province)
    cities = listed.select(wording="name_zh", short="name_short_zh")
    # A city that changed its name is one place: 襄樊 became 襄阳 in 2010.
    former = listed.drop_nulls("alt_name_zh").select(wording="alt_name_zh", short="name_short_zh")
    former = pl.concat([former, former.with_columns(pl.col("wording").str.strip_suffix("市"))])
    long = pl.concat(
        [frame.with_columns(is_province=pl.lit(frame is provinces)) for frame in (provinces, cities, former)]
    )
    both = pl.concat([long, long.with_columns(wording="short")])
    # 吉林 and 海南 are provinces and prefectures; taken as a province, 吉林 would leave 市 of 吉林市 to the core.
    both = both.sort("is_province").unique("wording", keep="first", maintain_order=True)
    return both.with_columns(normalised_name(pl.col("wording", "short"))).sort("wording")


@cache
def _short_names() -> dict[str, str]:
    return dict(_places().select("wording", "short").rows())


@cache
def _pattern() -> str:
    province, city = (_any(_places().filter(is_province=is_province)["wording"]) for is_province in (True, False))
    trade = _any(pl.read_csv(TRADE_WORDS).select(normalised_name(pl.col("word_zh"))).to_series())
    return (
        f"^(?P<province>{province})?(?:(?P<city>{city})市?(?P<county>\\p{{Han}}{{1,3}}?[区县镇])?)?"
        f"(?P<core>.+?)(?P<inner_city>{city})?(?P<trade>(?:{trade})*)(?P<form>{_any(FORMS)})?(?P<unit>{UNITS})?$"
    )


def _any(words: Iterable[str]) -> str:
    """Alternatives, the longest first: the engine takes the first that fits."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))
