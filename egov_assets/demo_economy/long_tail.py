"""`python -m egov_assets.demo_economy.long_tail [truth.yml or variant]`: how thin markets, how weak instruments are.

What belongs here: what a study will meet in the declared flows, worked out without its estimator and its rules.
"""

import sys
from pathlib import Path

import polars as pl

from egov_assets.demo_economy.economy import Economy, simulate
from egov_assets.demo_economy.oracle import usable_flows
from egov_assets.demo_economy.truth import read_truth
from egov_assets.paper.study import MIN_PRODUCT_FLOWS

PRODUCT = "hs6_2007_code"
RUN, MARKET = ["firm", PRODUCT, "year"], [PRODUCT, "destination_iso3", "year"]


def declared_flows(economy: Economy) -> pl.DataFrame:
    """The usable flows of all years, of products with enough of them, as they are declared.

    FLOWS and in_long_tail, cost_pass_through, in_market (flows of product, destination and year), ln q, ln p, and
    z (ln price elsewhere).
    """
    blocks = (block for year in economy.parameters.years for block in usable_flows(economy, year))
    quantity = pl.col("quantity") * pl.col("unit_slip")
    flows = (
        pl.concat(blocks)
        .join(economy.world.products, on=PRODUCT, maintain_order="left")
        .filter(pl.len().over(PRODUCT) >= MIN_PRODUCT_FLOWS)
        .with_columns(q=quantity.log(), p=(pl.col("value_usd") / quantity).log(), in_market=pl.len().over(MARKET))
    )
    return flows.with_columns(z=(pl.col("p").sum().over(RUN) - pl.col("p")) / (pl.len().over(RUN) - 1))


def demand_estimates(flows: pl.DataFrame) -> pl.DataFrame:
    """hs6_2007_code, in_long_tail, cost_pass_through, value_usd, sigma_hat, first_stage_f (robust): within market, by
    the price elsewhere, without provincial GDP. Where every flow is alone in its market sigma_hat is NaN and F is 0.

    flows: `declared_flows`
    """
    within = flows.with_columns(pl.col("q", "p", "z") - pl.col("q", "p", "z").mean().over(MARKET))
    slope = (pl.col("z") * pl.col("p")).sum().over(PRODUCT) / (pl.col("z") ** 2).sum().over(PRODUCT)
    return (
        within.with_columns(score=pl.col("z") * (pl.col("p") - slope * pl.col("z")))
        .group_by(PRODUCT, maintain_order=True)
        .agg(
            pl.first("in_long_tail", "cost_pass_through"),
            pl.sum("value_usd"),
            sigma_hat=-(pl.col("z") * pl.col("q")).sum() / (pl.col("z") * pl.col("p")).sum(),
            first_stage_f=(pl.col("z") * pl.col("p")).sum() ** 2 / (pl.col("score") ** 2).sum(),
        )
        .with_columns(pl.col("first_stage_f").fill_nan(0.0))
    )


def report(economy: Economy) -> str:
    """Shares of products and of value, of flows and of slips, as text."""
    flows = declared_flows(economy)
    products = demand_estimates(flows)
    alone = flows.filter(pl.col("in_market") == 1).height / flows.height
    in_tail = flows.filter("in_long_tail").height / flows.height
    lines = [
        f"{len(products)} products with at least {MIN_PRODUCT_FLOWS} usable flows, {products['in_long_tail'].sum()} "
        f"of them in the long tail of {economy.world.in_long_tail.sum()}; {len(flows)} flows, of them {in_tail:.3f} in "
        f"the tail, {alone:.3f} alone in their market, {flows['unit_slip'].ne(1).sum()} with a slip of the unit"
    ]
    value = pl.col("value_usd")
    for words, rows in (
        ("sigma at most 1", pl.col("sigma_hat") <= 1),
        ("sigma below 0", pl.col("sigma_hat") < 0),
        ("first-stage F under 10", pl.col("first_stage_f") < 10),
    ):
        count, of_products, of_value = products.select(
            rows.sum(), share=rows.mean(), value=value.filter(rows).sum() / value.sum()
        ).row(0)
        lines.append(f"{words}: {count} products, {of_products:.3f} of them, {of_value:.4f} of value")
    return "\n".join(lines)


if __name__ == "__main__":
    for given in sys.argv[1:]:
        print(given)
        print(report(simulate(read_truth(Path(given)))))
    if not sys.argv[1:]:
        print(report(simulate()))
