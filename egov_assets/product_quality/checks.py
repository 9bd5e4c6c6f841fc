"""What an economist would look at before believing the estimates: pure functions of the chapter's tables."""

from collections.abc import Mapping

import numpy as np
import polars as pl

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.product_quality.coefficients import INSTRUMENTS, MIN_SPREAD, USED
from egov_assets.product_quality.flows import VARIABLES, over_flows
from egov_assets.product_quality.one_unit import in_one_unit
from egov_assets.product_quality.reliability import suspect_value_shares, words_of_suspicions
from egov_assets.product_quality.settings import Method, read_quality_settings


def provincial_gdp_is_controlled_for(clean_provinces: pl.LazyFrame) -> CheckResult:
    """Provincial GDP is a regressor of the demand equation, as in the paper."""
    provinces = clean_provinces.select(pl.len()).collect().item()
    without = (
        "no province_yearbook: quality is estimated without provincial GDP, so what a richer province sells more of "
        "within a market counts as quality. The paper controls for it"
    )
    return CheckResult(provinces > 0, "provincial GDP is controlled for" if provinces else without)


def suspect_estimates_carry_little_value(table: pl.DataFrame, folders: Folders) -> CheckResult:
    """At most sparse_data.warned_suspect_share of value belongs to products whose elasticity cannot be trusted."""
    return _suspect_share_is_at_most(read_quality_settings(folders.study_file).sparse_data.warned_suspect_share, table)


def suspect_estimates_do_not_carry_too_much_value(table: pl.DataFrame, folders: Folders) -> CheckResult:
    """At most sparse_data.refused_suspect_share of value belongs to such products."""
    return _suspect_share_is_at_most(read_quality_settings(folders.study_file).sparse_data.refused_suspect_share, table)


def _suspect_share_is_at_most(limit: float, coefficients: pl.DataFrame) -> CheckResult:
    shares = suspect_value_shares(coefficients)
    found = shares["is_suspect"]
    words = f"{words_of_suspicions(coefficients)}; at most {limit:.0%} of value may"
    advice = "" if found <= limit else ". Column `rule` says what became of them; quality.sparse_data decides"
    return CheckResult(found <= limit, words + advice, shares)


def most_value_has_quality(table: pl.DataFrame) -> CheckResult:
    """Products whose quality can be measured carry most of the value of usable flows."""
    of_qua = table.filter(pl.col("outcome") == "qua")
    total = float(of_qua["export_value_usd"].sum())
    covered = float(of_qua.filter(pl.col("rule").is_in(USED))["export_value_usd"].sum())
    share = covered / total if total else 0.0
    words = f"products with quality carry {share:.1%} of value, at least {LEAST_COVERED:.0%}"
    return CheckResult(share >= LEAST_COVERED, words, {"value_share_covered": share})


def years_pooled_equal_years_added(
    table: pl.DataFrame,
    clean_exports: pl.LazyFrame,
    clean_provinces: pl.LazyFrame,
    unit_changes: pl.DataFrame,
    folders: Folders,
) -> CheckResult:
    """Of some products, sigma from the flows of all years at once is sigma from the added sums of years."""
    settings = read_quality_settings(folders.study_file)
    method = settings.qua
    # A weak first stage divides by next to nothing, which leaves rounding in both.
    is_strong = pl.col("sigma_hat").is_not_null() & ~pl.col("is_first_stage_weak").fill_null(False)
    estimates = table.filter(pl.col("outcome") == "qua", is_strong).sort("hs6_2007_code")
    compared = estimates.gather_every(max(1, estimates.height // PRODUCTS_COMPARED)).head(PRODUCTS_COMPARED)
    if compared.is_empty():
        return CheckResult(True, "no product has an estimate with a strong first stage by the method of qua")
    is_compared = pl.col("hs6_2007_code").is_in(compared["hs6_2007_code"].to_list())
    exports = in_one_unit(clean_exports, unit_changes).filter(is_compared).collect()
    flows = pl.concat(
        block.with_price_elsewhere.flows
        for of_year in exports.partition_by("year")
        for block in over_flows(lambda block: block, of_year.lazy(), clean_provinces, settings)
    )
    distances = {
        code: abs(_sigma_at_once(flows.filter(pl.col("hs6_2007_code") == code), method) - sigma) / max(abs(sigma), 1.0)
        for code, sigma in compared.select("hs6_2007_code", "sigma_hat").iter_rows()
    }
    worst, furthest = max(distances, key=distances.__getitem__), max(distances.values())
    words = f"{len(distances)} products, at most {furthest:.1e} apart ({worst}), where {MOST_APART:.0e} may be rounding"
    return CheckResult(furthest <= MOST_APART, words, {"products": len(distances), "furthest": furthest})


def _sigma_at_once(flows: pl.DataFrame, method: Method) -> float:
    """Two-stage least squares of one product's flows of all years, less the means of destination and year."""
    within = flows.select(pl.col(name) - pl.col(name).mean().over("destination_iso3", "year") for name in VARIABLES)
    own = within[INSTRUMENTS[method.price_coefficient]].to_numpy()
    gdp = within.select("ln_province_gdp").to_numpy()
    if method.province_gdp and gdp.std() > MIN_SPREAD:
        own = own - gdp @ np.linalg.lstsq(gdp, own, rcond=None)[0]
    return -float(own @ within["ln_quantity"].to_numpy() / (own @ within["ln_price"].to_numpy()))


def demand_residuals_sum_to_nothing_within_markets(facts: Mapping[str, float], folders: Folders) -> CheckResult:
    """Log quality is a deviation from the mean of its market, unless tails are cut or it is the unit value."""
    settings = read_quality_settings(folders.study_file)
    if settings.tails != "keep" or settings.qua.price_coefficient == "unit_value":
        return CheckResult(True, "not asked: tails are cut, or quality is the unit value")
    found = facts["largest_mean_of_a_market"]
    words = f"the furthest market has a mean log quality of {found:.1e}, where {MOST_APART:.0e} may be rounding"
    return CheckResult(found <= MOST_APART, words, {"largest_mean_of_a_market": found})


LEAST_COVERED = 0.5  # below, what the study says is not said of most exports
PRODUCTS_COMPARED = 5
MOST_APART = 1e-6  # sums of up to millions of logs
