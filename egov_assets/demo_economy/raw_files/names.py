"""Invented company names and people: place + core + industry word + legal form, with the traps of domain.md 3.4.

What belongs here: how a name is made and misspelt. The cores are beasts of legend, so no name can be a real firm's.
"""

import numpy as np
import polars as pl

from egov_assets.demo_economy.raw_files.draws import below, pick, uniform
from egov_assets.demo_economy.raw_files.rates import MatchNoise

BEASTS = (
    "麒貔貅饕餮獬豸夔螭蜃鲲鸾鹓犼狻猊睚眦狴犴赑屃貘獍猰貐獓猲狸狰狪羬"
    "狌鸰鹔鹴鹬鹖鹕鹈鹇鹉鼍鼋鳐鳑鲮鲼虺蛟虬蜚蠃鵸鵌獙猾褢朏獐鹗麂麇鹞"
)
CORE_LENGTH = 3  # 64^3 cores: enough for 200,000 names; more names take one character more
TRADITIONAL = {"电": "電", "机": "機", "业": "業", "厂": "廠", "实": "實", "饰": "飾", "设备": "設備"}
STEMS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
INTERMEDIARY_WORDS = ("进出口", "国际贸易", "贸易", "经贸", "外贸", "工贸", "科贸", "物流")
LEGAL_FORMS = ("有限公司",) * 14 + ("有限责任公司",) * 3 + ("股份有限公司", "实业有限公司", "厂")
DIVISION_WORDS = {  # GB/T 4754-2002 division -> what its firms call their trade
    "13": "粮油食品", "14": "食品", "15": "饮料", "16": "烟草", "17": "纺织", "18": "服饰", "19": "皮革", "20": "木业",
    "21": "家具", "22": "纸业", "23": "印务", "24": "文体用品", "25": "石化", "26": "化工", "27": "制药", "28": "化纤",
    "29": "橡胶", "30": "塑料", "31": "陶瓷", "32": "钢铁", "33": "有色金属", "34": "五金", "35": "机械", "36": "设备",
    "37": "汽车配件", "39": "电器", "40": "电子", "41": "仪器", "42": "工艺品", "43": "再生资源", "44": "热力",
    "45": "燃气", "46": "水务",
}  # fmt: skip
OTHER_DIVISION_WORD = "实业"


def company_names(firm_years: pl.DataFrame, cities: pl.DataFrame, seed: int, noise: MatchNoise) -> pl.DataFrame:
    """One row per firm and name_version: firm, name_version, before_core, core, after_core, name, sister_of.

    Names are unique; sister_of is the firm whose name, line and district a sister firm shares or nearly shares.

    firm_years  as in Economy; place and industry of a name are those of the version's first year
    cities      city_code, short_name
    The planted traps: same core and trade in two cities, 一厂 / 二厂, sisters of one differing character, groups
    sharing a core, branches (分公司).
    """
    named = (
        firm_years.sort("firm", "year")
        .unique(["firm", "name_version"], keep="first", maintain_order=True)
        .join(cities.select("city_code", "short_name"), on="city_code", how="left", maintain_order="left")
        .sort("city_code", "firm", "name_version")
        .with_row_index("rank")
    )
    plain = named.with_columns(_plain_pieces(named, seed))
    trapped = _with_groups_and_branches(_with_sisters(_with_city_traps(plain, seed, noise), seed, noise))
    trapped = trapped.with_columns(
        name=pl.concat_str("before_core", "core", "after_core"),
        own_name=pl.concat_str("own_before_core", "own_core", "own_after_core"),
    )
    # A trap may by chance meet a firm's own name or another trap: then it is given up. Own names differ by their cores.
    is_trap = pl.col("name") != pl.col("own_name")
    meets_own = pl.col("name").is_in(trapped["own_name"].implode())
    is_taken = is_trap & (meets_own | ~pl.col("name").is_first_distinct())
    pieces = ("before_core", "core", "after_core")
    own = [pl.when(is_taken).then("own_" + piece).otherwise(piece).alias(piece) for piece in pieces]
    return (
        trapped.with_columns(own)
        .with_columns(name=pl.concat_str(*pieces))
        .select("firm", "name_version", *pieces, "name", "sister_of")
        .sort("firm", "name_version")
    )


def misspelt_core(core: pl.Series, entities: np.ndarray, seed: int) -> pl.Series:
    """Each core with its last character replaced by another one."""
    shift = 1 + below(entities, seed, "typo", len(BEASTS) - 1)
    place = np.array([BEASTS.index(text[-1]) for text in core], dtype=np.int64)
    return core.str.head(-1) + pick(BEASTS, (place + shift) % len(BEASTS))


def spelled_differently(name: pl.Expr, kind: pl.Expr) -> pl.Expr:
    """The same name in another of six spellings (kind 0-5); normalisation as in domain.md 3.4 undoes each."""
    wide_brackets = name.str.replace("(", "（", literal=True).str.replace(")", "）", literal=True)
    traditional = name.str.replace_many(TRADITIONAL)
    has_responsibility = name.str.contains("有限责任公司", literal=True)
    other_form = (
        pl.when(has_responsibility)
        .then(name.str.replace("有限责任公司", "有限公司", literal=True))
        .otherwise(name.str.replace("有限公司", "有限责任公司", literal=True))
    )
    changed_form = pl.when(other_form == name).then(name + "　").otherwise(other_form)
    return (
        pl.when(kind == 0).then(pl.when(wide_brackets == name).then(changed_form).otherwise(wide_brackets))
        .when(kind == 1).then(changed_form)
        .when(kind == 2).then(name + "\t")
        .when(kind == 3).then(name + " ")
        .when(kind == 4).then(pl.when(traditional == name).then(changed_form).otherwise(traditional))
        .otherwise(name.str.head(2) + "　" + name.str.slice(2))
    )  # fmt: skip


def worded_differently(kind: pl.Expr) -> pl.Expr:
    """The name of before_core, core, after_core (kind 0-2) without place, without trade, or behind its province.

    A name that has no place or no known trade word to leave out gets the province.
    """
    before, core, after = pl.col("before_core"), pl.col("core"), pl.col("after_core")
    untraded = after.str.replace_many(dict.fromkeys(sorted(set(DIVISION_WORDS.values())), ""))
    return (
        pl.when((kind == 0) & (before != "")).then(core + after)
        .when((kind == 1) & (untraded != after)).then(before + core + untraded)
        .otherwise(pl.col("province_name") + before + core + after)
    )  # fmt: skip


def legal_persons(entities: np.ndarray, seed: int) -> pl.Series:
    """Surname, the sign 拟 (invented), two celestial stems: about 10,000 people, so some firms share one."""
    surname = pick(SURNAMES, below(entities, seed, "surname", len(SURNAMES)))
    first = pick(STEMS, below(entities, seed, "given name 1", len(STEMS)))
    return surname + "拟" + first + pick(STEMS, below(entities, seed, "given name 2", len(STEMS)))


def _plain_pieces(named: pl.DataFrame, seed: int) -> list[pl.Series]:
    firms = named["firm"].to_numpy()
    city = named["short_name"]
    words = (
        named["industry_2002_code"]
        .str.head(2)
        .replace_strict(DIVISION_WORDS, default=OTHER_DIVISION_WORD, return_dtype=pl.String)
    )
    trader = pick(INTERMEDIARY_WORDS, below(firms, seed, "trader word", len(INTERMEDIARY_WORDS)))
    words = trader.zip_with(named["is_intermediary"], words)
    form = pick(LEGAL_FORMS, below(firms, seed, "legal form", len(LEGAL_FORMS)))
    form = form.zip_with(~(named["is_intermediary"] & (form == "厂")), pl.Series(["有限公司"] * len(form)))
    style = pl.Series(uniform(firms, seed, "name style"))
    is_bracketed = (style < 0.08) & (form != "厂")
    before = (city + "市").zip_with(style > 0.80, city)
    before = pl.Series([""] * len(city)).zip_with(is_bracketed, before)
    after = ("(" + city + ")" + words + form).zip_with(is_bracketed, words + form)
    core = _cores(named["rank"].to_numpy(), seed)
    made = {"before_core": before, "core": core, "after_core": after, "trade_word": words}
    own = {"own_" + piece: made[piece] for piece in ("before_core", "core", "after_core")}
    return [text.alias(piece) for piece, text in (made | own).items()]


def _cores(ranks: np.ndarray, seed: int) -> pl.Series:
    """Different ranks give different cores: the rank is scrambled by steps that can be undone, then written base 64."""
    length = CORE_LENGTH if len(ranks) < 200_000 else CORE_LENGTH + 1
    bits = 6 * length
    mask = (1 << bits) - 1
    code = (ranks.astype(np.int64) * 0x2545F491 + seed) & mask
    for multiplier in (0x9E3779B1, 0x85EBCA6B):
        code ^= code >> (bits // 2)
        code = (code * multiplier) & mask
    code ^= code >> (bits // 2)
    core = pick(BEASTS, code & 63)
    for position in range(1, length):
        core = core + pick(BEASTS, (code >> (6 * position)) & 63)
    return core


def _with_city_traps(named: pl.DataFrame, seed: int, noise: MatchNoise) -> pl.DataFrame:
    firms = named["firm"].to_numpy()
    other = named[pl.Series(below(firms, seed, "other city's core", len(named)))]
    copies_core = pl.Series(uniform(firms, seed, "same core") < noise.same_core_other_city)
    # An intermediary keeps its own trade word: the keyword rule must find it, and must not find others.
    copies_core &= ~named["is_intermediary"] & ~other["is_intermediary"]
    copied = named.with_columns(
        before_core=(named["short_name"] + "市").zip_with(copies_core, named["before_core"]),
        core=other["core"].zip_with(copies_core, named["core"]),
        after_core=(other["trade_word"] + "有限公司").zip_with(copies_core, named["after_core"]),
    )
    is_drawn = pl.Series("drawn", uniform(firms, seed, "numbered works") < noise.numbered_works)
    previous_city = pl.col("city_code").shift(1, fill_value="")
    previous_firm = pl.col("firm").shift(1, fill_value=-1)
    stands_alone = ~pl.col("is_intermediary") & ~pl.col("is_branch") & pl.col("group").is_null()
    are_makers = stands_alone & stands_alone.shift(1, fill_value=False)
    is_second = is_drawn & are_makers & (pl.col("city_code") == previous_city) & (pl.col("firm") != previous_firm)
    marked = copied.with_columns(is_second=is_second).with_columns(
        is_second=pl.col("is_second") & ~pl.col("is_second").shift(1, fill_value=False)
    )
    marked = marked.with_columns(is_first=pl.col("is_second").shift(-1, fill_value=False))
    is_first, is_second = pl.col("is_first"), pl.col("is_second")
    works = pl.when(is_first | is_second)
    return marked.with_columns(
        before_core=works.then("short_name").otherwise("before_core"),
        core=pl.when(is_second).then(pl.col("core").shift(1)).otherwise("core"),
        after_core=pl.when(is_first).then(pl.col("trade_word") + "一厂")
        .when(is_second).then(pl.col("trade_word").shift(1) + "二厂").otherwise("after_core"),
    )  # fmt: skip


def _with_sisters(named: pl.DataFrame, seed: int, noise: MatchNoise) -> pl.DataFrame:
    """A sister takes place and trade of the firm before it in the city, and its core with one other character."""
    firms = named["firm"].to_numpy()
    is_drawn = pl.lit(pl.Series(uniform(firms, seed, "sister firm") < noise.sister_firms))
    elder_core = named["core"].shift(1, fill_value=named["core"][0])
    stands_alone = ~pl.col("is_intermediary") & pl.col("group").is_null() & (pl.col("name_version") == 0)
    is_plain = stands_alone & (pl.col("core") == pl.col("own_core")) & ~pl.col("after_core").str.contains("[一二]厂$")
    are_plain = is_plain & is_plain.shift(1, fill_value=False)
    marked = named.with_columns(is_sister=is_drawn & are_plain & (pl.col("city_code") == pl.col("city_code").shift(1)))
    is_sister = pl.col("is_sister") & ~pl.col("is_sister").shift(1, fill_value=False)
    return marked.with_columns(
        sister_of=pl.when(is_sister).then(pl.col("firm").shift(1)),
        before_core=pl.when(is_sister).then(pl.col("before_core").shift(1)).otherwise("before_core"),
        core=pl.when(is_sister).then(pl.lit(misspelt_core(elder_core, firms, seed))).otherwise("core"),
        after_core=pl.when(is_sister).then(pl.col("after_core").shift(1)).otherwise("after_core"),
    )


def _with_groups_and_branches(named: pl.DataFrame) -> pl.DataFrame:
    """Members of a group carry the core of its first firm; a branch carries that firm's whole name."""
    lead = (
        named.filter(pl.col("group").is_not_null())
        .sort("group", "is_intermediary", "firm", "name_version")
        .unique("group", keep="first", maintain_order=True)
        .select("group", "before_core", "core", "trade_word", lead="firm")
    )
    joined = named.join(lead, on="group", how="left", suffix="_of_lead", maintain_order="left")
    is_lead = pl.col("firm") == pl.col("lead")
    is_member = pl.col("lead").is_not_null() & ~is_lead
    branch_of_lead = pl.col("trade_word_of_lead") + "集团有限公司" + pl.col("short_name") + "分公司"
    takes_core = is_member & (pl.col("name_version") == 0) & ~pl.col("is_intermediary")
    return joined.with_columns(
        before_core=pl.when(takes_core & pl.col("is_branch")).then("before_core_of_lead").otherwise("before_core"),
        core=pl.when(takes_core).then("core_of_lead").otherwise("core"),
        after_core=pl.when(is_lead).then(pl.col("trade_word") + "集团有限公司")
        .when(takes_core & pl.col("is_branch")).then(branch_of_lead)
        .when(pl.col("is_branch")).then(pl.col("after_core") + "分公司")
        .otherwise("after_core"),
    )  # fmt: skip
