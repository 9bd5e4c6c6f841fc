"""Equal names in other spelling are equal; different firms stay different."""

import polars as pl
from pytest import mark

from egov_assets.firm_match.chinese_names import normalised_name
from egov_assets.firm_match.name_parts import name_key, name_parts


def parts(name: str) -> dict[str, str]:
    return pl.DataFrame({"name": [name]}).select(name_parts(normalised_name(pl.col("name")))).item()


def key(name: str) -> str:
    frame = pl.DataFrame({"name": [name]}).with_columns(name=normalised_name(pl.col("name")))
    return frame.select(name_key(pl.col("name"), name_parts(pl.col("name")))).item()


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
        "杭州西湖電子有限責任公司",
    ],
)
def test_spellings_of_one_firm_agree(variant):
    assert normalised(variant) == "杭州西湖电子有限公司"


@mark.parametrize("lost", ["?", "？", "〓", "\ue1a3", "\ufffd"])
def test_a_name_with_a_lost_character_equals_nobody_exactly(lost):
    """Without the mark 杭州?湖电子有限公司 would be 杭州湖电子有限公司, another firm."""
    assert normalised(f"杭州{lost}湖电子有限公司") == "杭州〓湖电子有限公司"
    assert key(f"杭州{lost}湖电子有限公司") is None
    assert key(f"某{lost}电子有限公司") is None
    assert key("杭州西湖电子有限公司") == key("浙江省杭州市西湖电子有限公司")


def test_latin_letters_are_compared_in_upper_case_and_half_width():
    assert normalised("ａｂ－Ｃ鞋业有限公司") == normalised("AB-c鞋业有限公司") == "ABC鞋业有限公司"


@mark.parametrize(
    ("arabic", "chinese"),
    [
        ("第1棉纺厂", "第一棉纺厂"),
        ("12厂", "十二厂"),
        ("23厂", "二十三厂"),
        ("20厂", "二十厂"),
        ("宁波制衣2厂", "宁波制衣贰厂"),
    ],
)
def test_numerals_are_one_in_either_script(arabic, chinese):
    assert normalised(arabic) == normalised(chinese)


@mark.parametrize(
    ("one", "other"),
    [
        ("苏州A电子有限公司", "深圳A电子有限公司"),  # place
        ("杭州西湖区甲电子厂", "杭州上城区甲电子厂"),  # district
        ("宁波制衣十一厂", "宁波制衣一厂"),
        ("宁波制衣一厂", "宁波制衣二厂"),  # numbered plants
        ("海信有限公司", "海信有限公司分公司"),  # branch
        ("海信集团有限公司", "海信有限公司"),  # group
        ("海信股份有限公司", "海信有限公司"),  # another legal form
    ],
)
def test_different_firms_stay_different(one, other):
    assert normalised(one) != normalised(other)
    assert key(one) != key(other)


@mark.parametrize(
    ("name", "expected"),
    [
        ("杭州虬猊獬电子有限公司", ("杭州", "", "虬猊獬", "电子", "有限公司", "")),
        ("浙江省杭州市西湖区虬猊獬电子有限公司", ("杭州", "西湖区", "虬猊獬", "电子", "有限公司", "")),
        ("虬猊獬(杭州)电子有限公司", ("杭州", "", "虬猊獬", "电子", "有限公司", "")),
        ("浙江虬猊集团", ("浙江", "", "虬猊", "", "集团", "")),
        ("宁波虬制衣一厂", ("宁波", "", "虬", "制衣", "", "一厂")),
        ("海信集团有限公司杭州分公司", ("", "", "海信", "", "集团有限公司", "杭州分公司")),
        ("吉林省吉林市夔龙精密机械制造股份有限公司", ("吉林", "", "夔龙", "精密机械制造", "股份有限公司", "")),
        ("襄樊市夔龙汽车配件厂", ("襄阳", "", "夔龙", "汽车配件", "厂", "")),  # renamed in 2010
        ("电子厂", ("", "", "电子", "", "厂", "")),  # nothing but trade and form: a core is never empty
    ],
)
def test_a_name_is_taken_apart(name, expected):
    assert tuple(parts(name).values()) == expected


def test_a_place_in_either_wording_is_one_key_and_left_out_is_another():
    assert key("杭州市甲电子厂") == key("杭州甲电子厂") == key("浙江省杭州市甲电子厂") != key("甲电子厂")


@mark.parametrize("nothing", [None, "", "  ", "NULL", "null", "（）", "无"])
def test_no_name_is_no_key(nothing):
    assert normalised(nothing) is None
