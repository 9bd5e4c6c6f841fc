"""How precise the estimates are: scores of the flows, robust and firm-clustered standard errors, first-stage F.

A score is a flow's instrument (after market and GDP) times its residual; under least squares the price is its own
instrument. Squared scores add over flows and years. Scores of one firm and product are added over its flows and years
first, then squared, for errors clustered by firm.
"""

import numpy as np
import polars as pl

from egov_assets.product_quality.flows import Flows


def scores(flows: Flows, of: dict[str, np.ndarray], instrument: str) -> tuple[np.ndarray, np.ndarray]:
    """(n,) scores of the demand equation, (n,) of the first stage; NaN in products without estimate.

    Under least squares there is no first stage: its scores are 0.
    of          from `of_products`, of the table that `price_coefficients` gives
    instrument  the variable that stands for the price
    """
    product, within = flows.product, flows.within_market
    price, gdp = within["ln_price"], within["ln_province_gdp"]
    own_instrument = within[instrument] - of["gdp_in_instrument"][product] * gdp
    residual = within["ln_quantity"] - (of["gdp_in_estimate"][product] * gdp - of["sigma_hat"][product] * price)
    if instrument == "ln_price":
        return own_instrument * residual, np.zeros(len(product))
    first_stage = price - of["gdp_in_price"][product] * gdp - of["price_on_instrument"][product] * own_instrument
    return own_instrument * residual, own_instrument * first_stage


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
