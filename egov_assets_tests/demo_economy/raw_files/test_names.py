import unicodedata

import polars as pl

from egov_assets.demo_economy.raw_files.draws import pick
from egov_assets.demo_economy.raw_files.names import company_names, spelled_differently, worded_differently
from egov_assets.demo_economy.raw_files.places import city_names
from egov_assets.demo_economy.truth import read_truth
from egov_assets.platform.reference import table
from egov_assets_tests.demo_economy.raw_files.conftest import Printed
from egov_assets_tests.demo_economy.raw_files.tiny_economy import tiny_economy

KEYWORDS = tuple(table("intermediary_keywords")["keyword_zh"])


SIMPLIFIED = str.maketrans("電機業廠實飾設備", "电机业厂实饰设备")


def normalised(name: str) -> str:
    """What any reader of domain.md 3.4 would do: width, blanks, simplified characters, one limited liability."""
    unblanked = "".join(unicodedata.normalize("NFKC", name).split())
    return unblanked.translate(SIMPLIFIED).replace("有限责任公司", "有限公司")


def test_names_are_unique_and_can_be_written_in_the_old_encoding(printed: Printed):
    names = printed.registers.names["name"]
    assert names.is_unique().all()
    "".join(names).encode("gbk")


def test_names_stay_unique_when_every_trap_is_set():
    """Half of the firms copy the core of a firm that often lives in the same city."""
    economy = tiny_economy(firms=2000)
    cities = city_names(2012).rename({"city_short_name": "short_name"})
    noise = read_truth().match_noise.model_copy(update={"same_core_other_city": 0.5, "numbered_works": 0.5})
    names = company_names(economy.firm_years, cities, seed=5, noise=noise)
    assert names["name"].is_unique().all()


def test_every_other_spelling_is_undone_by_normalisation():
    names = ["虬猊獬(杭州)电子有限公司", "杭州虬猊獬电子有限责任公司", "杭州虬猊獬电子厂"]
    for kind in range(6):
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
    ).join(printed.registers.names.select("firm", "name_version", "name"), on=["firm", "name_version"])
    versions = names.group_by("firm").agg(pl.n_unique("name_version", "name"))
    assert (versions["name_version"] == versions["name"]).all()
    assert (versions["name_version"] == 2).sum() == 60  # one firm in ten of 600


def test_the_planted_shares_of_name_noise_come_out(printed: Printed):
    """Shares of 1800 firm-years, within three standard errors of a share of 600 firms."""
    noise = printed.economy.parameters.match_noise
    firms = pl.concat([printed.registers.of_year(year) for year in (2010, 2011, 2012)])
    firms = firms.join(printed.registers.names.select("firm", "name_version", "name"), on=["firm", "name_version"])
    firms = firms.filter(~pl.struct("firm", "year").is_in(_first_years_of_new_names(firms).implode()))
    plain, customs, survey = (
        [normalised(name) for name in firms[side]] for side in ("name", "customs_name", "survey_name")
    )
    shares = {
        "survey_typo_in_year": sum(new != old for new, old in zip(survey, plain, strict=True)) / len(firms),
        "typo": sum(new != old and len(new) == len(old) for new, old in zip(customs, plain, strict=True)) / len(firms),
        "wording_differs": sum(len(new) != len(old) for new, old in zip(customs, plain, strict=True)) / len(firms),
        "spelling_differs": sum(
            printed_name != name and new == old
            for printed_name, name, new, old in zip(firms["customs_name"], firms["name"], customs, plain, strict=True)
        )
        / len(firms),
    }
    for kind, share in shares.items():
        assert abs(share - getattr(noise, kind)) < 3 * (getattr(noise, kind) / 600) ** 0.5, kind


def _first_years_of_new_names(firms: pl.DataFrame) -> pl.Series:
    """Firm and year of the first year of every later name, when customs may keep the name before."""
    later = firms.filter(pl.col("name_version") > 0)
    return (
        later.group_by("firm", "name_version").agg(pl.col("year").min()).select(pl.struct("firm", "year")).to_series()
    )


def test_a_name_worded_differently_has_lost_its_place_or_trade_or_gained_its_province():
    pieces = {
        "before_core": ["杭州", ""],
        "core": "虬猊獬",
        "after_core": ["电子有限公司", "(杭州)厂"],
        "province_name": "浙江省",
    }
    written = pl.DataFrame(pieces).select(worded_differently(pl.lit(kind)).alias(str(kind)) for kind in range(3))
    assert written.rows() == [
        ("虬猊獬电子有限公司", "杭州虬猊獬有限公司", "浙江省杭州虬猊獬电子有限公司"),
        ("浙江省虬猊獬(杭州)厂", "浙江省虬猊獬(杭州)厂", "浙江省虬猊獬(杭州)厂"),
    ]


def test_doubled_noise_is_twice_each_share_and_at_most_one_half():
    doubled = read_truth().match_noise.model_copy(update={"typo": 0.1, "old_name_kept": 0.4}).times(2)
    assert (doubled.typo, doubled.old_name_kept) == (0.2, 0.5)


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


def test_a_sister_firm_shares_the_line_and_all_but_one_character_of_the_name(printed: Printed):
    names = printed.registers.names
    sisters = names.drop_nulls("sister_of").join(names, left_on="sister_of", right_on="firm", suffix="_of_elder")
    alike = sisters.filter(
        (pl.col("after_core") == pl.col("after_core_of_elder"))
        & (pl.col("core").str.head(-1) == pl.col("core_of_elder").str.head(-1))
        & (pl.col("name") != pl.col("name_of_elder"))
    )
    share = alike["firm"].n_unique() / len(names)
    assert 0 < share < 2 * printed.economy.parameters.match_noise.sister_firms
    phones = dict(printed.registers.of_year(2010).select("firm", pl.col("survey_phone").str.tail(7)).rows())
    pairs = [pair for pair in alike.select("firm", "sister_of").rows() if set(pair) <= set(phones)]
    shares_line = [phones[sister] == phones[elder] for sister, elder in pairs]
    assert sum(shares_line) > 0.8 * len(shares_line) > 0  # the rest print a placeholder
