"""A few products, some hundred firms, three years: enough to estimate, small enough to estimate again another way."""

import numpy as np
import polars as pl

from egov_assets.product_quality.flows import BY_PRODUCT

YEARS = (2010, 2011, 2012)
PROVINCES = tuple(f"{number}0000" for number in range(11, 18))
EXPORTS_SCHEMA = {
    "company_id": pl.String,
    "hs6_2007_code": pl.String,
    "destination_iso3": pl.String,
    "year": pl.Int32,
    "province_code": pl.String,
    "export_value_usd": pl.Float64,
    "quantity": pl.Float64,
}


def exports(rows: list[tuple]) -> pl.DataFrame:
    """Rows of (firm, product, destination, year, province, value in USD, quantity), in the order of `clean_exports`."""
    return pl.DataFrame(rows, schema=EXPORTS_SCHEMA, orient="row").sort(BY_PRODUCT)


def provinces(gdp: dict[tuple[str, int], float]) -> pl.DataFrame:
    """GDP in 100 million CNY by province and year."""
    rows = [(province, year, value) for (province, year), value in gdp.items()]
    schema = {"province_code": pl.String, "year": pl.Int32, "gdp_100m_cny": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def small_trade(seed: int = 1, products: int = 4, firms: int = 60) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Exports and provinces; costs of a firm-product move its prices everywhere, so that the instrument is relevant."""
    draw = np.random.default_rng(seed)
    rows = []
    for product in range(products):
        sigma = draw.uniform(1.5, 6)
        for firm in range(firms):
            cost, province = draw.normal(), PROVINCES[firm % len(PROVINCES)]
            for year in YEARS:
                for destination in draw.choice(12, size=draw.integers(1, 6), replace=False):
                    ln_price = cost + 0.5 * draw.normal()
                    ln_quantity = 5 + 0.3 * destination - sigma * ln_price + draw.standard_t(4)
                    rows.append(
                        (
                            f"{firm:010d}",
                            f"6403{product:02d}",
                            f"D{destination:02d}",
                            year,
                            province,
                            float(np.exp(ln_price + ln_quantity)),
                            float(np.exp(ln_quantity)),
                        )
                    )
    gdp = {(province, year): float(np.exp(draw.normal(9, 0.7))) for province in PROVINCES for year in YEARS}
    return exports(rows), provinces(gdp)
