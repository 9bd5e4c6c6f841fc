"""Reasons to refuse a pair although a key agrees. Each is True where two known facts contradict each other.

What belongs here: what makes a pair implausible, and for which steps it counts. A missing fact never refuses a pair.
"""

from collections.abc import Mapping

import polars as pl

from egov_assets.firm_match.settings import FirmMatchSettings

MAX_EXPORTS_PER_REVENUE = 10.0  # customs exports far beyond the survey's revenue belong to another firm
CNY_PER_USD = 6.5  # yearly means of 2010-2012 lie between 6.31 and 6.77 (NBS); the guard is a factor of ten
RARE_TOKEN_NAMES = 5  # a token of at most this many names is rare,
RARE_TOKEN_SHARE = 0.001  # or of at most this share of all names
PAIR = ["company_id", "survey_firm_id"]
CORES = ("core_customs", "core_survey")


def refusals(step: str, settings: FirmMatchSettings) -> Mapping[str, pl.Expr]:
    """The guards of a step that are switched on, in the order in which they are asked.

    A complete name with its place is itself evidence of the city and of the firm: by name, only names without place
    can be refused, for lying in two cities.
    Source  domain.md 3.5
    """
    other_city = pl.col("city_customs") != pl.col("city_survey")
    if step == "name":
        placeless = (pl.col("place_customs") == "") | (pl.col("place_survey") == "")
        return {"other_city": other_city & placeless} if settings.same_city else {}
    exports_thousand_cny = pl.col("export_value_usd") * CNY_PER_USD / 1000
    asked = {
        "other_city": (settings.same_city, other_city),
        "no_common_name_core": (settings.common_name_core and step == "zip_phone", ~pl.col("shares_rare_token")),
        "other_unit": (
            settings.same_unit and step != "carried_name",
            pl.col("unit_customs") != pl.col("unit_survey"),
        ),
        "other_ownership": (
            settings.same_ownership and step != "carried_name",
            pl.col("is_foreign_customs") != pl.col("is_foreign_survey"),
        ),
        "exports_above_revenue": (
            settings.plausible_exports,
            # A revenue of zero is a missing one.
            (exports_thousand_cny > MAX_EXPORTS_PER_REVENUE * pl.col("revenue_thousand_cny"))
            & (pl.col("revenue_thousand_cny") > 0),
        ),
    }
    return {guard: contradicts for guard, (is_on, contradicts) in asked.items() if is_on}


def judged(pairs: pl.DataFrame, guards: Mapping[str, pl.Expr]) -> pl.DataFrame:
    """The pairs with `outcome`: "accepted", or the first guard that refuses."""
    first = [pl.when(contradicts.fill_null(False)).then(pl.lit(guard)) for guard, contradicts in guards.items()]
    return pairs.with_columns(outcome=pl.coalesce(*first, pl.lit("accepted")))


def with_shared_rare_token(pairs: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """The pairs with `shares_rare_token`: the name cores share a character or two neighbours that few names have.

    pairs       core_customs, core_survey and PAIR; a pair without a core on one side gets null
    identities  all names of the year, in which rarity is counted
    """
    names = identities.select("core").drop_nulls().unique()
    rare = (
        _tokens(names, "core").group_by("token").len()
        .filter(pl.col("len") <= pl.max_horizontal(RARE_TOKEN_NAMES, RARE_TOKEN_SHARE * pl.lit(names.height)))
    )  # fmt: skip
    customs, survey = (_tokens(pairs, core, *PAIR).join(rare, on="token", how="semi") for core in CORES)
    sharing = customs.join(survey, on=[*PAIR, "token"], how="semi").select(PAIR).unique()
    has_cores = pl.all_horizontal(pl.col(CORES).is_not_null())
    flagged = pairs.join(sharing.with_columns(found=True), on=PAIR, how="left", maintain_order="left")
    return flagged.with_columns(shares_rare_token=pl.when(has_cores).then(pl.col("found").fill_null(False))).drop(
        "found"
    )


def _tokens(names: pl.DataFrame, core: str, *kept: str) -> pl.DataFrame:
    """The characters of each name core, its pairs of neighbouring characters and the whole core, each once: `token`."""
    signs = names.with_row_index("row").select("row", *kept, token=pl.col(core).str.split("")).explode("token")
    follows = pl.col("row") == pl.col("row").shift(-1)
    pairs = signs.with_columns(token=pl.when(follows).then(pl.col("token") + pl.col("token").shift(-1)))
    whole = names.with_row_index("row").select("row", *kept, token=core)
    return pl.concat([signs, pairs, whole]).drop_nulls("token").unique(["row", "token"]).select(*kept, "token")
