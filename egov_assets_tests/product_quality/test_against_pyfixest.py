"""Product by product, the closed form equals pyfixest, under every reading that pyfixest can express."""

from functools import partial

import numpy as np
import polars as pl
import pyfixest
from pyfixest.demeaners import MapDemeaner
from pytest import approx, fixture, mark

from egov_assets.product_quality.coefficients import Rule
from egov_assets.product_quality.settings import LITERAL, Method, QualitySettings
from egov_assets_tests.product_quality.estimation import estimate, prepared_flows
from egov_assets_tests.product_quality.small_trade import small_trade

pytestmark = mark.slow

COEFFICIENT = 1e-8
STANDARD_ERROR = 1e-6
EFFECTS = "destination_iso3^year"
literal = partial(QualitySettings, sparse_data=LITERAL)
READINGS = {
    "iv": (literal(), f"ln_quantity ~ ln_province_gdp | {EFFECTS} | ln_price ~ ln_price_elsewhere"),
    "iv, no GDP": (
        literal(qua=Method(province_gdp=False)),
        f"ln_quantity ~ 1 | {EFFECTS} | ln_price ~ ln_price_elsewhere",
    ),
    "ols": (
        literal(qua=Method(price_coefficient="ols")),
        f"ln_quantity ~ ln_price + ln_province_gdp | {EFFECTS}",
    ),
    "ols, no GDP": (
        literal(qua=Method(price_coefficient="ols", province_gdp=False)),
        f"ln_quantity ~ ln_price | {EFFECTS}",
    ),
    "sigma 5 imposed": (
        literal(qua=Method(price_coefficient="imposed", sigma=5, divisor="own")),
        f"ln_demand_at_5 ~ ln_province_gdp | {EFFECTS}",
    ),
    "log of mean price": (
        literal(price_elsewhere="log_of_mean"),
        f"ln_quantity ~ ln_province_gdp | {EFFECTS} | ln_price ~ log_of_mean",
    ),
    "value-weighted price": (
        literal(price_elsewhere="value_weighted"),
        f"ln_quantity ~ ln_province_gdp | {EFFECTS} | ln_price ~ value_weighted",
    ),
}


def with_other_instruments(flows: pl.DataFrame) -> pl.DataFrame:
    """Prices elsewhere by a self-join: each flow beside its firm-product's other flows."""
    key = ["company_id", "hs6_2007_code", "year"]
    price = (pl.col("export_value_usd_right").log() - pl.col("ln_quantity_right")).exp()
    others = (
        flows.join(flows, on=key)
        .filter(pl.col("destination_iso3") != pl.col("destination_iso3_right"))
        .group_by(*key, "destination_iso3")
        .agg(
            log_of_mean=price.mean().log(),
            value_weighted=(pl.col("export_value_usd_right") * pl.col("ln_price_right")).sum()
            / pl.col("export_value_usd_right").sum(),
        )
    )
    return flows.join(others, on=[*key, "destination_iso3"]).with_columns(
        ln_demand_at_5=pl.col("ln_quantity") + 5 * pl.col("ln_price")
    )


@fixture(scope="module")
def trade():
    return small_trade(products=2)


@fixture(scope="module", params=READINGS)
def both(request, trade):
    """Our estimation, and pyfixest's models of each product with robust and with firm-clustered errors."""
    settings, formula = READINGS[request.param]
    exports, provinces = trade
    flows = with_other_instruments(prepared_flows(exports, provinces, literal()))
    models = {
        product: pyfixest.feols(
            formula,
            flows.filter(pl.col("hs6_2007_code") == product).to_pandas(),
            vcov="hetero",
            fixef_rm="none",
            demeaner=MapDemeaner(fixef_tol=1e-12),
        )
        for product in flows["hs6_2007_code"].unique().sort()
    }
    return settings, estimate(exports, provinces, settings=settings), models


def rows_beside_models(both):
    _, ours, models = both
    for product, model in models.items():
        found = (pl.col("hs6_2007_code") == product) & (pl.col("outcome") == "qua")
        yield ours.coefficients.row(by_predicate=found, named=True), model


def is_estimated(settings: QualitySettings) -> bool:
    return settings.qua.price_coefficient != "imposed"


def test_every_product_has_a_rule_that_says_what_was_done(both):
    settings, _, _ = both
    rule = Rule.ESTIMATED if is_estimated(settings) else Rule.IMPOSED
    assert [row["rule"] for row, _ in rows_beside_models(both)] == [rule] * 2


def test_coefficients(both):
    settings, _, _ = both
    for row, model in rows_beside_models(both):
        assert row["flows"] == model._N
        if is_estimated(settings):
            assert -row["sigma_hat"] == approx(model.coef()["ln_price"], rel=COEFFICIENT)
        gdp = model.coef()["ln_province_gdp"] if settings.qua.province_gdp else 0
        assert row["ln_gdp_coefficient"] == approx(gdp, rel=COEFFICIENT)


def test_robust_errors_and_first_stage_f(both):
    settings, _, _ = both
    for row, model in rows_beside_models(both):
        if not is_estimated(settings):
            assert row["sigma_std_error"] is None
            continue
        assert row["sigma_std_error"] == approx(model.se()["ln_price"], rel=STANDARD_ERROR)
        if settings.qua.price_coefficient == "iv":
            assert row["first_stage_f"] == approx(model._f_stat_1st_stage, rel=STANDARD_ERROR)
        else:
            assert row["first_stage_f"] is None


def test_errors_clustered_by_firm(both):
    settings, _, _ = both
    for row, model in rows_beside_models(both):
        if is_estimated(settings):
            clustered = model.vcov({"CRV1": "company_id"}).se()["ln_price"]
            assert row["sigma_std_error_by_firm"] == approx(clustered, rel=STANDARD_ERROR)


def test_residuals_are_log_quality_times_sigma_minus_one(both):
    """sigma = 3 divides the residual by two, an own sigma of 5 by four."""
    settings, ours, _ = both
    for row, model in rows_beside_models(both):
        quality = ours.flows.filter(pl.col("hs6_2007_code") == row["hs6_2007_code"])
        residuals = model._data.assign(residual=model.resid())[["company_id", "destination_iso3", "year", "residual"]]
        joined = quality.join(pl.from_pandas(residuals), on=["company_id", "destination_iso3", "year"])
        assert joined.height == model._N
        times = settings.qua.sigma - 1
        np.testing.assert_allclose(joined["ln_quality"] * times, joined["residual"], atol=1e-8)
