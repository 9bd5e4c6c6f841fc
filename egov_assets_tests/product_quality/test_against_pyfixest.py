"""Product by product, the closed form equals pyfixest's two-stage least squares."""

import polars as pl
import pyfixest
from pyfixest.demeaners import MapDemeaner
from pytest import approx, fixture

from egov_assets.product_quality.coefficients import Rule
from egov_assets.product_quality.flows import usable_flows
from egov_assets_tests.product_quality.estimation import estimate
from egov_assets_tests.product_quality.small_trade import small_trade

COEFFICIENT = 1e-8
STANDARD_ERROR = 1e-6


@fixture(scope="module")
def both():
    """Our coefficients, and pyfixest's model of each product on the same usable flows."""
    exports, provinces = small_trade()
    flows = usable_flows(exports.lazy(), provinces.lazy()).collect()
    models = {
        product: pyfixest.feols(
            "ln_quantity ~ ln_province_gdp | destination_iso3^year | ln_price ~ ln_price_elsewhere",
            flows.filter(pl.col("hs6_2007_code") == product).to_pandas(),
            vcov="hetero",
            fixef_rm="none",
            demeaner=MapDemeaner(fixef_tol=1e-12),
        )
        for product in flows["hs6_2007_code"].unique().sort()
    }
    return estimate(exports, provinces), models


def test_every_product_is_estimated(both):
    ours, models = both
    assert ours.coefficients["rule"].to_list() == [Rule.ESTIMATED] * len(models)


def test_coefficients(both):
    ours, models = both
    for product, model in models.items():
        row = ours.coefficients.row(by_predicate=pl.col("hs6_2007_code") == product, named=True)
        assert -row["sigma_hat"] == approx(model.coef()["ln_price"], rel=COEFFICIENT)
        assert row["ln_gdp_coefficient"] == approx(model.coef()["ln_province_gdp"], rel=COEFFICIENT)


def test_robust_errors_and_first_stage_f(both):
    ours, models = both
    for product, model in models.items():
        row = ours.coefficients.row(by_predicate=pl.col("hs6_2007_code") == product, named=True)
        assert row["sigma_std_error"] == approx(model.se()["ln_price"], rel=STANDARD_ERROR)
        assert row["first_stage_f"] == approx(model._f_stat_1st_stage, rel=STANDARD_ERROR)
        assert row["flows"] == model._N


def test_residuals_are_log_quality_times_two(both):
    """sigma = 3 divides the residual by two."""
    ours, models = both
    for product, model in models.items():
        quality = ours.flows.filter(pl.col("hs6_2007_code") == product)
        residuals = model._data.assign(residual=model.resid())[["company_id", "destination_iso3", "year", "residual"]]
        joined = quality.join(pl.from_pandas(residuals), on=["company_id", "destination_iso3", "year"])
        assert joined.height == model._N
        assert (joined["ln_quality"] * 2).to_list() == approx(joined["residual"].to_list(), abs=1e-8)
