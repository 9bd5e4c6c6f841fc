"""Pair customs firms with survey firms of a year, step by step; every pair that was considered keeps its verdict.

A key pairs two firms only where exactly one firm on each side has it, so the result is one-to-one, does not depend on
the order of the rows, and no firm is picked out of several candidates.
"""

from collections.abc import Callable

import polars as pl

from egov_assets.firm_match.guards import PAIR, judged, refusals, with_shared_rare_token
from egov_assets.firm_match.probabilistic import probable_pairs
from egov_assets.firm_match.settings import FirmMatchSettings

STEPS = ("name", "carried_name", "zip_phone", "probabilistic")
CANDIDATES = (
    "year", "step", *PAIR, "outcome", "evidence", "probability", "customs_name", "survey_name", "export_value_usd",
)  # fmt: skip
PHONE_KEY = ("zip", "phone7")


def match_candidates(identities: pl.DataFrame, year: int, settings: FirmMatchSettings) -> pl.DataFrame:
    """Every pair considered in the year and what became of it (CANDIDATES), sorted by step and ids.

    identities  as `firm_identities` gives, all years: names of other years are known names of a firm
    outcome     accepted; several_firms (the key is not one firm's on each side); already_matched (an earlier step took
                the survey firm); placeholder_phone, shared_phone; or the guard that refuses
    survey_firm_id  null where the key leads to several survey firms: one row stands for all of them
    Source      Tian & Yu 2013, Yu 2015 (domain.md 3.2); names carried within the company id (3.2); guards (3.5)
    """
    of_year = identities.filter(pl.col("year") == year)
    customs, survey = _side(of_year, "customs"), _side(of_year, "survey")
    open_customs, open_survey = customs, survey
    considered = []
    for step, find in _steps(identities, customs, survey, settings).items():
        pairs = _with_traits(find(open_customs, open_survey), customs, survey)
        if step == "zip_phone":
            pairs = with_shared_rare_token(pairs, of_year)
        verdicts = judged(pairs, refusals(step, settings))
        # What finding the pair already ruled out stands before the guards.
        verdicts = verdicts.with_columns(outcome=pl.coalesce("ruled_out", "outcome"))
        accepted = verdicts.filter(pl.col("outcome") == "accepted")
        open_customs = open_customs.join(accepted, on="company_id", how="anti")
        open_survey = open_survey.join(accepted, on="survey_firm_id", how="anti")
        considered.append(verdicts.with_columns(step=pl.lit(step), year=pl.lit(year, pl.Int32)).select(CANDIDATES))
    order = pl.col("step").replace_strict({step: place for place, step in enumerate(STEPS)}, return_dtype=pl.Int8)
    return pl.concat(considered).sort(order, *PAIR, nulls_last=True)


def accepted_pairs(candidates: pl.DataFrame) -> pl.DataFrame:
    """One row per matched pair: company_id, survey_firm_id, year, method, evidence, probability and both names."""
    return (
        candidates.filter(pl.col("outcome") == "accepted")
        .rename({"step": "method"})
        .select(*PAIR, "year", "method", "evidence", "probability", "customs_name", "survey_name")
        .sort("company_id", "year")
    )


Finder = Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]


def _steps(
    identities: pl.DataFrame, customs: pl.DataFrame, survey: pl.DataFrame, settings: FirmMatchSettings
) -> dict[str, Finder]:
    """The steps that are switched on; each finds pairs (PAIR, ruled_out, evidence, probability) among open firms."""
    steps: dict[str, Finder] = {
        "name": lambda left, right: _same_key(left, customs, right, survey, ("name",), settings),
    }
    if settings.carry_names:
        steps["carried_name"] = lambda left, right: _same_name_of_any_year(left, right, identities)
    steps["zip_phone"] = lambda left, right: _same_key(left, customs, right, survey, PHONE_KEY, settings)
    if settings.probabilistic:
        steps["probabilistic"] = lambda left, right: probable_pairs(left, right, settings.least_probability)
    return steps


def _same_key(
    open_customs: pl.DataFrame,
    customs: pl.DataFrame,
    open_survey: pl.DataFrame,
    survey: pl.DataFrame,
    key: tuple[str, ...],
    settings: FirmMatchSettings,
) -> pl.DataFrame:
    """Open customs firms whose key some survey firm of the year has.

    The key must be one firm's among all firms, not among the open ones: a group's telephone stays ambiguous after one
    of its firms was found by name.
    """
    in_survey = survey.drop_nulls(key).group_by(key).agg(
        pl.col("survey_firm_id").min(), in_survey=pl.len(), fault_survey=pl.col("phone_fault").min()
    )  # fmt: skip
    in_customs = customs.drop_nulls(key).group_by(key).agg(in_customs=pl.len())
    met = open_customs.drop_nulls(key).join(in_survey, on=key).join(in_customs, on=key)
    is_alone = (pl.col("in_survey") == 1) & (pl.col("in_customs") == 1)
    is_open = pl.col("survey_firm_id").is_in(open_survey["survey_firm_id"].implode())
    ruled_out: pl.Expr = pl.when(~is_alone).then(pl.lit("several_firms")).when(~is_open).then(pl.lit("already_matched"))
    if key == PHONE_KEY:
        faults = [fault for fault, is_on in _phone_faults(settings).items() if is_on]
        fault = pl.coalesce("phone_fault", "fault_survey")
        ruled_out = pl.when(fault.is_in(faults)).then(fault + "_phone").otherwise(ruled_out)
    return met.select(
        "company_id",
        survey_firm_id=pl.when(pl.col("in_survey") == 1).then("survey_firm_id"),
        ruled_out=ruled_out,
        evidence=pl.concat_str(key, separator=" "),
        probability=pl.lit(None, pl.Float64),
    )


def _phone_faults(settings: FirmMatchSettings) -> dict[str, bool]:
    return {"placeholder": settings.no_placeholder_phones, "shared": settings.no_shared_phones}


def _same_name_of_any_year(
    open_customs: pl.DataFrame, open_survey: pl.DataFrame, identities: pl.DataFrame
) -> pl.DataFrame:
    """Open firms of which a name of any year is the other's of any year, and nobody else's in any year."""
    known = identities.drop_nulls(["name", "entity"]).select("register", "entity", "name").unique()
    own = known.filter(pl.len().over("register", "name") == 1)
    customs, survey = (own.filter(pl.col("register") == register) for register in ("customs", "survey"))
    named = customs.rename({"entity": "company"}).join(survey.rename({"entity": "panel"}), on="name")
    pairs = (
        named.join(open_customs.select("company_id", company="entity"), on="company")
        .join(open_survey.select("survey_firm_id", panel="entity"), on="panel")
        .group_by(PAIR)
        .agg(evidence=pl.col("name").min())
    )
    is_alone = (pl.len().over("company_id") == 1) & (pl.len().over("survey_firm_id") == 1)
    return pairs.select(
        *PAIR,
        ruled_out=pl.when(~is_alone).then(pl.lit("several_firms")),
        evidence="evidence",
        probability=pl.lit(None, pl.Float64),
    )


def _side(of_year: pl.DataFrame, register: str) -> pl.DataFrame:
    identifier = {"customs": "company_id", "survey": "survey_firm_id"}[register]
    return of_year.filter(pl.col("register") == register).rename({"firm_id": identifier})


def _with_traits(pairs: pl.DataFrame, customs: pl.DataFrame, survey: pl.DataFrame) -> pl.DataFrame:
    """The pairs with what the guards ask of both firms."""
    traits = ("city", "place", "core", "unit", "is_foreign")
    left = customs.select(
        "company_id", "export_value_usd", customs_name="printed_name", **{f"{trait}_customs": trait for trait in traits}
    )
    right = survey.select(
        "survey_firm_id", "revenue_thousand_cny", survey_name="printed_name",
        **{f"{trait}_survey": trait for trait in traits},
    )  # fmt: skip
    return pairs.join(left, on="company_id").join(right, on="survey_firm_id", how="left")
