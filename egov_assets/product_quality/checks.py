"""What an economist would look at before believing the estimates: pure functions of the chapter's tables."""

import polars as pl

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.product_quality.coefficients import USED
from egov_assets.product_quality.reliability import suspect_value_shares
from egov_assets.product_quality.settings import read_quality_settings


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
    words = (
        f"{found:.1%} of value has a suspect elasticity, at most {limit:.0%} "
        f"(first stage weak {shares['is_first_stage_weak']:.1%}, sigma at most 1 {shares['is_sigma_at_most_one']:.1%}, "
        f"insignificant {shares['is_sigma_insignificant']:.1%})"
    )
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


LEAST_COVERED = 0.5  # below, what the study says is not said of most exports
