"""What must not matter does not matter: units, currency, sigma as divisor, the order of rows, how years are added."""

import io
import os
import subprocess
import sys

import polars as pl
from polars.testing import assert_frame_equal
from pytest import approx, mark, raises

from egov_assets.product_quality import flows
from egov_assets.product_quality.coefficient_table import coefficient_table
from egov_assets.product_quality.flows import BY_PRODUCT, VARIABLES, OutOfOrder
from egov_assets.product_quality.moments import NoUsableFlows, add_years, cross_product, moments_of_year
from egov_assets.product_quality.schema import FirmQuality, ProductQuality, QualityCoefficients, QualityMoments
from egov_assets.product_quality.settings import Method, QualitySettings
from egov_assets_tests.product_quality.estimation import by_year, estimate, prepared_flows, quality_of
from egov_assets_tests.product_quality.small_trade import small_trade

pytestmark = mark.slow

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


def test_without_provinces_quality_is_the_reading_without_provincial_gdp():
    """Also where flows come from provinces that a yearbook would have left out."""
    exports, provinces = small_trade()
    without = estimate(exports, provinces.clear()).flows
    reading = estimate(exports, provinces, settings=QualitySettings(qua=Method(province_gdp=False))).flows
    assert without["rquality"].to_list() == approx(reading["rquality"].to_list(), rel=1e-12)


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
    """All years at once, means of product, destination and year taken out by an own query."""
    exports, provinces = small_trade()
    added = add_years(estimate(exports, provinces).moments)
    market = ["hs6_2007_code", "destination_iso3", "year"]
    pooled = prepared_flows(exports, provinces, QualitySettings()).select(
        *market, *(pl.col(name) - pl.col(name).mean().over(market) for name in VARIABLES)
    )
    for left in VARIABLES:
        for right in VARIABLES:
            totals = pooled.group_by("hs6_2007_code").agg((pl.col(left) * pl.col(right)).sum()).sort("hs6_2007_code")
            assert added[cross_product(left, right)].to_list() == approx(totals[left].to_list(), rel=1e-10)
    counts = pooled.group_by("hs6_2007_code").agg(flows=pl.len(), cells=pl.struct(market[1:]).n_unique())
    assert added.select("flows", "cells").rows() == counts.sort("hs6_2007_code").select("flows", "cells").rows()


def test_the_order_of_years_changes_no_byte():
    exports, provinces = small_trade()
    straight = estimate(exports, provinces)
    reversed_years = pl.concat(reversed(straight.moments.partition_by("year")))
    again = coefficient_table(reversed_years, exports.lazy(), provinces.lazy())
    assert_frame_equal(again, straight.coefficients, check_exact=True)


def test_a_year_taken_out_and_put_back_restores_every_byte():
    """Other years move the estimates; the year put back brings each table back as it was, written as Parquet too."""
    exports, provinces = small_trade()
    whole = estimate(exports, provinces)
    two_years = estimate(exports.filter(pl.col("year") != 2011), provinces)
    assert two_years.coefficients["sigma_hat"].to_list() != whole.coefficients["sigma_hat"].to_list()
    in_2011 = moments_of_year(by_year(exports)[1], provinces.lazy())
    put_back = pl.concat([two_years.moments, in_2011])
    coefficients = coefficient_table(put_back, exports.lazy(), provinces.lazy())
    flows, firms = quality_of(by_year(exports), provinces, coefficients, QualitySettings())
    for again, before in ((coefficients, whole.coefficients), (flows, whole.flows), (firms, whole.firms)):
        assert parquet(again) == parquet(before)


def parquet(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.rechunk().write_parquet(file)
    return file.getvalue()


@mark.parametrize("size", [1, 100, 1000])
def test_the_size_of_blocks_changes_no_byte(monkeypatch, size):
    whole = estimate(*small_trade())
    monkeypatch.setattr(flows, "BLOCK_FLOWS", size)
    parts = estimate(*small_trade())
    for table in ("moments", "coefficients", "flows", "firms"):
        assert_frame_equal(getattr(whole, table), getattr(parts, table), check_exact=True)


@mark.parametrize("rows_at_once", [1, 7, 100])
def test_blocks_do_not_depend_on_how_rows_arrive(tmp_path, monkeypatch, rows_at_once):
    """Row groups of any size, cut anywhere in a product, give the same blocks of whole products."""
    monkeypatch.setattr(flows, "BLOCK_FLOWS", 50)
    exports, provinces = small_trade(products=6, firms=12)
    exports = exports.filter(pl.col("year") == 2012)
    exports.write_parquet(tmp_path / "exports.parquet", row_group_size=rows_at_once)
    straight, cut = (
        list(flows.over_flows(lambda block: block.flows, read, provinces.lazy(), QualitySettings()))
        for read in (exports.lazy(), pl.scan_parquet(tmp_path / "exports.parquet"))
    )
    assert len(straight) == 3
    for left, right in zip(straight, cut, strict=True):
        assert_frame_equal(left, right, check_exact=True)
    products = [set(block["hs6_2007_code"]) for block in straight]
    assert sum(map(len, products)) == len(set.union(*products))


def test_flows_out_of_order_are_refused():
    """Anywhere in the key, a flow that stands there twice, or a second year: sums would be silently wrong."""
    exports, provinces = small_trade()
    with raises(OutOfOrder, match="of one year"):
        moments_of_year(exports.lazy(), provinces.lazy())
    exports = exports.filter(pl.col("year") == 2012)
    for place in (1, 200, exports.height - 2):
        swapped = [*range(place), place + 1, place, *range(place + 2, exports.height)]
        twice = [*range(place), place, *range(place, exports.height)]
        for rows in (swapped, twice):
            with raises(OutOfOrder, match=r"clean_exports: the flow .* Materialize clean_exports again"):
                moments_of_year(exports[rows].lazy(), provinces.lazy())


def test_products_out_of_order_are_refused_also_between_blocks(monkeypatch):
    exports, provinces = small_trade()
    products = exports.filter(pl.col("year") == 2012).partition_by("hs6_2007_code")
    for size in (1, 10_000):
        monkeypatch.setattr(flows, "BLOCK_FLOWS", size)
        with raises(OutOfOrder):
            moments_of_year(pl.concat([products[1], products[0]]).lazy(), provinces.lazy())
        another_year = products[1].with_columns(year=pl.lit(2011, pl.Int32))
        with raises(OutOfOrder):
            moments_of_year(pl.concat([products[0], another_year]).lazy(), provinces.lazy())


@mark.parametrize("code", BY_PRODUCT)
def test_a_flow_without_a_code_or_year_is_refused(code):
    exports, provinces = small_trade()
    of_2012 = exports.filter(pl.col("year") == 2012)
    gap = of_2012.with_columns(pl.when(pl.int_range(pl.len()) != 200).then(code))
    with raises(OutOfOrder, match=f"{code} None"):
        moments_of_year(gap.lazy(), provinces.lazy())


@mark.parametrize(
    "of_firm, of_province",
    [("00", "000000"), ("long code of a firm ", "long code of a province "), ("海关注册编码", "省份代码")],
)
def test_codes_of_any_length_and_writing_give_the_same_numbers(of_firm, of_province):
    exports, provinces = small_trade()
    plain = estimate(exports, provinces)
    of_exports, of_provinces = (
        table.with_columns(of_province + pl.col("province_code")) for table in (exports, provinces)
    )
    longer = estimate(of_exports.with_columns(of_firm + pl.col("company_id")), of_provinces)
    assert_frame_equal(longer.coefficients, plain.coefficients, check_exact=True)
    assert_frame_equal(longer.firms.drop("company_id"), plain.firms.drop("company_id"), check_exact=True)


def test_the_weights_of_a_firm_year_add_to_one():
    """`qua` is then the mean of quality with these weights."""
    result = estimate(*small_trade())
    assert result.total_weights == approx([1] * result.firms.height, abs=1e-12)
    weight = pl.col("export_value_usd") / pl.col("export_value_usd").sum().over("company_id", "year")
    means = result.flows.group_by("company_id", "year").agg((weight * pl.col("rquality")).sum().alias("rquality"))
    means = means.sort("company_id", "year")["rquality"].to_list()
    assert means == approx(result.firms["qua"].to_list(), abs=1e-12)


PRINT_HASH = """
import hashlib
from egov_assets.product_quality import flows
from egov_assets_tests.product_quality.estimation import estimate
from egov_assets_tests.product_quality.small_trade import small_trade
flows.BLOCK_FLOWS = 500
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


def test_nothing_to_estimate_from_says_which_flows():
    exports, provinces = small_trade()
    of_2010 = exports.filter(pl.col("year") == 2010)
    for nothing, words in (
        (of_2010.clear(), "none of its flows: it is empty"),
        (of_2010.with_columns(quantity=pl.lit(0.0)), f"none of its {of_2010.height} flows of 2010"),
    ):
        with raises(NoUsableFlows, match=words):
            moments_of_year(nothing.lazy(), provinces.lazy())


def test_a_year_in_which_a_block_has_no_usable_flow_is_added_like_any_other(monkeypatch):
    """The last product sells to single destinations in 2010, and nothing in 2011; each product is a block."""
    monkeypatch.setattr(flows, "BLOCK_FLOWS", 1)
    exports, provinces = small_trade()
    last, in_year = pl.col("hs6_2007_code") == "640303", pl.col("year")
    first_of_firm = pl.col("destination_iso3") == pl.col("destination_iso3").first().over("company_id", "year")
    in_2010 = exports.filter(last & (in_year == 2010)).filter(first_of_firm)
    ragged = pl.concat([exports.filter(~last | (in_year == 2012)), in_2010])
    result = estimate(ragged, provinces)
    assert result.moments.filter(last).sort("year").select("year", "flows").rows()[0] == (2010, 0)
    alone = estimate(exports.filter(last & (pl.col("year") == 2012)), provinces).coefficients
    assert_frame_equal(result.coefficients.filter(last), alone, check_exact=True)
