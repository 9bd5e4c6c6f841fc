"""Which estimates can be trusted, and what becomes of those that cannot: kept, dropped, replaced, or pooled."""

import numpy as np
import polars as pl
from scipy.special import ndtri

from egov_assets.paper.study import CONFIDENCE_LEVEL
from egov_assets.product_quality.coefficients import ESTIMATES, Rule, with_sigma
from egov_assets.product_quality.pooling import pooled_sigmas
from egov_assets.product_quality.settings import Method, SparseData

SUSPICIONS = ("is_first_stage_weak", "is_sigma_at_most_one", "is_sigma_insignificant")
CRITICAL = float(ndtri((1 + CONFIDENCE_LEVEL) / 2))


def judged(table: pl.DataFrame, method: Method, rules: SparseData) -> pl.DataFrame:
    """Adds SUSPICIONS of each estimate, and sets rule and sigma by the treatment of the first that is treated.

    table    as `with_precision` gives
    Missing  a suspicion is null where nothing is estimated; without an error an estimate is insignificant
    """
    error = pl.coalesce("sigma_std_error_by_firm", "sigma_std_error")
    significant = (pl.col("sigma_hat").abs() >= CRITICAL * error).fill_null(False)
    table = table.with_columns(
        is_first_stage_weak=pl.col("first_stage_f") < rules.min_first_stage_f,
        is_sigma_at_most_one=pl.col("sigma_hat") <= 1,
        is_sigma_insignificant=pl.when(pl.col("sigma_hat").is_not_null()).then(~significant),
    )
    if not method.is_estimated:
        return table
    pooled = pl.lit(None, dtype=pl.Float64)
    if rules.pooling:
        table = table.with_columns(pooled_sigma=_pooled(table))
        pooled = pl.col("pooled_sigma")
        is_pooled = pl.col("rule").is_in(ESTIMATES) & pooled.is_not_null()
        table = table.with_columns(rule=pl.when(is_pooled).then(pl.lit(Rule.POOLED)).otherwise("rule"))
    own, any_estimate = pl.col("rule").is_in(ESTIMATES), pl.col("sigma_hat").is_not_null()
    at_most_one = any_estimate & (pl.coalesce(pooled, "sigma_hat") <= 1)
    treatments = (
        (own & pl.col("is_first_stage_weak"), rules.weak_first_stage, Rule.WEAK, Rule.IMPOSED_FOR_WEAK),
        (at_most_one, rules.sigma_at_most_one, Rule.SMALL, Rule.IMPOSED_FOR_SMALL),
        (
            own & pl.col("is_sigma_insignificant"),
            rules.insignificant_sigma,
            Rule.INSIGNIFICANT,
            Rule.IMPOSED_FOR_INSIGNIFICANT,
        ),
    )
    rule = pl.col("rule")
    for is_suspect, treatment, dropped, imposed in reversed(treatments):
        if treatment != "keep":
            rule = pl.when(is_suspect).then(pl.lit(dropped if treatment == "drop" else imposed)).otherwise(rule)
    return with_sigma(table.with_columns(rule=rule), method, pl.coalesce(pooled, "sigma_hat"))


def _pooled(table: pl.DataFrame) -> pl.Series:
    """The pooled sigma of each product with an estimate, else null."""
    estimates = table.filter(pl.col("sigma_hat").is_not_null())
    error = estimates.select(pl.coalesce("sigma_std_error_by_firm", "sigma_std_error")).to_series()
    # An error of 0 is one of a product that has no freedom left, not of one that is known.
    tells = (~estimates["is_first_stage_weak"].fill_null(False) & (error.fill_null(0.0) > 0)).to_numpy()
    variance = np.where(tells, error.fill_null(0.0).to_numpy() ** 2, np.inf)
    pooled = pooled_sigmas(estimates["hs6_2007_code"], estimates["sigma_hat"].to_numpy(), variance)
    found = estimates.select("hs6_2007_code", pooled_sigma=pl.Series(pooled, nan_to_null=True))
    return table.join(found, on="hs6_2007_code", how="left", maintain_order="left")["pooled_sigma"]


def words_of_suspicions(coefficients: pl.DataFrame) -> str:
    """What share of value has which suspect estimate, and what share of flows lies in thin markets, in a sentence."""
    shares = suspect_value_shares(coefficients)
    of_qua = coefficients.filter(outcome="qua").select(pl.col("flows", "thin_market_flows").sum())
    flows, thin = of_qua.row(0)
    return (
        f"{shares['is_suspect']:.1%} of value has a suspect elasticity (first stage weak "
        f"{shares['is_first_stage_weak']:.1%}, sigma at most 1 {shares['is_sigma_at_most_one']:.1%}, insignificant "
        f"{shares['is_sigma_insignificant']:.1%}); {thin / flows if flows else 0:.1%} of flows lie in thin markets"
    )


def suspect_value_shares(coefficients: pl.DataFrame) -> dict[str, float]:
    """Of the value of products with an estimate by the method of `qua`: the share under each of SUSPICIONS, and, as
    is_suspect, under any; 0 where nothing is estimated.
    """
    estimated = coefficients.filter(pl.col("outcome") == "qua", pl.col("sigma_hat").is_not_null())
    value = pl.col("export_value_usd")
    shares = {name: pl.col(name).fill_null(False) for name in SUSPICIONS}
    shares["is_suspect"] = pl.any_horizontal(shares.values())
    found = estimated.select((value * share).sum().alias(name) / value.sum() for name, share in shares.items())
    return {name: found[name].fill_nan(0.0).item() for name in shares}
