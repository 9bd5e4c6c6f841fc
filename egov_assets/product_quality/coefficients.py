"""The demand coefficients of every product at once, from added moments, in closed form.

Per product: ln q on ln p (instrument: ln price elsewhere, or itself under least squares) and ln provincial GDP
(exogenous), all within market. With one instrument the estimator is a ratio of sums, once GDP is partialled out of q, p
and the instrument. Textbook names in this file: q quantity, p price, x instrument, g GDP; s_ab the cross-product of a
and b, o_ab the same after GDP.
"""

from enum import StrEnum

import polars as pl

from egov_assets.paper.study import MIN_PRODUCT_FLOWS
from egov_assets.product_quality.imposed_sigmas import sigmas_by_product
from egov_assets.product_quality.moments import COUNTS, add_years, cross_product
from egov_assets.product_quality.settings import Method

INSTRUMENTS = {"iv": "ln_price_elsewhere", "ols": "ln_price"}  # under least squares the price is its own
NAMES = {"q": "ln_quantity", "p": "ln_price", "g": "ln_province_gdp"}
MIN_SPREAD = 1e-9  # standard deviation in logs below which a variable is constant but for rounding
MIN_OWN_SHARE = 1e-9  # share of a variable's sum of squares that GDP must leave; pyfixest's collinearity limit
MIN_RELEVANCE = 1e-12  # squared partial correlation of price and instrument that rounding alone can make


class Rule(StrEnum):
    """What was done with a product, and why."""

    ESTIMATED = "estimated"
    WITHOUT_GDP = "estimated without provincial GDP"
    IMPOSED = "sigma imposed"
    POOLED = "estimate pooled with its group"
    IMPOSED_FOR_SMALL = "sigma imposed: estimate at most 1"
    IMPOSED_FOR_WEAK = "sigma imposed: weak first stage"
    IMPOSED_FOR_INSIGNIFICANT = "sigma imposed: estimate insignificant"
    UNIT_VALUE = "unit value"
    TOO_FEW_FLOWS = "dropped: too few flows"
    NO_FREEDOM = "dropped: no degrees of freedom"
    NO_PRICE_VARIATION = "dropped: price does not vary within markets"
    NO_INSTRUMENT_VARIATION = "dropped: instrument does not vary within markets"
    IRRELEVANT_INSTRUMENT = "dropped: instrument unrelated to price"
    SMALL = "dropped: estimate at most 1"
    WEAK = "dropped: weak first stage"
    INSIGNIFICANT = "dropped: estimate insignificant"
    NO_SIGMA = "dropped: no sigma in the table"
    ONE_QUALITY = "dropped: all flows have one quality"


FELL_BACK = (Rule.IMPOSED_FOR_SMALL, Rule.IMPOSED_FOR_WEAK, Rule.IMPOSED_FOR_INSIGNIFICANT)
SUSPECT_DROPPED = (Rule.SMALL, Rule.WEAK, Rule.INSIGNIFICANT)
USED = (Rule.ESTIMATED, Rule.WITHOUT_GDP, Rule.POOLED, *FELL_BACK, Rule.IMPOSED, Rule.UNIT_VALUE)
ESTIMATES = (Rule.ESTIMATED, Rule.WITHOUT_GDP)


def price_coefficients(
    moments: pl.DataFrame, method: Method | None = None, min_flows: int = MIN_PRODUCT_FLOWS
) -> pl.DataFrame:
    """One row per product: counts, sigma_hat (minus the price coefficient), what the residual needs, and rule.

    moments    one row per product and year, as `moments_of_year` gives
    Gives      sigma_hat, the estimate; sigma, the elasticity in the residual; ln_gdp_coefficient; divisor_sigma
    Beside     gdp_in_instrument, price_on_instrument, ...: what the residual pass needs for robust standard errors;
               imposed_sigma, what a rule may fall back on
    Missing    sigma_hat is null unless estimated, the rest unless the rule is one of `USED`; ln_gdp_coefficient is 0
               without GDP, sigma and divisor_sigma are null where quality is the unit value
    Source     method.md section 5 step 2; which estimates can be trusted is judged later, with their precision
    """
    method = method or Method()
    sums = _partialled(add_years(moments), method)
    imposed = sigmas_by_product(sums["hs6_2007_code"], method)
    solved = sums.with_columns(imposed).with_columns(rule=_rule(method, min_flows))
    is_estimate = pl.col("rule").is_in(ESTIMATES)
    solved = solved.with_columns(sigma_hat=_where(is_estimate, -(pl.col("o_qx") / pl.col("o_px"))))
    return with_sigma(
        solved.select(
            "hs6_2007_code",
            *COUNTS,
            "regressors",
            "sigma_hat",
            "imposed_sigma",
            "rule",
            gdp_in_quantity=pl.col("q_on_g"),
            gdp_in_price=pl.col("p_on_g"),
            gdp_in_estimate=_where(is_estimate, pl.col("q_on_g") + pl.col("sigma_hat") * pl.col("p_on_g")),
            gdp_in_instrument=_where(is_estimate, pl.col("x_on_g")),
            price_on_instrument=_where(is_estimate, pl.col("o_px") / pl.col("o_xx")),
            relevance=_where(is_estimate, pl.col("o_px")),
        ),
        method,
        pl.col("sigma_hat"),
    )


def with_sigma(table: pl.DataFrame, method: Method, estimate: pl.Expr) -> pl.DataFrame:
    """Sets what the residual needs by the rule: sigma (the estimate given, or imposed), divisor_sigma, GDP's part.

    Missing  all three where the rule is not one of `USED`, or quality is the unit value
    """
    used = pl.col("rule").is_in(USED) & (method.price_coefficient != "unit_value")
    sigma = pl.when(pl.col("rule").is_in([Rule.IMPOSED, *FELL_BACK])).then("imposed_sigma").otherwise(estimate)
    return table.with_columns(sigma=_where(used, sigma)).with_columns(
        divisor_sigma=_where(used, pl.lit(method.sigma) if method.divisor == "constant" else pl.col("sigma")),
        ln_gdp_coefficient=_where(used, pl.col("gdp_in_quantity") + pl.col("sigma") * pl.col("gdp_in_price")),
    )


def _partialled(sums: pl.DataFrame, method: Method) -> pl.DataFrame:
    """Adds has_gdp, regressors, a_on_g and o_ab; x is the instrument, or the price itself under least squares."""
    variables = NAMES | {"x": INSTRUMENTS.get(method.price_coefficient, "ln_price")}
    sums = sums.with_columns(
        pl.col(cross_product(variables[a], variables[b])).alias(f"s_{a}{b}")
        for a, b in map(tuple, ("qx", "qg", "pp", "px", "pg", "xx", "xg", "gg"))
    )
    # GDP is constant where all firms of each market sit in one province; then it has nothing to add.
    has_gdp = (pl.col("s_gg") / pl.col("flows") > MIN_SPREAD**2) & method.province_gdp
    return (
        sums.with_columns(has_gdp=has_gdp, regressors=pl.when(has_gdp).then(2).otherwise(1))
        .with_columns(
            pl.when("has_gdp").then(pl.col(f"s_{a}g") / pl.col("s_gg")).otherwise(0.0).alias(f"{a}_on_g") for a in "qpx"
        )
        .with_columns(
            (pl.col(f"s_{a}{b}") - pl.col(f"{a}_on_g") * pl.col(f"s_{b}g")).alias(f"o_{a}{b}")
            for a, b in map(tuple, ("qx", "px", "pp", "xx"))
        )
    )


def _rule(method: Method, min_flows: int) -> pl.Expr:
    few = pl.when(pl.col("flows") < min_flows).then(pl.lit(Rule.TOO_FEW_FLOWS))
    if method.price_coefficient == "unit_value":
        return few.otherwise(pl.lit(Rule.UNIT_VALUE))
    if method.price_coefficient == "imposed":
        missing = pl.col("imposed_sigma").is_null()
        return few.when(missing).then(pl.lit(Rule.NO_SIGMA)).otherwise(pl.lit(Rule.IMPOSED))
    return (
        few.when(pl.col("flows") - pl.col("cells") - pl.col("regressors") < 1)
        .then(pl.lit(Rule.NO_FREEDOM))
        .when(_constant("p"))
        .then(pl.lit(Rule.NO_PRICE_VARIATION))
        .when(_constant("x"))
        .then(pl.lit(Rule.NO_INSTRUMENT_VARIATION))
        .when(pl.col("o_px") ** 2 <= MIN_RELEVANCE * pl.col("o_pp") * pl.col("o_xx"))
        .then(pl.lit(Rule.IRRELEVANT_INSTRUMENT))
        .when("has_gdp" if method.province_gdp else pl.lit(True))
        .then(pl.lit(Rule.ESTIMATED))
        .otherwise(pl.lit(Rule.WITHOUT_GDP))
    )


def _constant(variable: str) -> pl.Expr:
    """True where the variable does not vary within markets, or only as provincial GDP does."""
    total, own = pl.col(f"s_{variable}{variable}"), pl.col(f"o_{variable}{variable}")
    return (total / pl.col("flows") <= MIN_SPREAD**2) | (own <= MIN_OWN_SHARE * total)


def _where(condition: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(value)
