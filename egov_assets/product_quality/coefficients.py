"""Two-stage least squares of every product at once, from added moments, in closed form.

Per product: ln q on ln p (endogenous; instrument: ln price elsewhere) and ln provincial GDP (exogenous), all within
market. With one instrument the estimator is a ratio of sums, once GDP is partialled out of q, p and the instrument.
Textbook names in this file: q quantity, p price, z instrument, g GDP; s_ab the cross-product of a and b.
"""

from enum import StrEnum

import polars as pl

from egov_assets.product_quality.moments import add_years, cross_product
from egov_assets.study import MIN_PRODUCT_FLOWS

NAMES = {"q": "ln_quantity", "p": "ln_price", "z": "ln_price_elsewhere", "g": "ln_province_gdp"}
MIN_SPREAD = 1e-9  # standard deviation in logs below which a variable is constant but for rounding
MIN_OWN_SHARE = 1e-9  # share of a variable's sum of squares that GDP must leave; pyfixest's collinearity limit
MIN_RELEVANCE = 1e-12  # squared partial correlation of price and instrument that rounding alone can make


class Rule(StrEnum):
    """What was done with a product, and why."""

    ESTIMATED = "estimated"
    WITHOUT_GDP = "estimated without provincial GDP"
    TOO_FEW_FLOWS = "dropped: too few flows"
    NO_FREEDOM = "dropped: no degrees of freedom"
    NO_PRICE_VARIATION = "dropped: price does not vary within markets"
    NO_INSTRUMENT_VARIATION = "dropped: instrument does not vary within markets"
    IRRELEVANT_INSTRUMENT = "dropped: instrument unrelated to price"
    ONE_QUALITY = "dropped: all flows have one quality"


USED = (Rule.ESTIMATED, Rule.WITHOUT_GDP)


def price_coefficients(moments: pl.DataFrame, min_flows: int = MIN_PRODUCT_FLOWS) -> pl.DataFrame:
    """One row per product: flows, cells, sigma_hat (minus the price coefficient), ln_gdp_coefficient, rule.

    moments    one row per product and year, as `moments_of_year` gives
    Beside     gdp_in_instrument, price_on_instrument: what the residual pass needs for robust standard errors
    Missing    every coefficient is null unless the rule is one of `USED`; ln_gdp_coefficient is 0 without GDP
    Source     method.md section 5 step 2; sigma_hat <= 1 is kept, since it is no divisor (reading 1)
    """
    sums = add_years(moments)
    sums = sums.with_columns(
        pl.col(cross_product(NAMES[a], NAMES[b])).alias(f"s_{a}{b}")
        for a, b in ("qq", "qp", "qz", "qg", "pp", "pz", "pg", "zz", "zg", "gg")
    )
    # GDP is constant where all firms of each market sit in one province; then it has nothing to add.
    has_gdp = pl.col("s_gg") / pl.col("flows") > MIN_SPREAD**2
    sums = sums.with_columns(
        pl.when(has_gdp).then(pl.col(f"s_{a}g") / pl.col("s_gg")).otherwise(0.0).alias(f"{a}_on_g") for a in "qpz"
    ).with_columns(
        (pl.col(f"s_{a}{b}") - pl.col(f"{a}_on_g") * pl.col(f"s_{b}g")).alias(f"o_{a}{b}")
        for a, b in ("qz", "pz", "pp", "zz")
    )
    regressors = pl.when(has_gdp).then(2).otherwise(1)
    rule = (
        pl.when(pl.col("flows") < min_flows)
        .then(pl.lit(Rule.TOO_FEW_FLOWS))
        .when(pl.col("flows") - pl.col("cells") - regressors < 1)
        .then(pl.lit(Rule.NO_FREEDOM))
        .when(_constant("p"))
        .then(pl.lit(Rule.NO_PRICE_VARIATION))
        .when(_constant("z"))
        .then(pl.lit(Rule.NO_INSTRUMENT_VARIATION))
        .when(pl.col("o_pz") ** 2 <= MIN_RELEVANCE * pl.col("o_pp") * pl.col("o_zz"))
        .then(pl.lit(Rule.IRRELEVANT_INSTRUMENT))
        .when(has_gdp)
        .then(pl.lit(Rule.ESTIMATED))
        .otherwise(pl.lit(Rule.WITHOUT_GDP))
    )
    solved = sums.with_columns(rule=rule, regressors=regressors).with_columns(
        price_coefficient=_if_used(pl.col("o_qz") / pl.col("o_pz"))
    )
    return solved.select(
        "hs6_2007_code",
        "flows",
        "cells",
        "regressors",
        sigma_hat=-pl.col("price_coefficient"),
        ln_gdp_coefficient=_if_used(pl.col("q_on_g") - pl.col("price_coefficient") * pl.col("p_on_g")),
        gdp_in_instrument=_if_used(pl.col("z_on_g")),
        gdp_in_price=_if_used(pl.col("p_on_g")),
        price_on_instrument=_if_used(pl.col("o_pz") / pl.col("o_zz")),
        relevance=_if_used(pl.col("o_pz")),
        rule="rule",
    )


def _constant(variable: str) -> pl.Expr:
    """True where the variable does not vary within markets, or only as provincial GDP does."""
    total, own = pl.col(f"s_{variable}{variable}"), pl.col(f"o_{variable}{variable}")
    return (total / pl.col("flows") <= MIN_SPREAD**2) | (own <= MIN_OWN_SHARE * total)


def _if_used(value: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("rule").is_in(USED)).then(value)
