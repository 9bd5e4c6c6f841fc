"""The flows that quality is estimated from, and their variables in logs within market.

A flow is one firm's exports of one product to one destination in a year. A market (or cell) is product, destination
and year. Codes are numbers and variables plain arrays, because sums over a million markets then cost a tenth of what
joins of text keys cost. Flows stand in the order of their key, and every sum adds them in this order: the same flows
give the same bytes, in whichever order they were read.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from egov_assets.product_quality.settings import QualitySettings

BY_FIRM = ["company_id", "hs6_2007_code", "year", "destination_iso3"]
VARIABLES = ("ln_quantity", "ln_price", "ln_price_elsewhere", "ln_province_gdp")


@dataclass(frozen=True)
class Flows:
    """Flows sorted by firm, product, year, destination; n flows.

    numbers       company, product, destination (places among the sorted codes below), year, export_value_usd, and the
                  four variables in logs (NaN: no price elsewhere)
    companies, products, destinations   the codes, sorted; some may have no flow
    """

    numbers: pl.DataFrame
    companies: pl.Series
    products: pl.Series
    destinations: pl.Series

    @property
    def frame(self) -> pl.DataFrame:
        """(n rows) BY_FIRM as text, export_value_usd and the four variables."""
        return self.numbers.select(
            self.companies.gather(self.numbers["company"]).alias("company_id"),
            self.products.gather(self.numbers["product"]).alias("hs6_2007_code"),
            "year",
            self.destinations.gather(self.numbers["destination"]).alias("destination_iso3"),
            "export_value_usd",
            *VARIABLES,
        )

    @cached_property
    def product(self) -> np.ndarray:
        """(n,) place of the product in `products`."""
        return self._number("product")

    @cached_property
    def destination(self) -> np.ndarray:
        """(n,) place of the destination in `destinations`."""
        return self._number("destination")

    @cached_property
    def first_year(self) -> int:
        """The year whose number is 0; 0 without flows."""
        return self.numbers["year"].min() or 0

    @cached_property
    def year(self) -> np.ndarray:
        """(n,) years since `first_year`."""
        return self._number("year") - self.first_year

    @cached_property
    def years(self) -> int:
        """Years from the first to the last, at least 1."""
        return int(self.year.max(initial=0)) + 1

    @cached_property
    def markets(self) -> int:
        """How many markets there could be."""
        return len(self.products) * len(self.destinations) * self.years

    @cached_property
    def market(self) -> np.ndarray:
        """(n,) number of product, destination and year, in this order, below `markets`; not all occur."""
        return (self.product * len(self.destinations) + self.destination) * self.years + self.year

    @cached_property
    def line(self) -> np.ndarray:
        """(n,) number of firm, product and year, in this order; not all occur."""
        return (self._number("company") * len(self.products) + self.product) * self.years + self.year

    @cached_property
    def firm_product(self) -> np.ndarray:
        """(n,) number of firm, product and year, from 0 without gaps."""
        return np.cumsum(np.diff(self.line, prepend=-1) != 0) - 1

    @cached_property
    def first_of_firm_product(self) -> np.ndarray:
        """(firm-products,) row where each begins."""
        return np.flatnonzero(np.diff(self.line, prepend=-1))

    @cached_property
    def within_market(self) -> dict[str, np.ndarray]:
        """The variables (n,) as deviations from the mean of their market; one with missing values is left out.

        This equals partialling out destination-year dummies per product, and it needs one year at a time only.
        """
        size = np.maximum(np.bincount(self.market, minlength=self.markets), 1)
        levels = {name: self.numbers[name].to_numpy() for name in VARIABLES}
        return {
            name: values - (np.bincount(self.market, values, self.markets) / size)[self.market]
            for name, values in levels.items()
            if not np.isnan(values).any()
        }

    @cached_property
    def with_price_elsewhere(self) -> "Flows":
        """The flows of firm-products with another destination: those that the estimation uses."""
        return self.where(~np.isnan(self.numbers["ln_price_elsewhere"].to_numpy()))

    def where(self, kept: np.ndarray) -> "Flows":
        """The flows for which `kept` (n,) is true."""
        return self if kept.all() else replace(self, numbers=self.numbers.filter(pl.Series(kept)))

    def _number(self, name: str) -> np.ndarray:
        return self.numbers[name].cast(pl.Int64).to_numpy()


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
    read = (
        exports.filter((value > 0) & (quantity > 0))
        .select(
            *BY_FIRM,
            "province_code",
            "export_value_usd",
            ln_quantity=quantity.log(),
            ln_price=(value / quantity).log(),
        )
        .collect()
    )
    flows = _numbered(read, gdp.filter(pl.col("ln_province_gdp").is_finite()).collect())
    if settings.single_destination == "drop":
        flows = flows.where(_others(flows) > 0)
    elsewhere = pl.Series(_price_elsewhere(flows, settings), dtype=pl.Float64)
    return replace(flows, numbers=flows.numbers.with_columns(ln_price_elsewhere=elsewhere))


def _others(flows: Flows) -> np.ndarray:
    """(n,) how many other destinations the firm-product has in the year."""
    return np.bincount(flows.firm_product)[flows.firm_product] - 1


def _price_elsewhere(flows: Flows, settings: QualitySettings) -> np.ndarray:
    """(n,) average ln unit value of the firm-product's other destinations; NaN where there is none."""
    ln_price, others = flows.numbers["ln_price"].to_numpy(), _others(flows)

    def elsewhere(values: np.ndarray) -> np.ndarray:
        return np.bincount(flows.firm_product, values)[flows.firm_product] - values

    with np.errstate(invalid="ignore", divide="ignore"):
        match settings.price_elsewhere:
            case "mean_of_logs":
                mean = elsewhere(ln_price) / others
            case "log_of_mean":
                mean = np.log(elsewhere(np.exp(ln_price)) / others)
            case "value_weighted":
                value = flows.numbers["export_value_usd"].to_numpy()
                mean = elsewhere(value * ln_price) / elsewhere(value)
    return np.where(others > 0, mean, np.nan)


def _numbered(read: pl.DataFrame, gdp: pl.DataFrame) -> Flows:
    """The rows whose province has a GDP, with numbers for codes, sorted by BY_FIRM, as `clean_exports` is already.

    gdp   province_code, year, ln_province_gdp
    """
    # A firm's rows stand together: its codes are looked up once a run of equal ones, not once a row.
    place = ["province_code", "year"]
    runs, run = _runs(read.select("company_id", *place))
    runs = runs.join(gdp, on=place, how="left", maintain_order="left", validate="m:1")
    firm, companies = numbers_of(runs["company_id"])
    lines, line = _runs(read.select("hs6_2007_code"))
    product, products = numbers_of(lines.to_series())
    destination, destinations = numbers_of(read["destination_iso3"])
    numbers = read.select(
        "year",
        "export_value_usd",
        "ln_quantity",
        "ln_price",
        company=firm.gather(run),
        product=product.gather(line),
        destination=destination,
        ln_province_gdp=runs["ln_province_gdp"].gather(run),
    )
    if runs["ln_province_gdp"].null_count():
        numbers = numbers.drop_nulls("ln_province_gdp")
    flows = Flows(numbers, companies, products, destinations)
    in_order = (np.diff(flows.line * len(destinations) + flows.destination) > 0).all()
    return flows if in_order else replace(flows, numbers=numbers.sort("company", "product", "year", "destination"))


def _runs(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The first row of each run of equal rows; and (n,) the number of each row's run."""
    begins = rows.select(pl.any_horizontal(pl.all().ne_missing(pl.all().shift(1)))).to_series()
    if len(begins):
        begins[0] = True
    return rows.filter(begins), begins.cum_sum() - 1


def numbers_of(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(n,) the place of each code among the different ones, and these, sorted."""
    different = codes.unique().sort()
    return codes.cast(pl.Enum(different)).to_physical(), different
