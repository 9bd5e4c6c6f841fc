"""Equal names in other spelling are equal; different firms stay different."""

import polars as pl
from pytest import mark

from egov_assets.firm_match.chinese_names import normalised_name


def normalised(name: str | None) -> str | None:
    return pl.DataFrame({"name": [name]}, schema={"name": pl.String}).select(normalised_name(pl.col("name"))).item()


@mark.parametrize(
    "variant",
    [
        "杭州西湖电子有限公司",
        "\t杭州西湖电子有限公司　",
        "杭州（西湖）电子有限公司",
        "杭州(西湖)电子 有限公司",
        "杭州【西湖】电子有限责任公司",
        "杭州·西湖电子有限公司。",
    ],
)
def test_spellings_of_one_firm_agree(variant):
    assert normalised(variant) == "杭州西湖电子有限公司"


def test_latin_letters_are_compared_in_upper_case_and_half_width():
    assert normalised("ａｂ－Ｃ鞋业有限公司") == normalised("AB-c鞋业有限公司") == "ABC鞋业有限公司"


@mark.parametrize(
    ("one", "other"),
    [
        ("苏州A电子有限公司", "深圳A电子有限公司"),  # place
        ("宁波制衣一厂", "宁波制衣二厂"),  # numbered plants
        ("海信有限公司", "海信有限公司分公司"),  # branch
        ("海信集团有限公司", "海信有限公司"),  # group
        ("海信股份有限公司", "海信有限公司"),  # another legal form
    ],
)
def test_different_firms_stay_different(one, other):
    assert normalised(one) != normalised(other)


@mark.parametrize("nothing", [None, "", "  ", "NULL", "null", "（）", "无"])
def test_no_name_is_no_key(nothing):
    assert normalised(nothing) is None
