"""The table of coefficients: estimates of each product, their precision, and the bounds of its quality."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import polars as pl
import polars.selectors as cs

from egov_assets.product_quality.coefficients import FELL_BACK, SUSPECT_DROPPED, USED, Rule, price_coefficients
from egov_assets.product_quality.flows import Block, over_flows
from egov_assets.product_quality.moments import COUNTS
from egov_assets.product_quality.parallel import Result
from egov_assets.product_quality.precision import (
    SQUARES,
    added_by_product,
    scores_of_block,
    squared_by_firm,
    with_precision,
)
from egov_assets.product_quality.reliability import SUSPICIONS, judged
from egov_assets.product_quality.residuals import MIN_QUALITY_RANGE, least_and_most, log_qualities
from egov_assets.product_quality.settings import QualitySettings

OF_ESTIMATE = ("sigma_hat", "sigma_std_error", "sigma_std_error_by_firm", "first_stage_f", *SUSPICIONS)
OF_QUALITY = ("sigma", "divisor_sigma", "ln_gdp_coefficient", "min_ln_quality", "max_ln_quality")


def coefficient_table(
    moments: pl.DataFrame,
    exports: pl.LazyFrame,
    provinces: pl.LazyFrame,
    settings: QualitySettings | None = None,
    pooled: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """One row per outcome and product: counts, coefficients with their precision, the rule applied, bounds of quality.

    The flows are passed over a second time, with estimates known, and those of products whose sigma is not the estimate
    (judged by its precision, which the second pass gives) a third time. Memory holds a row for each run of all years
    (errors clustered by firm reach over years), and where tails are cut by product the log quality of every flow.

    moments                  one row per product and year, as `moments_of_year` gives of these flows
    exports, provinces       all years, as in `over_flows`; read one year at a time
    pooled                   as `means_of_markets` gives, where the settings pool years
    sigma_std_error          heteroskedasticity-robust, times flows / (flows - cells - regressors)
    sigma_std_error_by_firm  clustered by firm over all years, times firms / (firms - 1) and
                             (flows - 1) / (flows - cells - regressors); null with one firm
    first_stage_f            robust; with one instrument it is the Kleibergen-Paap and the effective F too; null under
                             least squares and where the instrument fits the price without error
    Missing                  estimates are null unless estimated; what quality needs unless the rule is one of `USED`
    """
    settings = settings or QualitySettings()
    methods = settings.methods
    solved = {
        outcome: price_coefficients(moments, method, settings.min_product_flows) for outcome, method in methods.items()
    }

    def of_block(block: Block) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        return *scores_of_block(block, methods, solved), _values_for_bounds(block, solved, settings, pooled)

    def over_years(function: Callable[[Block], Result], exports: pl.LazyFrame) -> Iterator[Result]:
        for year in moments["year"].unique().sort():
            yield from over_flows(function, exports.filter(year=year), provinces.filter(year=year), settings)

    squares, runs, bounds = map(pl.concat, zip(*over_years(of_block, exports), strict=True))
    sums = added_by_product(squares).join(squared_by_firm(runs), on="hs6_2007_code", how="left", validate="1:1")
    tables = {
        outcome: judged(_with_precision(table, outcome, sums), methods[outcome], settings.sparse_data)
        for outcome, table in solved.items()
    }
    replaced = _replaced(tables.values())
    if replaced:
        is_replaced = pl.col("hs6_2007_code").is_in(replaced)
        again = over_years(
            lambda block: _values_for_bounds(block, tables, settings, pooled), exports.filter(is_replaced)
        )
        bounds = pl.concat([bounds.filter(~is_replaced), *again])
    bounds = bounds.group_by("hs6_2007_code").agg(
        least_and_most(settings)
        if _are_bounds_of_all_years(settings)
        else [cs.ends_with("_least").min(), cs.ends_with("_most").max()]
    )
    ruled = [_ruled(table, outcome, bounds).with_columns(outcome=pl.lit(outcome)) for outcome, table in tables.items()]
    return pl.concat(ruled, how="diagonal").select(
        "outcome", "hs6_2007_code", "firms", *COUNTS, *OF_ESTIMATE, "rule", *OF_QUALITY
    )


def _are_bounds_of_all_years(settings: QualitySettings) -> bool:
    """Whether bounds are quantiles of all years at once, which those of single years do not give."""
    return settings.tails != "keep" and settings.tails_within == "product"


def _values_for_bounds(
    block: Block, tables: Mapping[str, pl.DataFrame], settings: QualitySettings, pooled: pl.DataFrame | None
) -> pl.DataFrame:
    """hs6_2007_code and the extremes of each outcome in the block, or where these do not suffice all its values."""
    logs = log_qualities(block, tables, settings, pooled)
    if not _are_bounds_of_all_years(settings):
        logs = logs.group_by("product").agg(least_and_most(settings))
    return logs.with_columns(block.products["hs6_2007_code"].gather(logs["product"]))


def _replaced(tables: Iterable[pl.DataFrame]) -> list[str]:
    """The products with quality by a sigma that is not the one they were passed over with: their own estimate."""
    is_other = pl.col("rule").is_in([Rule.POOLED, *FELL_BACK])
    return sorted({code for table in tables for code in table.filter(is_other)["hs6_2007_code"]})


def _with_precision(table: pl.DataFrame, outcome: str, sums: pl.DataFrame) -> pl.DataFrame:
    """The estimates of one outcome, sorted, with the firms they rest on and their precision."""
    missing = pl.lit(None, dtype=pl.Float64)  # squared scores of an outcome that is not estimated
    squares = {name: f"{outcome}_{name}" for name in SQUARES}
    of_outcome = sums.select(
        "hs6_2007_code",
        firms=pl.col("firms").fill_null(0),
        **{name: column if column in sums.columns else missing for name, column in squares.items()},
    )
    return with_precision(table.join(of_outcome, on="hs6_2007_code", how="left", maintain_order="left", validate="1:1"))


def _ruled(table: pl.DataFrame, outcome: str, bounds: pl.DataFrame) -> pl.DataFrame:
    """The table of one outcome with its bounds, and the rule for products of one quality; what quality needs is null
    where dropped.
    """
    of_outcome = bounds.select("hs6_2007_code", min_ln_quality=f"{outcome}_least", max_ln_quality=f"{outcome}_most")
    table = table.join(of_outcome, on="hs6_2007_code", how="left", maintain_order="left", validate="1:1")
    # Nor has quality a product all of whose flows lie in thin markets.
    one_quality = (pl.col("max_ln_quality") - pl.col("min_ln_quality") <= MIN_QUALITY_RANGE).fill_null(True)
    table = table.with_columns(
        rule=pl.when(one_quality & pl.col("rule").is_in(USED)).then(pl.lit(Rule.ONE_QUALITY)).otherwise("rule")
    )
    # An estimate is shown although its product was dropped only where the estimate itself is the reason.
    shown = pl.col("rule").is_in([*USED, *SUSPECT_DROPPED])
    return table.with_columns(
        *(pl.when(pl.col("rule").is_in(USED)).then(pl.col(name)).alias(name) for name in OF_QUALITY),
        *(pl.when(shown).then(pl.col(name)).alias(name) for name in OF_ESTIMATE),
    )
