import unicodedata

import polars as pl

from egov_assets.demo_economy.raw_files.draws import pick
from egov_assets.demo_economy.raw_files.names import company_names, spelled_differently
from egov_assets.demo_economy.raw_files.places import city_names
from egov_assets.demo_economy.raw_files.rates import MatchNoise
from egov_assets.reference import table
from egov_assets_tests.demo_economy.raw_files.conftest import Printed
from egov_assets_tests.demo_economy.raw_files.tiny_economy import tiny_economy

KEYWORDS = tuple(table("intermediary_keywords")["keyword_zh"])


def normalised(name: str) -> str:
    """What any reader of domain.md 3.4 would do: width, blanks, the two words for limited liability."""
    return "".join(unicodedata.normalize("NFKC", name).split()).replace("有限责任公司", "有限公司")


def test_names_are_unique_and_can_be_written_in_the_old_encoding(printed: Printed):
    names = printed.registers.names["name"]
    assert names.is_unique().all()
    "".join(names).encode("gbk")


def test_names_stay_unique_when_every_trap_is_set():
    """Half of the firms copy the core of a firm that often lives in the same city."""
    economy = tiny_economy(firms=2000)
    cities = city_names(2012).rename({"city_short_name": "short_name"})
    noise = MatchNoise(same_core_other_city=0.5, numbered_works=0.5)
    names = company_names(economy.firm_years, cities, seed=5, noise=noise)
    assert names["name"].is_unique().all()


def test_every_other_spelling_is_undone_by_normalisation():
    names = ["虬猊獬(杭州)电子有限公司", "杭州虬猊獬电子有限责任公司", "杭州虬猊獬电子厂"]
    for kind in range(5):
        written = pl.DataFrame({"name": names}).select(spelled_differently(pl.col("name"), pl.lit(kind))).to_series()
        assert [normalised(name) for name in written] == [normalised(name) for name in names]
        assert all(new != old for new, old in zip(written, names, strict=True))


def test_intermediaries_and_only_they_carry_a_trade_keyword(printed: Printed):
    firms = printed.registers.of_year(2011)
    has_keyword = firms["survey_name"].str.contains_any(list(KEYWORDS))
    assert has_keyword.equals(firms["is_intermediary"], check_names=False)


def test_a_renamed_firm_has_another_name_from_its_new_version_on(printed: Printed):
    names = pl.concat(
        [
            printed.registers.of_year(year).select("firm", "name_version", "survey_name", "year")
            for year in (2010, 2011, 2012)
        ]
    )
    versions = names.group_by("firm").agg(pl.n_unique("name_version", "survey_name"))
    assert (versions["name_version"] == versions["survey_name"]).all()
    assert (versions["name_version"] == 2).sum() == 60  # one firm in ten of 600


def test_the_planted_shares_of_spelling_noise_come_out(printed: Printed):
    noise = printed.economy.parameters.match_noise
    firms = printed.registers.of_year(2010)
    differs = firms.filter(pl.col("customs_name") != pl.col("survey_name"))
    same_when_normalised = [
        normalised(left) == normalised(right) for left, right in differs.select("customs_name", "survey_name").rows()
    ]
    tolerance = 3 * (noise.spelling_differs / len(firms)) ** 0.5  # three standard errors of a share
    assert abs(sum(same_when_normalised) / len(firms) - noise.spelling_differs) < tolerance
    assert abs((len(differs) - sum(same_when_normalised)) / len(firms) - noise.typo) < tolerance


def test_members_of_a_group_share_phone_line_and_name_core(printed: Printed):
    firms = printed.registers.of_year(2010).filter(pl.col("group").is_not_null() & ~pl.col("is_intermediary"))
    joined = firms.join(printed.registers.names.filter(pl.col("name_version") == 0), on="firm")
    by_group = joined.group_by("group").agg(pl.len(), pl.n_unique("core"))
    shares_core = by_group.filter((pl.col("len") == 2) & (pl.col("core") == 1))
    assert len(shares_core) > 0.8 * len(by_group.filter(pl.col("len") == 2))  # the rest met a trap and kept their own


def test_the_name_traps_are_there(printed: Printed):
    names = printed.registers.names["name"]
    assert names.str.ends_with("一厂").sum() == names.str.ends_with("二厂").sum() > 0
    assert names.str.ends_with("分公司").any()
    assert names.str.contains("集团").any()


def test_pick_takes_texts_by_place():
    assert pick("甲乙丙", pl.Series([2, 0]).to_numpy()).to_list() == ["丙", "甲"]
