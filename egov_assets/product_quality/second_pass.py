"""The second pass over the flows, with coefficients known: squared scores, bounds of quality, and the moments again.

Memory holds a row for each line of all years (errors clustered by firm reach over years), and where tails are cut by
product the log quality of every flow.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from egov_assets.product_quality import codes, kernels
from egov_assets.product_quality.coefficients import INSTRUMENTS
from egov_assets.product_quality.flows import VARIABLES, Flows
from egov_assets.product_quality.moments import moments_of_block
from egov_assets.product_quality.precision import score_coefficients
from egov_assets.product_quality.residuals import extremes, log_quality_weights, of_products, places_among
from egov_assets.product_quality.settings import QualitySettings


@dataclass(frozen=True)
class Sums:
    """What flows add per product; p products.

    squares  outcome -> (p, 2) sums of squared scores of demand and first stage, where estimated
    bounds   outcome -> (2, p) least and greatest log quality
    """

    squares: dict[str, np.ndarray]
    bounds: dict[str, np.ndarray]


@dataclass(frozen=True)
class OfBlock:
    """What one block adds.

    at       (p,) place of its products among all; -1 for one without moments
    moments  as `moments_of_year` gives
    lines    product (its place), company_id, and the sum of scores of each estimated outcome
    values   product and log quality of each flow by outcome, where tails are cut by product over all years
    """

    at: np.ndarray
    moments: pl.DataFrame
    sums: Sums
    lines: pl.DataFrame
    values: pl.DataFrame | None


def block_pass(
    products: pl.Series, solved: dict[str, pl.DataFrame], settings: QualitySettings
) -> Callable[[Flows], OfBlock]:
    """What a block of flows adds, given the coefficients of each outcome."""
    place_of = {code: place for place, code in enumerate(products)}
    of_outcome = {outcome: of_products(products, table) for outcome, table in solved.items()}
    demand = {outcome: score_coefficients(of) for outcome, of in of_outcome.items()}
    methods = {outcome: settings.methods[outcome] for outcome in solved}
    quality = {outcome: log_quality_weights(of_outcome[outcome], method) for outcome, method in methods.items()}
    instruments = {
        outcome: VARIABLES.index(INSTRUMENTS[method.price_coefficient])
        for outcome, method in methods.items()
        if method.price_coefficient in INSTRUMENTS
    }

    def of_block(flows: Flows) -> OfBlock:
        at = places_among(place_of, flows.products)
        estimating = flows.with_price_elsewhere
        scores = {
            outcome: kernels.scores(
                estimating.within, instrument, demand[outcome][at], estimating.line_starts, estimating.line_product
            )
            for outcome, instrument in instruments.items()
        }
        logs = {
            outcome: kernels.log_quality(flows.within, flows.ln_price, quality[outcome][at], flows.product)
            for outcome in solved
        }
        heads = estimating.places[estimating.line_starts[:-1]]
        return OfBlock(
            at,
            moments_of_block(estimating),
            Sums(
                {outcome: squares for outcome, (squares, _) in scores.items()},
                {} if _needs_all_years(settings) else _extremes(flows, logs, settings),
            ),
            pl.DataFrame(
                {
                    "product": at[estimating.line_product],
                    "company_id": estimating.rows["company_id"].gather(heads),
                    **{outcome: of_line for outcome, (_, of_line) in scores.items()},
                }
            ),
            pl.DataFrame({"product": at[flows.product], **logs}) if _needs_all_years(settings) else None,
        )

    return of_block


def _needs_all_years(settings: QualitySettings) -> bool:
    """Whether bounds are quantiles over all years, which do not follow from those of each year."""
    return settings.tails != "keep" and settings.tails_within == "product"


def _extremes(flows: Flows, logs: dict[str, np.ndarray], settings: QualitySettings) -> dict[str, np.ndarray]:
    return {outcome: extremes(flows.product, values, len(flows.products), settings) for outcome, values in logs.items()}


def sums_of_blocks(
    blocks: Iterable[OfBlock], products: int, settings: QualitySettings
) -> tuple[Sums, list[pl.DataFrame], pl.DataFrame]:
    """Sums over all blocks, their lines, and their moments."""
    places = products + 1  # the last, or -1, takes what has no moments
    sums = Sums(
        defaultdict(lambda: np.zeros((places, 2))),
        {outcome: np.full((2, places), np.nan) for outcome in settings.methods},
    )
    lines, values, moments = [], [], []
    for block in blocks:
        for outcome, squares in block.sums.squares.items():
            sums.squares[outcome][block.at] += squares
        for outcome, (low, high) in block.sums.bounds.items():
            bounds = sums.bounds[outcome]
            bounds[0, block.at] = np.fmin(bounds[0, block.at], low)
            bounds[1, block.at] = np.fmax(bounds[1, block.at], high)
        lines.append(block.lines)
        if block.values is not None:
            values.append(block.values)
        moments.append(block.moments)
    if values:
        found = pl.concat(values)
        for outcome in settings.methods:
            value = found[outcome].to_numpy()
            sums.bounds[outcome][:, :-1] = extremes(found["product"].to_numpy(), value, products, settings)
    return sums, lines, pl.concat(moments)


def firms_of_products(lines: list[pl.DataFrame], products: int) -> dict[str, np.ndarray]:
    """(products,) the firms of all years and the sums of squares of their scores, added over years first.

    lines  as in `OfBlock`, year after year, of products with moments only
    """
    found = pl.concat(lines)
    company, companies = codes.numbers(*codes.words(found["company_id"]))
    product = found["product"].to_numpy()
    years = [0, *np.flatnonzero(np.diff(product) < 0) + 1, len(product)]
    starts = [first + np.searchsorted(product[first:end], np.arange(products + 1)) for first, end in pairwise(years)]
    scores = found.drop("product", "company_id")
    squares, firms = kernels.squared_sums_by_firm(scores.to_numpy(order="c"), company, companies, np.stack(starts))
    return {"firms": firms, **dict(zip(scores.columns, squares.T, strict=True))}
