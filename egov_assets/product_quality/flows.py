"""The flows that quality is estimated from, and their variables in logs within market.

A flow is one firm's exports of one product to one destination in a year. A market (or cell) is product, destination
and year. Groups are dense numbers and variables plain arrays, because sums over a million markets then cost a tenth of
what joins of text keys cost.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from egov_assets.product_quality.exact_sums import group_sums
from egov_assets.product_quality.settings import QualitySettings

BY_FIRM = ["company_id", "hs6_2007_code", "year", "destination_iso3"]
VARIABLES = ("ln_quantity", "ln_price", "ln_price_elsewhere", "ln_province_gdp")


@dataclass(frozen=True)
class Flows:
    """Flows sorted by firm, product, year, destination, with their groups; n flows.

    frame     BY_FIRM, export_value_usd and the four variables in logs (NaN: no price elsewhere)
    product   (n,) number of the product in `products`; market, firm_product (n,) numbers of product-destination-year
              and of firm-product-year; markets are numbered in the order of product, destination, year
    products  HS6 codes, sorted; some may have no flow
    """

    frame: pl.DataFrame
    product: np.ndarray
    market: np.ndarray
    firm_product: np.ndarray
    products: pl.Series

    @cached_property
    def within_market(self) -> dict[str, np.ndarray]:
        """The variables (n,) as deviations from the mean of their market.

        This equals partialling out destination-year dummies per product, and it needs one year at a time only.
        """
        markets = int(self.market.max(initial=-1)) + 1
        size = np.maximum(np.bincount(self.market, minlength=markets), 1)
        levels = {name: self.frame[name].to_numpy() for name in VARIABLES}
        return {
            name: values - (group_sums(values, self.market, markets) / size)[self.market]
            for name, values in levels.items()
            if not np.isnan(values).any()
        }

    @cached_property
    def first_of_firm_product(self) -> np.ndarray:
        """(firm-products,) row where each begins."""
        return np.flatnonzero(np.diff(self.firm_product, prepend=-1))

    @cached_property
    def with_price_elsewhere(self) -> "Flows":
        """The flows of firm-products with another destination: those that the estimation uses."""
        priced = ~self.frame["ln_price_elsewhere"].is_nan()
        return self if priced.all() else self._where(priced.to_numpy())

    def _where(self, kept: np.ndarray) -> "Flows":
        numbers = self.product[kept], _dense(self.market[kept]), _dense(self.firm_product[kept])
        return Flows(self.frame.filter(pl.Series(kept)), *numbers, self.products)


def usable_flows(exports: pl.LazyFrame, provinces: pl.LazyFrame, settings: QualitySettings) -> Flows:
    """Flows with positive value and quantity, a provincial GDP, and a price of the firm-product elsewhere that year.

    exports    company_id, hs6_2007_code, destination_iso3, year, province_code, export_value_usd, quantity
    provinces  province_code, year, gdp_100m_cny (nominal: a deflator common to all provinces is absorbed by the market)
    Adds       ln_quantity, ln_price (unit value, USD per unit), ln_province_gdp, ln_price_elsewhere
    Source     method.md section 5 step 2; by `settings`: what the price elsewhere is, and whether flows without another
               destination are dropped (EQ-08)
    """
    gdp = provinces.select("province_code", "year", ln_province_gdp=pl.col("gdp_100m_cny").log())
    value, quantity = pl.col("export_value_usd"), pl.col("quantity")
    frame = (
        exports.filter((value > 0) & (quantity > 0))
        .join(gdp.filter(pl.col("ln_province_gdp").is_finite()), on=["province_code", "year"], maintain_order="left")
        .select(
            *BY_FIRM,
            "export_value_usd",
            "ln_province_gdp",
            ln_quantity=quantity.log(),
            ln_price=(value / quantity).log(),
        )
        .collect()
    )
    flows = _numbered(frame)
    several = np.bincount(flows.firm_product)[flows.firm_product] > 1 if frame.height else np.zeros(0, dtype=bool)
    if settings.single_destination == "drop" and not several.all():
        flows = flows._where(several)
    elsewhere = pl.Series(_price_elsewhere(flows.frame, flows.firm_product, settings), dtype=pl.Float64)
    return replace(flows, frame=flows.frame.with_columns(ln_price_elsewhere=elsewhere))


def _price_elsewhere(frame: pl.DataFrame, firm_product: np.ndarray, settings: QualitySettings) -> np.ndarray:
    """(n,) average ln unit value of the firm-product's other destinations; NaN where there is none."""
    ln_price, value = frame["ln_price"].to_numpy(), frame["export_value_usd"].to_numpy()
    groups = int(firm_product.max(initial=-1)) + 1
    others = np.bincount(firm_product, minlength=groups)[firm_product] - 1

    def elsewhere(values: np.ndarray) -> np.ndarray:
        return group_sums(values, firm_product, groups)[firm_product] - values

    with np.errstate(invalid="ignore", divide="ignore"):
        match settings.price_elsewhere:
            case "mean_of_logs":
                mean = elsewhere(ln_price) / others
            case "log_of_mean":
                mean = np.log(elsewhere(np.exp(ln_price)) / others)
            case "value_weighted":
                mean = elsewhere(value * ln_price) / elsewhere(value)
    return np.where(others > 0, mean, np.nan)


def _numbered(frame: pl.DataFrame) -> Flows:
    """The flows with the numbers of their groups, sorted by firm where they are not."""
    products = frame["hs6_2007_code"].unique().sort()
    destinations = frame["destination_iso3"].unique().sort()
    product = _places(frame["hs6_2007_code"], products)
    destination = _places(frame["destination_iso3"], destinations)
    year = (frame["year"] - (frame["year"].min() or 0)).cast(pl.Int64).to_numpy()
    years = int(year.max(initial=0)) + 1
    line = product * years + year  # of its firm
    company = frame["company_id"]
    other_firm = (company != company.shift(1)).fill_null(True).to_numpy()
    within_firm = np.diff(line * max(len(destinations), 1) + destination, prepend=0) > 0
    if not (company.is_sorted() and (within_firm | other_firm).all()):
        return _numbered(frame.sort(BY_FIRM))
    firm_product = np.cumsum(other_firm | (np.diff(line, prepend=-1) != 0)) - 1
    market = (product * max(len(destinations), 1) + destination) * years + year
    return Flows(frame, product, _dense(market), firm_product, products)


def group_of(inner: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """(inner groups,) number of the outer group that each inner group lies in; `inner`, `outer` (n,) by row."""
    found = np.zeros(int(inner.max(initial=-1)) + 1, dtype=np.int64)
    found[inner] = outer
    return found


def _places(codes: pl.Series, sorted_codes: pl.Series) -> np.ndarray:
    return codes.cast(pl.Enum(sorted_codes)).to_physical().cast(pl.Int64).to_numpy()


def _dense(numbers: np.ndarray) -> np.ndarray:
    """The numbers renumbered from 0 without gaps, in the same order."""
    present = np.bincount(numbers) > 0 if len(numbers) else np.zeros(0, dtype=bool)
    return (np.cumsum(present) - 1)[numbers]
