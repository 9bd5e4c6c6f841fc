"""The flows that quality is estimated from, and their variables in logs within market.

A flow is one firm's exports of one product to one destination in a year. A market (or cell) is product, destination
and year. No sum of the estimation crosses products, so flows are read in ranges of products, which bounds memory, and
worked through in blocks of products: what is made on the way stays in the processor's cache. Codes are numbers and
variables plain arrays, because sums over a million markets then cost a tenth of what joins of text keys cost. Every sum
adds flows in the order of product, firm, year and destination: the same flows give the same bytes, in whichever order
they were read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from egov_assets.product_quality.settings import QualitySettings

BY_PRODUCT = ["hs6_2007_code", "company_id", "year", "destination_iso3"]
VARIABLES = ("ln_quantity", "ln_price", "ln_price_elsewhere", "ln_province_gdp")
RANGE_FLOWS = 2**21  # a range takes about 0.4 GiB; fewer flows read the same pages of the file more often
BLOCK_FLOWS = 2**16  # a block's arrays of 512 KiB stay in the cache; 2^20 takes half as long again
BLOCK_PRODUCTS = 2**8  # bounds the markets of a block where products are small


@dataclass(frozen=True)
class Flows:
    """A block: all flows of some neighbouring products, sorted by product, firm, year, destination; n flows.

    numbers   product, company, destination (places among the sorted codes of `trade`), year, export_value_usd, and the
              four variables in logs (NaN: no price elsewhere)
    trade     the flows of the whole range of products
    """

    numbers: pl.DataFrame
    trade: "Trade"

    @property
    def frame(self) -> pl.DataFrame:
        """(n rows) BY_PRODUCT as text, export_value_usd and the four variables."""
        return self.trade.with_codes(self.numbers).select(*BY_PRODUCT, "export_value_usd", *VARIABLES)

    @cached_property
    def product(self) -> np.ndarray:
        """(n,) place of the product among those of the trade."""
        return self.numbers["product"].to_numpy()

    @cached_property
    def year(self) -> np.ndarray:
        """(n,) years since the first of the trade."""
        return self.numbers["year"].to_numpy().astype(np.int64) - self.trade.first_year

    @cached_property
    def first_product(self) -> int:
        """The least place of a product; 0 without flows."""
        return int(self.product[0]) if len(self.product) else 0

    @cached_property
    def markets(self) -> int:
        """How many markets there could be in the block."""
        products = int(self.product[-1]) - self.first_product + 1 if len(self.product) else 0
        return products * len(self.trade.destinations) * self.trade.years

    @cached_property
    def market(self) -> np.ndarray:
        """(n,) number of product, destination and year, in this order, below `markets`; not all occur."""
        destination, destinations = self.numbers["destination"].to_numpy(), len(self.trade.destinations)
        return ((self.product - self.first_product) * destinations + destination) * self.trade.years + self.year

    @cached_property
    def firm_product(self) -> np.ndarray:
        """(n,) number of firm, product and year, from 0 without gaps."""
        company, companies = self.numbers["company"].to_numpy(), len(self.trade.companies)
        line = (self.product * companies + company) * self.trade.years + self.year
        return np.cumsum(np.diff(line, prepend=-1) != 0) - 1

    @cached_property
    def first_of_firm_product(self) -> np.ndarray:
        """(firm-products,) row where each begins."""
        return np.flatnonzero(np.diff(self.firm_product, prepend=-1))

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

    @property  # not kept: where all have one, a block would hold itself and stay in memory
    def with_price_elsewhere(self) -> "Flows":
        """The flows of firm-products with another destination: those that the estimation uses."""
        return self.where(~np.isnan(self.numbers["ln_price_elsewhere"].to_numpy()))

    def where(self, kept: np.ndarray) -> "Flows":
        """The flows for which `kept` (n,) is true."""
        return self if kept.all() else replace(self, numbers=self.numbers.filter(pl.Series(kept)))


@dataclass(frozen=True)
class Trade:
    """All flows of a range of products, sorted by product, firm, year, destination, with numbers for codes.

    numbers   as of `Flows`, without the price elsewhere
    companies, products, destinations   the codes, sorted; some may have no flow
    first_year, years                   of the calendar that the flows span; years is at least 1
    """

    numbers: pl.DataFrame
    companies: pl.Series
    products: pl.Series
    destinations: pl.Series
    first_year: int
    years: int

    def blocks(self, settings: QualitySettings) -> Iterator[Flows]:
        """The flows block by block, with the price elsewhere of `settings`; at least one block, which may be empty.

        Source  method.md section 5 step 2; flows without another destination are dropped by default (EQ-08)
        """
        ends = np.cumsum(np.bincount(self.numbers["product"].to_numpy(), minlength=len(self.products)))
        first, begin = 0, 0
        while True:
            last = int(np.searchsorted(ends, begin + BLOCK_FLOWS, side="right"))
            last = min(max(last, first + 1), first + BLOCK_PRODUCTS, len(ends))
            end = int(ends[last - 1]) if last else 0
            yield _with_price_elsewhere(Flows(self.numbers.slice(begin, end - begin), self), settings)
            if last == len(ends):
                return
            first, begin = last, end

    def with_codes(self, numbers: pl.DataFrame) -> pl.DataFrame:
        """The numbered flows with their codes as text beside the numbers."""
        return numbers.with_columns(
            company_id=self.companies.gather(numbers["company"]),
            hs6_2007_code=self.products.gather(numbers["product"]),
            destination_iso3=self.destinations.gather(numbers["destination"]),
        )


def product_ranges(flows: pl.DataFrame) -> list[pl.Expr]:
    """Conditions on the product, in order, each met by about RANGE_FLOWS flows and every code meeting one of them.

    flows  hs6_2007_code, flows; one row or several per product
    """
    code, size = pl.col("hs6_2007_code"), pl.col("flows")
    sizes = flows.group_by(code).agg(size.sum()).sort(code)
    number = (size.cum_sum() - size) // RANGE_FLOWS
    firsts = sizes.filter(number != number.shift(1))["hs6_2007_code"].to_list()
    from_first = [pl.lit(True), *(code >= first for first in firsts)]
    to_next = [*(code < first for first in firsts), pl.lit(True)]
    return [lower & upper for lower, upper in zip(from_first, to_next, strict=True)]


def read_trade(exports: pl.LazyFrame, provinces: pl.LazyFrame) -> Trade:
    """Flows with positive value and quantity and a provincial GDP, by product.

    exports    company_id, hs6_2007_code, destination_iso3, year, province_code, export_value_usd, quantity
    provinces  province_code, year, gdp_100m_cny (nominal: a deflator common to all provinces is absorbed by the market)
    Adds       ln_quantity, ln_price (unit value, USD per unit), ln_province_gdp
    """
    gdp = provinces.select("province_code", "year", ln_province_gdp=pl.col("gdp_100m_cny").log())
    value, quantity = pl.col("export_value_usd"), pl.col("quantity")
    read = exports.filter((value > 0) & (quantity > 0)).select(
        *BY_PRODUCT, "province_code", "export_value_usd", ln_quantity=quantity.log(), ln_price=(value / quantity).log()
    )
    return _numbered(read.collect(), gdp.filter(pl.col("ln_province_gdp").is_finite()).collect())


def _with_price_elsewhere(flows: Flows, settings: QualitySettings) -> Flows:
    """The flows with the average ln unit value of the firm-product's other destinations; NaN where there is none."""
    others = np.bincount(flows.firm_product)[flows.firm_product] - 1 if len(flows.product) else np.zeros(0)
    ln_price, firm_product = flows.numbers["ln_price"].to_numpy(), flows.firm_product

    def elsewhere(values: np.ndarray) -> np.ndarray:
        return np.bincount(firm_product, values)[firm_product] - values

    with np.errstate(invalid="ignore", divide="ignore"):
        match settings.price_elsewhere:
            case "mean_of_logs":
                mean = elsewhere(ln_price) / others
            case "log_of_mean":
                mean = np.log(elsewhere(np.exp(ln_price)) / others)
            case "value_weighted":
                value = flows.numbers["export_value_usd"].to_numpy()
                mean = elsewhere(value * ln_price) / elsewhere(value)
    mean = pl.Series("ln_price_elsewhere", np.where(others > 0, mean, np.nan), dtype=pl.Float64)
    flows = replace(flows, numbers=flows.numbers.with_columns(mean))
    return flows.where(others > 0) if settings.single_destination == "drop" else flows


def _numbered(read: pl.DataFrame, gdp: pl.DataFrame) -> Trade:
    """The rows whose province has a GDP, with numbers for codes.

    gdp   province_code, year, ln_province_gdp
    """
    # `clean_exports` stands in the order of BY_PRODUCT: codes are looked up once a run of equal ones, not once a row.
    product, products = numbers_of_runs(read["hs6_2007_code"])
    firms, of_row = _runs(read.select("company_id", "province_code", "year"))
    firms = firms.join(gdp, on=["province_code", "year"], how="left", maintain_order="left", validate="m:1")
    company, companies = numbers_of(firms["company_id"])
    destination, destinations = numbers_of(read["destination_iso3"])
    numbers = read.select(
        "year",
        "export_value_usd",
        "ln_quantity",
        "ln_price",
        product=product,
        company=company.gather(of_row),
        destination=destination,
        ln_province_gdp=firms["ln_province_gdp"].gather(of_row),
    )
    del read  # the codes as text take twice the memory of the numbers
    if firms["ln_province_gdp"].null_count():
        numbers = numbers.drop_nulls("ln_province_gdp")
    first_year = numbers["year"].min() or 0
    years = (numbers["year"].max() or 0) - first_year + 1
    trade = Trade(numbers, companies, products, destinations, first_year, years)
    return (
        trade
        if _is_sorted(trade)
        else replace(trade, numbers=numbers.sort("product", "company", "year", "destination"))
    )


def _is_sorted(trade: Trade) -> bool:
    key = trade.numbers["product"].to_numpy()
    sizes = {
        "company": len(trade.companies),
        "year": trade.first_year + trade.years,
        "destination": len(trade.destinations),
    }
    for name, size in sizes.items():
        key = key * size + trade.numbers[name].to_numpy()
    return bool((np.diff(key) > 0).all())


def _runs(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """The first row of each run of equal rows; and (n,) the number of each row's run."""
    begins = rows.select(pl.any_horizontal(pl.all().ne_missing(pl.all().shift(1)))).to_series()
    if len(begins):
        begins[0] = True
    return rows.filter(begins), begins.cum_sum() - 1


def numbers_of_runs(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """As `numbers_of`, faster where equal codes stand together."""
    runs, of_row = _runs(codes.to_frame())
    number, different = numbers_of(runs.to_series())
    return number.gather(of_row), different


def numbers_of(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(n,) the place of each code among the different ones, and these, sorted."""
    different = codes.unique().sort()
    return codes.cast(pl.Enum(different)).to_physical().cast(pl.Int64), different
