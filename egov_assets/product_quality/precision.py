"""How precise the estimates are: scores of the flows, robust and firm-clustered standard errors, first-stage F.

A score is a flow's instrument (after market and GDP) times its residual; under least squares the price is its own
instrument. Squared scores add over flows and years. Scores of one firm and product are added over its flows and years
first, then squared, for errors clustered by firm.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from egov_assets.product_quality.coefficients import INSTRUMENTS
from egov_assets.product_quality.flows import Block, numbered
from egov_assets.product_quality.settings import Method

SQUARES = ("score_squares", "first_stage_score_squares", "firm_score_squares")  # per product, after `<outcome>_`
OF_SCORES = ("gdp_in_instrument", "gdp_in_estimate", "sigma_hat", "gdp_in_price", "price_on_instrument")


def scores_of_block(
    block: Block, methods: Mapping[str, Method], solved: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Of each estimated outcome, the squared scores of the block's products, and the scores of its runs.

    methods, solved  by outcome; `solved` as `price_coefficients` gives
    Gives            hs6_2007_code, and per outcome the sums of squared scores of demand and of first stage (0 under
                     least squares); hs6_2007_code, company_id, and per outcome the sum of the run's demand scores
    Missing          NaN in products without estimate
    """
    block = block.with_price_elsewhere
    run = np.cumsum(block.opens_run) - 1
    squares, of_run = {}, {}
    for outcome, method in methods.items():
        if method.is_estimated:
            instrument = INSTRUMENTS[method.price_coefficient]
            demand, first_stage = _scores(block, instrument, solved[outcome])
            squares[f"{outcome}_score_squares"] = block.sums(demand * demand)
            squares[f"{outcome}_first_stage_score_squares"] = block.sums(first_stage * first_stage)
            of_run[outcome] = np.bincount(run, demand).astype(np.float64)
    runs = block.flows.select("hs6_2007_code", "company_id").filter(block.opens_run)
    return block.products.select("hs6_2007_code").with_columns(**squares), runs.with_columns(**of_run)


def _scores(block: Block, instrument: str, solved: pl.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """(n,) scores of demand and (n,) of the first stage, which are 0 where the price is its own instrument."""
    found = block.coefficients(solved)
    of = {name: found[name].to_numpy()[block.product] for name in OF_SCORES}
    quantity, price, gdp = (block.within[name] for name in ("ln_quantity", "ln_price", "ln_province_gdp"))
    own = block.within[instrument] - of["gdp_in_instrument"] * gdp
    demand = own * (quantity - of["gdp_in_estimate"] * gdp + of["sigma_hat"] * price)
    if instrument == "ln_price":
        return demand, np.zeros_like(demand)
    return demand, own * (price - of["gdp_in_price"] * gdp - of["price_on_instrument"] * own)


def squared_by_firm(runs: pl.DataFrame) -> pl.DataFrame:
    """Per product, sorted, its firms and of each outcome the squares of scores added over the runs of a firm first.

    runs  from `scores_of_block`, of all blocks and years
    """
    (product, _), (company, companies) = numbered(runs["hs6_2007_code"]), numbered(runs["company_id"])
    _, first, firm = np.unique(product * len(companies) + company, return_index=True, return_inverse=True)
    appearing = np.argsort(first)  # squares are added in the order in which firms appear
    squares = {
        f"{scores.name}_firm_score_squares": np.bincount(firm, scores)[appearing] ** 2
        for scores in runs.drop("hs6_2007_code", "company_id")
    }
    of_firm = pl.DataFrame({"hs6_2007_code": runs["hs6_2007_code"].gather(first[appearing]), **squares})
    return added_by_product(of_firm.with_columns(firms=pl.lit(1))).with_columns(pl.col("firms").cast(pl.Int64))


def added_by_product(table: pl.DataFrame) -> pl.DataFrame:
    """One row per hs6_2007_code, sorted: the other columns added in the order of the rows."""
    product, products = numbered(table["hs6_2007_code"])
    added = {column.name: np.bincount(product, column, len(products)) for column in table.drop("hs6_2007_code")}
    return pl.DataFrame({"hs6_2007_code": products, **added})


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
