"""What people write for a place or an industry, and the code that it stands for."""

from collections.abc import Mapping
from functools import cache

from egov_assets.platform.reference import table


@cache
def known_codes(column: str) -> Mapping[str, str] | None:
    """Name or code as written -> code of province_code, city_code, industry_2002_code (four digits), or of province and
    industry (two); None of any other column. A short name that two cities share stands for none.
    """
    if column in ("province", "province_code"):
        places = table("prefectures").select(code="province_code", zh="province_zh", en="province_en").unique()
        digits = 2 if column == "province" else 6
        by_code = dict(places.select("code", to=places["code"].str.slice(0, digits)).rows())
        named = {each: by_code[row[0]] for row in places.rows() for each in row[1:] if each}
        return named | by_code | {each: each for each in by_code.values()}
    if column in ("city", "city_code"):
        places = table("prefectures").select("code", "name_zh", "name_short_zh", "name_en")
        written = places.unpivot(index="code").drop_nulls().unique(["code", "value"])
        certain = written.filter(written["value"].is_unique())
        return dict(certain.select("value", "code").rows()) | {code: code for code in places["code"]}
    if column in ("industry", "industry_2002_code"):
        industries = table("gbt4754_2002").filter(level="2" if column == "industry" else "4")
        return dict(industries.select("name_zh", "code").rows()) | {code: code for code in industries["code"]}
    return None
