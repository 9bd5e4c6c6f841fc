"""How precise the estimates are: scores of the flows, robust and firm-clustered standard errors, first-stage F.

A score is a flow's instrument (after market and GDP) times its residual; under least squares the price is its own
instrument. Squared scores add over flows and years. Scores of one firm and product are added over its flows and years
first, then squared, for errors clustered by firm.
"""

import numpy as np
import polars as pl


def score_coefficients(of: dict[str, np.ndarray]) -> np.ndarray:
    """(products, 5) the coefficients that `kernels.scores` takes; NaN in products without estimate.

    of  from `of_products`, of the table that `price_coefficients` gives
    """
    return np.column_stack(
        [
            of["gdp_in_instrument"],
            of["gdp_in_estimate"],
            -of["sigma_hat"],
            of["gdp_in_price"],
            of["price_on_instrument"],
        ]
    )


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
