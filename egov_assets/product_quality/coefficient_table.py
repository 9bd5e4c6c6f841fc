"""The second pass over the flows: precision of each product's coefficients and the bounds of its quality."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import polars as pl

from egov_assets.product_quality import codes, kernels
from egov_assets.product_quality.coefficients import INSTRUMENTS, USED, Rule, price_coefficients
from egov_assets.product_quality.flows import VARIABLES, Flows, over_flows
from egov_assets.product_quality.precision import of_scores, with_precision
from egov_assets.product_quality.residuals import extremes, of_products, places_among, weights
from egov_assets.product_quality.settings import QualitySettings

MIN_QUALITY_RANGE = 1e-9  # in logs; a product whose flows differ by less has one quality but for rounding
OF_ESTIMATE = ("sigma_hat", "sigma_std_error", "sigma_std_error_by_firm", "first_stage_f")
OF_QUALITY = ("sigma", "divisor_sigma", "ln_gdp_coefficient", "min_ln_quality", "max_ln_quality")


class StaleMoments(ValueError):
    """The stored moments were made from other flows than those read now."""


@dataclass(frozen=True)
class _Sums:
    """What flows add per product; p products.

    flows_read  (p,) flows that are estimated from
    squares     outcome -> (p, 2) sums of squared scores of demand and first stage, where estimated
    bounds      outcome -> (2, p) least and greatest log quality
    """

    flows_read: np.ndarray
    squares: dict[str, np.ndarray]
    bounds: dict[str, np.ndarray]


@dataclass(frozen=True)
class _OfBlock:
    """What one block adds.

    at       (p,) place of its products among all; -1 for one without moments, which is named in `unknown`
    lines    product (its place), company_id, and the sum of scores of each estimated outcome
    values   product and log quality of each flow by outcome, where tails are cut by product over all years
    """

    at: np.ndarray
    unknown: set[str]
    sums: _Sums
    lines: pl.DataFrame
    values: pl.DataFrame | None


def coefficient_table(
    moments: pl.DataFrame,
    exports: pl.LazyFrame,
    provinces: pl.LazyFrame,
    settings: QualitySettings | None = None,
) -> pl.DataFrame:
    """One row per outcome and product: counts, coefficients with their precision, the rule applied, bounds of quality.

    moments                  one row per product and year, as `moments_of_year` gives
    exports, provinces       all years, as in `over_flows`; read one year at a time
    sigma_std_error          heteroskedasticity-robust, times flows / (flows - cells - regressors)
    sigma_std_error_by_firm  clustered by firm over all years, times firms / (firms - 1) and
                             (flows - 1) / (flows - cells - regressors); null with one firm
    first_stage_f            robust; with one instrument it is the Kleibergen-Paap and the effective F too; null under
                             least squares and where the instrument fits the price without error
    Missing                  estimates are null unless estimated; what quality needs unless the rule is one of `USED`
    Raises                   StaleMoments naming the first products whose flows are not those of the moments
    """
    settings = settings or QualitySettings()
    solved = {
        outcome: price_coefficients(moments, method, settings.min_product_flows)
        for outcome, method in settings.methods.items()
    }
    products = moments["hs6_2007_code"].unique().sort()
    years = moments["year"].unique().sort()
    of_block = _over_block(products, solved, settings)
    blocks = chain.from_iterable(
        over_flows(of_block, *(table.filter(pl.col("year") == year) for table in (exports, provinces)), settings)
        for year in years
    )
    sums, lines, unknown = _added(blocks, len(products), settings)
    _refuse_stale(moments, products, sums, unknown)
    firms = _firms(lines, len(products))
    tables = []
    for outcome, table in solved.items():
        table = table.sort("hs6_2007_code").with_columns(firms=firms["firms"])
        if outcome in sums.squares:
            table = with_precision(
                table.with_columns(
                    score_squares=sums.squares[outcome][:-1, 0],
                    first_stage_score_squares=sums.squares[outcome][:-1, 1],
                    firm_score_squares=firms[outcome],
                )
            )
        else:
            table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in OF_ESTIMATE)
        if settings.methods[outcome].price_coefficient == "ols":
            table = table.with_columns(first_stage_f=pl.lit(None, dtype=pl.Float64))
        low, high = sums.bounds[outcome][:, :-1]
        table = table.with_columns(min_ln_quality=low, max_ln_quality=high)
        table = _ruled(table.with_columns(pl.col("min_ln_quality", "max_ln_quality").fill_nan(None)))
        tables.append(table.with_columns(outcome=pl.lit(outcome)))
    return pl.concat(tables, how="diagonal").select(
        "outcome", "hs6_2007_code", "flows", "firms", "cells", *OF_ESTIMATE, "rule", *OF_QUALITY
    )


def _over_block(
    products: pl.Series, solved: dict[str, pl.DataFrame], settings: QualitySettings
) -> Callable[[Flows], _OfBlock]:
    """What a block of flows adds, given the coefficients of each outcome."""
    place_of = {code: place for place, code in enumerate(products)}
    of_outcome = {outcome: of_products(products, table) for outcome, table in solved.items()}
    demand = {outcome: of_scores(of) for outcome, of in of_outcome.items()}
    quality = {outcome: weights(of_outcome[outcome], method) for outcome, method in settings.methods.items()}
    instruments = {
        outcome: VARIABLES.index(INSTRUMENTS[method.price_coefficient])
        for outcome, method in settings.methods.items()
        if method.price_coefficient in INSTRUMENTS
    }

    def of_block(flows: Flows) -> _OfBlock:
        at = places_among(place_of, flows.products)
        estimating = flows.with_price_elsewhere
        flows_read = np.diff(estimating.product_starts)
        scores = {
            outcome: kernels.scores(
                estimating.within, instrument, demand[outcome][at], estimating.line_starts, estimating.line_product
            )
            for outcome, instrument in instruments.items()
        }
        logs = {
            outcome: kernels.weighed(flows.within, flows.ln_price, quality[outcome][at], flows.product)
            for outcome in solved
        }
        heads = estimating.places[estimating.line_starts[:-1]]
        return _OfBlock(
            at,
            set(flows.products.filter((at < 0) & (flows_read > 0))),
            _Sums(
                flows_read,
                {outcome: np.nan_to_num(squares) for outcome, (squares, _) in scores.items()},
                {} if _needs_all_years(settings) else _extremes(flows, logs, settings),
            ),
            pl.DataFrame(
                {
                    "product": at[estimating.line_product],
                    "company_id": estimating.rows["company_id"].gather(heads),
                    **{outcome: np.nan_to_num(of_line) for outcome, (_, of_line) in scores.items()},
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


def _added(
    blocks: Iterable[_OfBlock], products: int, settings: QualitySettings
) -> tuple[_Sums, list[pl.DataFrame], set[str]]:
    """Sums over all blocks, their lines, and the products without moments."""
    places = products + 1  # the last, or -1, takes what has no moments
    sums = _Sums(
        np.zeros(places, dtype=np.int64),
        defaultdict(lambda: np.zeros((places, 2))),
        {outcome: np.full((2, places), np.nan) for outcome in settings.methods},
    )
    lines, values, unknown = [], [], set()
    for block in blocks:
        sums.flows_read[block.at] += block.sums.flows_read
        for outcome, squares in block.sums.squares.items():
            sums.squares[outcome][block.at] += squares
        for outcome, (low, high) in block.sums.bounds.items():
            bounds = sums.bounds[outcome]
            bounds[0, block.at] = np.fmin(bounds[0, block.at], low)
            bounds[1, block.at] = np.fmax(bounds[1, block.at], high)
        lines.append(block.lines)
        if block.values is not None:
            values.append(block.values)
        unknown |= block.unknown
    if values:
        found = pl.concat(values).filter(pl.col("product") >= 0)
        for outcome in settings.methods:
            value = found[outcome].to_numpy()
            sums.bounds[outcome][:, :-1] = extremes(found["product"].to_numpy(), value, products, settings)
    return sums, lines, unknown


def _firms(lines: list[pl.DataFrame], products: int) -> dict[str, np.ndarray]:
    """(products,) the firms of all years and the sums of squares of their scores, added over years first."""
    found = pl.concat(lines).filter(pl.col("product") >= 0)
    company, companies = codes.numbers(*codes.words(found["company_id"]))
    product = found["product"].to_numpy()
    years = [0, *np.flatnonzero(np.diff(product) < 0) + 1, len(product)]  # each begins with the least product again
    starts = [first + np.searchsorted(product[first:end], np.arange(products + 1)) for first, end in pairwise(years)]
    scores = found.drop("product", "company_id")
    squares, firms = kernels.squared_sums_by_firm(scores.to_numpy(order="c"), company, companies, np.stack(starts))
    return {"firms": firms, **dict(zip(scores.columns, squares.T, strict=True))}


def _refuse_stale(moments: pl.DataFrame, products: pl.Series, sums: _Sums, unknown: set[str]) -> None:
    """Every product must have as many flows now as its moments count."""
    counted = moments.group_by("hs6_2007_code").agg(pl.col("flows").sum()).sort("hs6_2007_code")["flows"]
    stale = sorted({*products.filter(counted.to_numpy() != sums.flows_read[:-1]), *unknown})
    if stale:
        raise StaleMoments(
            f"quality_moments count other flows than clean_exports has now, for {len(stale)} products "
            f"({', '.join(stale[:5])}, ...). "
            "Materialize quality_moments again for every year, then quality_coefficients."
        )


def _ruled(table: pl.DataFrame) -> pl.DataFrame:
    """The rule for products of one quality; what quality needs is null where dropped."""
    one_quality = pl.col("max_ln_quality") - pl.col("min_ln_quality") <= MIN_QUALITY_RANGE
    table = table.with_columns(
        rule=pl.when(one_quality & pl.col("rule").is_in(USED)).then(pl.lit(Rule.ONE_QUALITY)).otherwise("rule")
    )
    # An estimate is shown although its product was dropped only where the estimate itself is the reason.
    shown = pl.col("rule").is_in([*USED, Rule.SIGMA_AT_MOST_ONE])
    return table.with_columns(
        *(pl.when(pl.col("rule").is_in(USED)).then(pl.col(name)).alias(name) for name in OF_QUALITY),
        *(pl.when(shown).then(pl.col(name)).alias(name) for name in OF_ESTIMATE),
    )
