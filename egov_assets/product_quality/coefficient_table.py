"""The second pass over the flows: precision of each product's coefficients and the bounds of its quality."""

import polars as pl

from egov_assets.product_quality.coefficients import USED, Rule, price_coefficients
from egov_assets.product_quality.exact_sums import exact_sum
from egov_assets.product_quality.flows import usable_flows
from egov_assets.product_quality.residuals import log_quality
from egov_assets.study import DIVISOR_SIGMA, MIN_PRODUCT_FLOWS

MIN_QUALITY_RANGE = 1e-9  # in logs; a product whose flows differ by less has one quality but for rounding
MEASURES = ("sigma_hat", "sigma_std_error", "ln_gdp_coefficient", "first_stage_f", "min_ln_quality", "max_ln_quality")


class StaleMoments(ValueError):
    """The stored moments were made from other flows than those read now."""


def coefficient_table(
    moments: pl.DataFrame,
    exports: pl.LazyFrame,
    provinces: pl.LazyFrame,
    min_flows: int = MIN_PRODUCT_FLOWS,
) -> pl.DataFrame:
    """One row per product, sorted: counts, coefficients with their precision, the rule applied, bounds of ln_quality.

    moments             one row per product and year, as `moments_of_year` gives
    exports, provinces  all years, as in `usable_flows`; read one year at a time
    sigma_std_error     heteroskedasticity-robust, times flows / (flows - cells - regressors)
    first_stage_f       robust; with one instrument it is the Kleibergen-Paap and the effective F too
    Missing             the measures are null unless the rule is one of `USED`; first_stage_f also where the
                        instrument fits the price without error
    Raises              StaleMoments naming the first products whose flows are not those of the moments
    """
    solved = price_coefficients(moments, min_flows)
    years = moments["year"].unique().sort().to_list()
    passes = [_pass_over_year(exports.filter(pl.col("year") == year), provinces, solved) for year in years]
    sums = (
        pl.concat([yearly for yearly, _ in passes])
        .group_by("hs6_2007_code")
        .agg(
            pl.col("flows_read").sum(),
            pl.col("min_ln_quality").min(),
            pl.col("max_ln_quality").max(),
            exact_sum(pl.col("score_squares")),
            exact_sum(pl.col("first_stage_score_squares")),
        )
    )
    firms = (
        pl.concat([pairs for _, pairs in passes]).unique().group_by("hs6_2007_code").agg(firms=pl.len().cast(pl.Int64))
    )
    table = solved.join(firms, on="hs6_2007_code", how="left").join(sums, on="hs6_2007_code", how="left")
    _refuse_stale(table)
    return (
        _measured(table)
        .select("hs6_2007_code", "flows", "firms", "cells", *MEASURES[:4], "rule", *MEASURES[4:])
        .sort("hs6_2007_code")
    )


def _pass_over_year(
    exports: pl.LazyFrame, provinces: pl.LazyFrame, solved: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Per product the year's extremes and squared scores, and the product-firm pairs of the year."""
    flows = usable_flows(exports, provinces)
    residual = pl.col("ln_quality") * (DIVISOR_SIGMA - 1)
    instrument = pl.col("ln_price_elsewhere") - pl.col("gdp_in_instrument") * pl.col("ln_province_gdp")
    first_stage_residual = (
        pl.col("ln_price")
        - pl.col("gdp_in_price") * pl.col("ln_province_gdp")
        - pl.col("price_on_instrument") * instrument
    )
    sums = (
        log_quality(flows, solved.lazy())
        .group_by("hs6_2007_code")
        .agg(
            flows_read=pl.len().cast(pl.Int64),
            min_ln_quality=pl.col("ln_quality").min(),
            max_ln_quality=pl.col("ln_quality").max(),
            score_squares=exact_sum((instrument * residual) ** 2),
            first_stage_score_squares=exact_sum((instrument * first_stage_residual) ** 2),
        )
    )
    pairs = flows.select("hs6_2007_code", "company_id").unique()
    return tuple(pl.collect_all([sums, pairs], engine="streaming"))


def _refuse_stale(table: pl.DataFrame) -> None:
    read = pl.when(pl.col("rule").is_in(USED)).then(pl.col("flows_read").fill_null(0)).otherwise("flows")
    stale = table.filter((pl.col("flows") != read) | pl.col("firms").is_null())
    if not stale.is_empty():
        first = ", ".join(stale["hs6_2007_code"].head(5))
        raise StaleMoments(
            f"quality_moments count other flows than clean_exports has now, for {stale.height} products "
            f"({first}, ...). "
            "Materialize quality_moments again for every year, then quality_coefficients."
        )


def _measured(table: pl.DataFrame) -> pl.DataFrame:
    """Standard error and F from the squared scores; the rule for products of one quality; nulls where dropped."""
    correction = pl.col("flows") / (pl.col("flows") - pl.col("cells") - pl.col("regressors"))
    one_quality = pl.col("max_ln_quality") - pl.col("min_ln_quality") <= MIN_QUALITY_RANGE
    error = (correction * pl.col("score_squares")).sqrt() / pl.col("relevance").abs()
    strength = pl.col("relevance") ** 2 / (correction * pl.col("first_stage_score_squares"))
    ruled = table.with_columns(
        sigma_std_error=error,
        first_stage_f=pl.when(strength.is_finite()).then(strength),
        rule=pl.when(one_quality).then(pl.lit(Rule.ONE_QUALITY)).otherwise("rule"),
    )
    return ruled.with_columns(pl.when(pl.col("rule").is_in(USED)).then(pl.col(name)).alias(name) for name in MEASURES)
