"""The table of coefficients: estimates of each product, their precision, and the bounds of its quality."""

from itertools import chain

import polars as pl
import polars.selectors as cs

from egov_assets.product_quality.coefficients import USED, Rule, price_coefficients
from egov_assets.product_quality.flows import Block, over_flows
from egov_assets.product_quality.precision import (
    SQUARES,
    added_by_product,
    scores_of_block,
    squared_by_firm,
    with_precision,
)
from egov_assets.product_quality.residuals import MIN_QUALITY_RANGE, least_and_most, log_qualities
from egov_assets.product_quality.settings import QualitySettings

OF_ESTIMATE = ("sigma_hat", "sigma_std_error", "sigma_std_error_by_firm", "first_stage_f")
OF_QUALITY = ("sigma", "divisor_sigma", "ln_gdp_coefficient", "min_ln_quality", "max_ln_quality")


def coefficient_table(
    moments: pl.DataFrame,
    exports: pl.LazyFrame,
    provinces: pl.LazyFrame,
    settings: QualitySettings | None = None,
) -> pl.DataFrame:
    """One row per outcome and product: counts, coefficients with their precision, the rule applied, bounds of quality.

    The flows are passed over a second time, with coefficients known. Memory holds a row for each run of all years
    (errors clustered by firm reach over years), and where tails are cut by product the log quality of every flow.

    moments                  one row per product and year, as `moments_of_year` gives of these flows
    exports, provinces       all years, as in `over_flows`; read one year at a time
    sigma_std_error          heteroskedasticity-robust, times flows / (flows - cells - regressors)
    sigma_std_error_by_firm  clustered by firm over all years, times firms / (firms - 1) and
                             (flows - 1) / (flows - cells - regressors); null with one firm
    first_stage_f            robust; with one instrument it is the Kleibergen-Paap and the effective F too; null under
                             least squares and where the instrument fits the price without error
    Missing                  estimates are null unless estimated; what quality needs unless the rule is one of `USED`
    """
    settings = settings or QualitySettings()
    solved = {
        outcome: price_coefficients(moments, method, settings.min_product_flows)
        for outcome, method in settings.methods.items()
    }

    of_all_years = settings.tails != "keep" and settings.tails_within == "product"

    def of_block(block: Block) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        logs = log_qualities(block, settings.methods, solved)
        bounds = logs if of_all_years else logs.group_by("product").agg(least_and_most(settings))
        codes = block.products["hs6_2007_code"].gather(bounds["product"])
        return *scores_of_block(block, settings.methods, solved), bounds.with_columns(codes)

    passes = (
        over_flows(of_block, exports.filter(year=year), provinces.filter(year=year), settings)
        for year in moments["year"].unique().sort()
    )
    squares, runs, bounds = map(pl.concat, zip(*chain.from_iterable(passes), strict=True))
    over_years = [cs.ends_with("_least").min(), cs.ends_with("_most").max()]
    bounds = bounds.group_by("hs6_2007_code").agg(least_and_most(settings) if of_all_years else over_years)
    sums = added_by_product(squares)
    for table in (squared_by_firm(runs), bounds):
        sums = sums.join(table, on="hs6_2007_code", how="left", validate="1:1")
    tables = [
        _ruled(_with_sums(table, outcome, sums)).with_columns(outcome=pl.lit(outcome))
        for outcome, table in solved.items()
    ]
    return pl.concat(tables, how="diagonal").select(
        "outcome", "hs6_2007_code", "flows", "firms", "cells", *OF_ESTIMATE, "rule", *OF_QUALITY
    )


def _with_sums(table: pl.DataFrame, outcome: str, sums: pl.DataFrame) -> pl.DataFrame:
    """The estimates of one outcome, sorted, with their precision and the bounds."""
    missing = pl.lit(None, dtype=pl.Float64)  # squared scores of an outcome that is not estimated
    squares = {name: f"{outcome}_{name}" for name in SQUARES}
    of_outcome = sums.select(
        "hs6_2007_code",
        firms=pl.col("firms").fill_null(0),
        min_ln_quality=f"{outcome}_least",
        max_ln_quality=f"{outcome}_most",
        **{name: column if column in sums.columns else missing for name, column in squares.items()},
    )
    return with_precision(table.join(of_outcome, on="hs6_2007_code", how="left", maintain_order="left", validate="1:1"))


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
