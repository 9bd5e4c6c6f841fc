"""The second pass over the flows: precision of each product's coefficients and the bounds of its quality."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.product_quality.coefficients import INSTRUMENTS, USED, Rule, price_coefficients
from egov_assets.product_quality.exact_sums import exact_sum
from egov_assets.product_quality.flows import Flows, Trade, product_ranges, read_trade
from egov_assets.product_quality.precision import scores, with_precision
from egov_assets.product_quality.residuals import extremes, log_quality, of_products
from egov_assets.product_quality.settings import QualitySettings

MIN_QUALITY_RANGE = 1e-9  # in logs; a product whose flows differ by less has one quality but for rounding
OF_ESTIMATE = ("sigma_hat", "sigma_std_error", "sigma_std_error_by_firm", "first_stage_f")
OF_QUALITY = ("sigma", "divisor_sigma", "ln_gdp_coefficient", "min_ln_quality", "max_ln_quality")


class StaleMoments(ValueError):
    """The stored moments were made from other flows than those read now."""


@dataclass(frozen=True)
class _YearPass:
    """What one year adds.

    flows_read  per product that is estimated from: hs6_2007_code, flows_read
    squares     outcome -> per product sums of squared scores, where estimated
    bounds      outcome -> per product low and high; or code and value of every flow, where tails are cut by product
    pairs       one row per product and firm, sorted: places among the trade's codes, the score of each outcome
    """

    flows_read: pl.DataFrame
    squares: dict[str, pl.DataFrame]
    bounds: dict[str, pl.DataFrame]
    pairs: pl.DataFrame
    companies: pl.Series
    products: pl.Series


def coefficient_table(
    moments: pl.DataFrame,
    exports: pl.LazyFrame,
    provinces: pl.LazyFrame,
    settings: QualitySettings | None = None,
) -> pl.DataFrame:
    """One row per outcome and product: counts, coefficients with their precision, the rule applied, bounds of quality.

    moments                  one row per product and year, as `moments_of_year` gives
    exports, provinces       all years, as in `read_trade`; read one year of some products at a time
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
    years = moments["year"].unique().sort()
    flows_read, tables = [], []
    for products in product_ranges(moments.select("hs6_2007_code", "flows")):
        own = {outcome: table.filter(products) for outcome, table in solved.items()}
        passes = [
            _pass_over_year(read_trade(exports.filter(pl.col("year") == year, products), provinces), own, settings)
            for year in years
        ]
        flows_read += [each.flows_read for each in passes]
        tables.append(_table_of_range(passes, own, settings))
    _refuse_stale(moments, pl.concat(flows_read))
    return pl.concat(tables).sort(pl.col("outcome").cast(pl.Enum(list(settings.methods))), "hs6_2007_code")


def _table_of_range(
    passes: list[_YearPass], solved: dict[str, pl.DataFrame], settings: QualitySettings
) -> pl.DataFrame:
    """`coefficient_table` of the products of one range."""
    firms = _firms(passes)
    tables = []
    for outcome, table in solved.items():
        table = table.join(firms.select("hs6_2007_code", "firms"), on="hs6_2007_code")
        if outcome in passes[0].squares:
            squares = pl.concat([each.squares[outcome] for each in passes]).group_by("hs6_2007_code")
            by_firm = firms.select("hs6_2007_code", firm_score_squares=outcome)
            table = table.join(squares.agg(exact_sum(pl.col("^.*squares$"))), on="hs6_2007_code")
            table = with_precision(table.join(by_firm, on="hs6_2007_code"))
        else:
            table = table.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in OF_ESTIMATE)
        if settings.methods[outcome].price_coefficient == "ols":
            table = table.with_columns(first_stage_f=pl.lit(None, dtype=pl.Float64))
        bounds = _bounds(pl.concat([each.bounds[outcome] for each in passes]), settings)
        table = _ruled(table.join(bounds, on="hs6_2007_code", how="left"))
        tables.append(table.with_columns(outcome=pl.lit(outcome)).sort("hs6_2007_code"))
    return pl.concat(tables, how="diagonal").select(
        "outcome", "hs6_2007_code", "flows", "firms", "cells", *OF_ESTIMATE, "rule", *OF_QUALITY
    )


def _pass_over_year(trade: Trade, solved: dict[str, pl.DataFrame], settings: QualitySettings) -> _YearPass:
    of_outcome = {outcome: of_products(trade.products, table) for outcome, table in solved.items()}
    instruments = {
        outcome: INSTRUMENTS[method.price_coefficient]
        for outcome, method in settings.methods.items()
        if method.price_coefficient in INSTRUMENTS
    }
    groups = len(trade.products)
    flows_read = np.zeros(groups, dtype=np.int64)
    squares = {outcome: np.zeros((2, groups)) for outcome in instruments}
    bounds: dict[str, list[pl.DataFrame]] = {outcome: [] for outcome in settings.methods}
    pairs = []
    for flows in trade.blocks(settings):
        estimating = flows.with_price_elsewhere
        flows_read += np.bincount(estimating.product, minlength=groups)
        of_pairs = {}
        for outcome, instrument in instruments.items():
            score, first_stage = scores(estimating, of_outcome[outcome], instrument)
            for position, values in enumerate((score, first_stage)):
                squares[outcome][position] += np.nan_to_num(np.bincount(estimating.product, values**2, groups))
            of_pairs[outcome] = np.nan_to_num(np.bincount(estimating.firm_product, score))
        first = estimating.numbers.select("company", "product")[estimating.first_of_firm_product]
        pairs.append(first.with_columns(pl.Series(name, values) for name, values in of_pairs.items()))
        for outcome, method in settings.methods.items():
            logs = log_quality(flows, of_outcome[outcome], method)
            bounds[outcome].append(_block_bounds(flows, logs, settings))
    return _YearPass(
        pl.DataFrame({"hs6_2007_code": trade.products, "flows_read": flows_read}).filter(pl.col("flows_read") > 0),
        {
            outcome: pl.DataFrame(
                {"hs6_2007_code": trade.products, "score_squares": own, "first_stage_score_squares": first_stage}
            )
            for outcome, (own, first_stage) in squares.items()
        },
        {outcome: pl.concat(found) for outcome, found in bounds.items()},
        pl.concat(pairs),
        trade.companies,
        trade.products,
    )


def _block_bounds(flows: Flows, logs: np.ndarray, settings: QualitySettings) -> pl.DataFrame:
    """Per product of the block low and high; or every value, since tails of a product need all years at once."""
    products = flows.trade.products
    if settings.tails != "keep" and settings.tails_within == "product":
        return pl.DataFrame({"hs6_2007_code": products.cast(pl.Categorical).gather(flows.product), "value": logs})
    place = flows.product - flows.first_product
    number = int(place.max(initial=-1)) + 1
    low, high = extremes(place, logs, number, settings)
    return pl.DataFrame({"hs6_2007_code": products.slice(flows.first_product, number), "low": low, "high": high})


def _firms(passes: list[_YearPass]) -> pl.DataFrame:
    """Per product, the firms of all years and the sums of squares of their scores, added over years first."""
    companies, products = (
        pl.concat([getattr(each, codes) for each in passes]).unique().sort() for codes in ("companies", "products")
    )
    # By product, then firm, as each year's pairs are sorted: putting the years together is a merge.
    keys = [
        _among(products, each.products)[each.pairs["product"]] * len(companies)
        + _among(companies, each.companies)[each.pairs["company"]]
        for each in passes
    ]
    key = np.concatenate(keys)
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    product = key[order][starts] // len(companies)
    found = {"firms": np.bincount(product, minlength=len(products))}
    scores = pl.concat([each.pairs for each in passes]).drop("company", "product")
    for outcome in scores.columns:
        of_firm = np.add.reduceat(scores[outcome].to_numpy()[order], starts)
        found[outcome] = np.bincount(product, of_firm**2, len(products))
    return pl.DataFrame({"hs6_2007_code": products, **found}).filter(pl.col("firms") > 0)


def _among(codes: pl.Series, some: pl.Series) -> np.ndarray:
    """(len(some),) the place of each of `some` among sorted `codes`."""
    return some.cast(pl.Enum(codes)).to_physical().cast(pl.Int64).to_numpy()


def _bounds(found: pl.DataFrame, settings: QualitySettings) -> pl.DataFrame:
    """Per product min_ln_quality and max_ln_quality over the years."""
    if "value" in found.columns:
        products = found["hs6_2007_code"].unique()
        group = found["hs6_2007_code"].cast(pl.Enum(products.cast(pl.String))).to_physical().cast(pl.Int64)
        low, high = extremes(group.to_numpy(), found["value"].to_numpy(), len(products), settings)
        found = pl.DataFrame({"hs6_2007_code": products.cast(pl.String), "low": low, "high": high})
    bounds = found.with_columns(pl.col("low", "high").fill_nan(None)).group_by("hs6_2007_code")
    return bounds.agg(min_ln_quality=pl.col("low").min(), max_ln_quality=pl.col("high").max())


def _refuse_stale(moments: pl.DataFrame, read: pl.DataFrame) -> None:
    """Every product must have as many flows now as its moments count."""
    counted, found = (
        each.group_by("hs6_2007_code").agg(pl.exclude("year").sum())
        for each in (moments.select("hs6_2007_code", "flows"), read)
    )
    both = counted.join(found, on="hs6_2007_code", how="full", coalesce=True)
    stale = both.filter(pl.col("flows").ne_missing(pl.col("flows_read").cast(pl.Int64))).sort("hs6_2007_code")
    if not stale.is_empty():
        first = ", ".join(stale["hs6_2007_code"].head(5))
        raise StaleMoments(
            f"quality_moments count other flows than clean_exports has now, for {stale.height} products "
            f"({first}, ...). "
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
