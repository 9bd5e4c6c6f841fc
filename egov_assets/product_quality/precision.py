"""How precise the estimates are: scores of the flows, robust and firm-clustered standard errors, first-stage F.

A score is a flow's instrument (after market and GDP) times its residual; under least squares the price is its own
instrument. Squared scores add over flows and years. Scores of one firm and product are added over its flows and years
first, then squared, for errors clustered by firm.
"""

import numpy as np
import polars as pl

from egov_assets.product_quality.exact_sums import group_sums
from egov_assets.product_quality.flows import Flows
from egov_assets.product_quality.residuals import of_flows


def scores(flows: Flows, coefficients: pl.DataFrame, instrument: str) -> tuple[np.ndarray, np.ndarray]:
    """(n,) scores of the demand equation, (n,) of the first stage; 0 in products without estimate.

    coefficients  as `price_coefficients` gives
    instrument    the variable that stands for the price
    """
    within = flows.within_market
    price, gdp = within["ln_price"], within["ln_province_gdp"]
    sigma = of_flows(flows, coefficients, "sigma_hat")
    on_gdp = {name: of_flows(flows, coefficients, f"gdp_in_{name}") for name in ("instrument", "price", "estimate")}
    own_instrument = within[instrument] - on_gdp["instrument"] * gdp
    residual = within["ln_quantity"] - (on_gdp["estimate"] * gdp - sigma * price)
    first_stage = price - on_gdp["price"] * gdp - of_flows(flows, coefficients, "price_on_instrument") * own_instrument
    return np.nan_to_num(own_instrument * residual), np.nan_to_num(own_instrument * first_stage)


def score_sums(flows: Flows, coefficients: pl.DataFrame, instrument: str) -> tuple[pl.DataFrame, np.ndarray]:
    """Per product score_squares and first_stage_score_squares; and the score of each firm-product (groups,)."""
    score, first_stage = scores(flows, coefficients, instrument)
    groups = len(flows.products)
    squares = pl.DataFrame(
        {
            "hs6_2007_code": flows.products,
            "score_squares": group_sums(score**2, flows.product, groups),
            "first_stage_score_squares": group_sums(first_stage**2, flows.product, groups),
        }
    )
    return squares, group_sums(score, flows.firm_product, int(flows.firm_product.max(initial=-1)) + 1)


def with_precision(table: pl.DataFrame) -> pl.DataFrame:
    """Adds sigma_std_error, sigma_std_error_by_firm, first_stage_f to a table with the three sums of squared scores."""
    flows, freedom = pl.col("flows"), pl.col("flows") - pl.col("cells") - pl.col("regressors")
    by_firm = pl.col("firms") / (pl.col("firms") - 1) * (flows - 1) / freedom
    strength = pl.col("relevance") ** 2 / (flows / freedom * pl.col("first_stage_score_squares"))
    relevance = pl.col("relevance").abs()
    return table.with_columns(
        sigma_std_error=(flows / freedom * pl.col("score_squares")).sqrt() / relevance,
        sigma_std_error_by_firm=pl.when(pl.col("firms") > 1).then(
            (by_firm * pl.col("firm_score_squares")).sqrt() / relevance
        ),
        first_stage_f=pl.when(strength.is_finite()).then(strength),
    ).with_columns(
        pl.when(pl.col("sigma_hat").is_not_null()).then(pl.col(name)).alias(name)
        for name in ("sigma_std_error", "sigma_std_error_by_firm", "first_stage_f")
    )
