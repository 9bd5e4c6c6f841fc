"""The table of coefficients: estimates of each product, their precision, and the bounds of its quality."""

from itertools import chain, combinations_with_replacement

import polars as pl

from egov_assets.product_quality import kernels
from egov_assets.product_quality.coefficients import USED, Rule, price_coefficients
from egov_assets.product_quality.flows import VARIABLES, over_flows
from egov_assets.product_quality.moments import cross_product
from egov_assets.product_quality.precision import with_precision
from egov_assets.product_quality.second_pass import block_pass, firms_of_products, sums_of_blocks
from egov_assets.product_quality.settings import QualitySettings

SAME_SUM = 1e-9  # of two variables' root sums of squares: more than rounding changes, less than any change of flows
SMALL_SPREAD = 1e-6  # standard deviation in logs below which a variable's rounding shows in its sums
OF_ESTIMATE = ("sigma_hat", "sigma_std_error", "sigma_std_error_by_firm", "first_stage_f")
OF_QUALITY = ("sigma", "divisor_sigma", "ln_gdp_coefficient", "min_ln_quality", "max_ln_quality")


class StaleMoments(ValueError):
    """The stored moments are not what the flows and settings of now give."""


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
    Raises                   StaleMoments naming the first products and the years whose moments are of other flows
    """
    settings = settings or QualitySettings()
    solved = {
        outcome: price_coefficients(moments, method, settings.min_product_flows)
        for outcome, method in settings.methods.items()
    }
    products = moments["hs6_2007_code"].unique().sort()
    years = {*moments["year"], *exports.select(pl.col("year").unique()).collect().to_series()}
    of_block = block_pass(products, solved, settings)
    blocks = chain.from_iterable(
        over_flows(of_block, *(table.filter(pl.col("year") == year) for table in (exports, provinces)), settings)
        for year in sorted(years)
    )
    sums, lines, moments_now = sums_of_blocks(blocks, len(products), settings)
    _refuse_stale(moments, moments_now)
    firms = firms_of_products(lines, len(products))
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
        low, high = sums.bounds[outcome][:, :-1]
        table = table.with_columns(min_ln_quality=low, max_ln_quality=high)
        table = _ruled(table.with_columns(pl.col("min_ln_quality", "max_ln_quality").fill_nan(None)))
        tables.append(table.with_columns(outcome=pl.lit(outcome)))
    return pl.concat(tables, how="diagonal").select(
        "outcome", "hs6_2007_code", "flows", "firms", "cells", *OF_ESTIMATE, "rule", *OF_QUALITY
    )


def _refuse_stale(stored: pl.DataFrame, now: pl.DataFrame) -> None:
    """Counts must be those of the flows now, and sums equal up to what another processor or numpy rounds otherwise."""
    key = ["hs6_2007_code", "year"]
    both = stored.join(now, on=key, how="full", coalesce=True, suffix="_now", validate="1:1")
    changed = [pl.col(count).ne_missing(pl.col(f"{count}_now")) for count in ("flows", "firms", "cells")]
    for left, right in combinations_with_replacement(VARIABLES, 2):
        size = pl.lit(SAME_SUM**2)
        for variable in (left, right):
            size *= pl.max_horizontal(cross_product(variable, variable), pl.col("flows") * SMALL_SPREAD**2)
        name = cross_product(left, right)
        changed.append((pl.col(name) - pl.col(f"{name}_now")).abs() > size.sqrt())
    different = both.filter(pl.any_horizontal(changed))
    if not different.is_empty():
        products = different["hs6_2007_code"].unique().sort()
        raise StaleMoments(
            f"quality_moments are not those of the flows that clean_exports has now, of {len(products)} products "
            f"({', '.join(products.head(5))}{', ...' if len(products) > 5 else ''}) in "
            f"{', '.join(map(str, different['year'].unique().sort()))}: flows, provincial GDP or quality.yml changed. "
            "Materialize quality_moments again for these years, then quality_coefficients."
        )


def _ruled(table: pl.DataFrame) -> pl.DataFrame:
    """The rule for products of one quality; what quality needs is null where dropped."""
    one_quality = pl.col("max_ln_quality") - pl.col("min_ln_quality") <= kernels.MIN_QUALITY_RANGE
    table = table.with_columns(
        rule=pl.when(one_quality & pl.col("rule").is_in(USED)).then(pl.lit(Rule.ONE_QUALITY)).otherwise("rule")
    )
    # An estimate is shown although its product was dropped only where the estimate itself is the reason.
    shown = pl.col("rule").is_in([*USED, Rule.SIGMA_AT_MOST_ONE])
    return table.with_columns(
        *(pl.when(pl.col("rule").is_in(USED)).then(pl.col(name)).alias(name) for name in OF_QUALITY),
        *(pl.when(shown).then(pl.col(name)).alias(name) for name in OF_ESTIMATE),
    )
