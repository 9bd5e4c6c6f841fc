"""What must not matter does not matter: units, currency, sigma as divisor, the order of rows, how years are added."""

import os
import subprocess
import sys

import polars as pl
from polars.testing import assert_frame_equal
from pytest import approx, raises

from egov_assets.product_quality import flows
from egov_assets.product_quality.coefficient_table import StaleMoments, coefficient_table
from egov_assets.product_quality.moments import CROSS_PRODUCTS, add_years, moments_of_year
from egov_assets.product_quality.schema import FirmQuality, ProductQuality, QualityCoefficients, QualityMoments
from egov_assets.product_quality.settings import Method, QualitySettings
from egov_assets_tests.product_quality.estimation import estimate
from egov_assets_tests.product_quality.small_trade import YEARS, small_trade

UNIT_ROUNDING = 1e-9


def test_tables_keep_to_their_schemas():
    result = estimate(*small_trade())
    QualityMoments.validate(result.moments)
    QualityCoefficients.validate(result.coefficients)
    ProductQuality.validate(result.flows)
    FirmQuality.validate(result.firms)


def test_the_bounds_of_quality_are_reached_in_every_product():
    flows = (
        estimate(*small_trade())
        .flows.group_by("hs6_2007_code")
        .agg(low=pl.col("rquality").min(), high=pl.col("rquality").max())
    )
    assert flows["low"].to_list() == [0] * flows.height
    assert flows["high"].to_list() == [1] * flows.height


def test_sigma_as_divisor_scales_log_quality_and_cancels_in_qua():
    """(e / 2 - min / 2) / (max / 2 - min / 2) is (e - min) / (max - min): with sigma 11 all is a fifth of sigma 3."""
    three, eleven = (
        estimate(*small_trade(), settings=QualitySettings(qua=Method(sigma=sigma))).flows for sigma in (3, 11)
    )
    assert (eleven["ln_quality"] * 5).to_list() == approx(three["ln_quality"].to_list(), rel=1e-12)
    assert eleven["rquality"].to_list() == approx(three["rquality"].to_list(), abs=1e-12)


def test_a_change_of_currency_changes_nothing():
    exports, provinces = small_trade()
    in_cny = exports.with_columns(pl.col("export_value_usd") * 6.7695)
    assert_same_quality(estimate(exports, provinces), estimate(in_cny, provinces))


def test_a_change_of_one_products_quantity_unit_changes_nothing():
    exports, provinces = small_trade()
    in_dozens = exports.with_columns(
        pl.when(pl.col("hs6_2007_code") == "640301")
        .then(pl.col("quantity") / 12)
        .otherwise("quantity")
        .alias("quantity")
    )
    assert_same_quality(estimate(exports, provinces), estimate(in_dozens, provinces))


def assert_same_quality(left, right):
    assert left.firms["qua"].to_list() == approx(right.firms["qua"].to_list(), abs=UNIT_ROUNDING)
    assert left.firms["ln_quality"].to_list() == approx(right.firms["ln_quality"].to_list(), abs=UNIT_ROUNDING)
    ours, theirs = (each.coefficients.filter(pl.col("outcome") == "qua") for each in (left, right))
    for column in ("sigma_hat", "sigma_std_error", "sigma_std_error_by_firm", "first_stage_f"):
        assert ours[column].to_list() == approx(theirs[column].to_list(), rel=UNIT_ROUNDING)


def test_adding_years_equals_the_pooled_run():
    exports, provinces = small_trade()
    by_year = [moments_of_year(exports.lazy().filter(pl.col("year") == year), provinces.lazy()) for year in YEARS]
    pooled = moments_of_year(exports.lazy(), provinces.lazy())
    assert_frame_equal(pl.concat(by_year).sort("hs6_2007_code", "year"), pooled)
    added = add_years(pl.concat(by_year))
    totals = pooled.group_by("hs6_2007_code").agg(pl.col(*CROSS_PRODUCTS).sum()).sort("hs6_2007_code")
    for name in CROSS_PRODUCTS:
        assert added[name].to_list() == approx(totals[name].to_list(), rel=1e-10, abs=1e-12)


def test_the_order_of_years_and_rows_changes_no_byte():
    exports, provinces = small_trade()
    shuffled = exports.sample(fraction=1, shuffle=True, seed=7)
    straight, other = estimate(exports, provinces), estimate(shuffled, provinces)
    assert_frame_equal(straight.flows, other.flows, check_exact=True)
    assert_frame_equal(straight.firms, other.firms, check_exact=True)
    reversed_years = pl.concat(reversed(straight.moments.partition_by("year")))
    again = coefficient_table(reversed_years, exports.lazy(), provinces.lazy())
    assert_frame_equal(again, straight.coefficients, check_exact=True)


def test_reading_products_in_ranges_changes_no_byte(monkeypatch):
    whole = estimate(*small_trade())
    monkeypatch.setattr(flows, "RANGE_FLOWS", 1)
    assert len(flows.product_ranges(whole.moments)) == 4  # one a product
    parts = estimate(*small_trade())
    for table in ("moments", "coefficients", "flows", "firms"):
        assert_frame_equal(getattr(whole, table), getattr(parts, table), check_exact=True)


def test_every_product_lies_in_one_range_also_one_that_was_not_counted(monkeypatch):
    """So that flows of products without moments are found and refused, not overlooked."""
    monkeypatch.setattr(flows, "RANGE_FLOWS", 10)
    counted = pl.DataFrame({"hs6_2007_code": ["000002", "000004", "000006"], "flows": [10, 10, 5]})
    codes = pl.DataFrame({"hs6_2007_code": [f"{number:06d}" for number in range(9)]})
    parts = [codes.filter(products) for products in flows.product_ranges(counted)]
    assert len(parts) == 3
    assert_frame_equal(pl.concat(parts), codes)


PRINT_HASH = """
import hashlib
from egov_assets_tests.product_quality.estimation import estimate
from egov_assets_tests.product_quality.small_trade import small_trade
result = estimate(*small_trade(products=8, firms=300))
frames = (result.moments, result.coefficients, result.flows, result.firms)
texts = [frame.write_csv() for frame in frames]
print(hashlib.sha256("".join(texts).encode()).hexdigest())
"""


def test_the_number_of_threads_changes_no_byte():
    hashes = [
        subprocess.run(
            [sys.executable, "-c", PRINT_HASH],
            env={**os.environ, "POLARS_MAX_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    ]
    assert hashes[0] == hashes[1]


def test_moments_of_other_flows_are_refused():
    exports, provinces = small_trade()
    moments = moments_of_year(exports.lazy(), provinces.lazy())
    fewer = exports.filter(pl.col("company_id") != "0000000003")
    with raises(StaleMoments, match=r"4 products \(640300, 640301.*Materialize quality_moments again"):
        coefficient_table(moments, fewer.lazy(), provinces.lazy())
