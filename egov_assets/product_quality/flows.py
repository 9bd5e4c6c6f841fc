"""The flows that quality is estimated from, read block by block, and their variables in logs within market.

A flow is one firm's exports of one product to one destination in a year. A line is a firm's flows of one product in one
year, a market (or cell) is product, destination and year. No sum of the estimation crosses years or products, so a
block of whole products of one year is read at a time, and its arrays stay in the processor's cache. Flows are stored
in the order of product, firm and destination, and every sum adds in it: the same flows give the same bytes on one kind
of processor (numpy's logarithm differs between kinds in the last digit).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from egov_assets.product_quality import codes, kernels, lines
from egov_assets.product_quality.parallel import Result, in_parallel
from egov_assets.product_quality.settings import QualitySettings

BY_PRODUCT = ["hs6_2007_code", "company_id", "year", "destination_iso3"]
VARIABLES = ("ln_quantity", "ln_price", "ln_price_elsewhere", "ln_province_gdp")
BLOCK_FLOWS = 2**17  # a block ends with the product that reaches this number


class OutOfOrder(ValueError):
    """Flows do not stand by product, firm and destination, one stands there twice, or there are several years."""


@dataclass(frozen=True)
class Flows:
    """A block: all flows of some neighbouring products of one year in the order of BY_PRODUCT; n flows in lines.

    rows         (m rows) as they were read, also those that are left out
    places       (n,) which rows are the flows
    products     (products,) codes in order
    product      (n,) place of the product among these
    market       (n,) number of the destination, below `markets`
    line_starts  (lines + 1,) as in `lines`
    ln_quantity, ln_price (unit value, USD per unit), ln_province_gdp, ln_price_elsewhere (NaN: none)   (n,)
    """

    rows: pl.DataFrame
    places: np.ndarray
    products: pl.Series
    product: np.ndarray
    market: np.ndarray
    markets: int
    line_starts: np.ndarray
    ln_quantity: np.ndarray
    ln_price: np.ndarray
    ln_price_elsewhere: np.ndarray
    ln_province_gdp: np.ndarray

    def __len__(self) -> int:
        return len(self.product)

    def named(self, some: np.ndarray) -> pl.DataFrame:
        """(len(some) rows) BY_PRODUCT, export_value_usd of the flows with these numbers."""
        return self.rows.select(*BY_PRODUCT, "export_value_usd")[self.places.take(some)]

    @property
    def frame(self) -> pl.DataFrame:
        """(n rows) BY_PRODUCT, export_value_usd and the four variables."""
        variables = (pl.Series(name, getattr(self, name)) for name in VARIABLES)
        return self.named(np.arange(len(self))).with_columns(variables)

    @cached_property
    def product_starts(self) -> np.ndarray:
        """(products + 1,) as in `lines`; a product may have no flow."""
        return np.searchsorted(self.product, np.arange(len(self.products) + 1))

    @cached_property
    def line_product(self) -> np.ndarray:
        """(lines,) place of the product of each line."""
        return self.product[self.line_starts[:-1]]

    @property
    def within(self) -> np.ndarray:
        """(n, 4) the variables less the mean of their market."""
        return self._within_market[0]

    @property
    def opens_market(self) -> np.ndarray:
        """(n,) whether the flow is the first of its market."""
        return self._within_market[1]

    @cached_property
    def _within_market(self) -> tuple[np.ndarray, np.ndarray]:
        variables = (getattr(self, name) for name in VARIABLES)
        return kernels.within_market(*variables, self.market, self.markets, self.product_starts)

    @property  # not kept: where all have one, a block would hold itself and stay in memory
    def with_price_elsewhere(self) -> "Flows":
        """The flows of lines with another destination: those that the estimation uses."""
        return self.where(~np.isnan(self.ln_price_elsewhere))

    def where(self, kept: np.ndarray) -> "Flows":
        """The flows for which `kept` (n,) is true, in lines that are kept whole or not at all."""
        if kept.all():
            return self
        at = np.flatnonzero(kept)
        of_line = kept[self.line_starts[:-1]]
        sizes = np.diff(self.line_starts)[of_line]
        of_flow = ("places", "product", "market", *VARIABLES)
        return replace(
            self,
            line_starts=np.concatenate([[0], np.cumsum(sizes)]),
            **{name: getattr(self, name).take(at) for name in of_flow},
        )


def over_flows(
    function: Callable[[Flows], Result], exports: pl.LazyFrame, provinces: pl.LazyFrame, settings: QualitySettings
) -> Iterator[Result]:
    """The function of each block of flows, in the order of products; of at least one block, which may be empty.

    Flows have a positive value and quantity and a provincial GDP.

    exports    one year: BY_PRODUCT, by which they are sorted, province_code, export_value_usd, quantity
    provinces  province_code, year, gdp_100m_cny (nominal: a deflator common to all provinces is absorbed by the market)
    settings   decides on the price elsewhere, and whether flows without one are dropped, as by default (EQ-08)
    Raises     OutOfOrder naming a flow that stands in the wrong place
    Source     method.md section 5 step 2
    """
    gdp = provinces.select("province_code", "year", ln_gdp=pl.col("gdp_100m_cny").log()).collect()
    if gdp.select("province_code", "year").is_duplicated().any():
        raise ValueError("clean_provinces: a province stands twice in a year. Materialize clean_provinces again.")
    read = exports.select(*BY_PRODUCT, "province_code", "export_value_usd", "quantity")
    positive = pl.col("export_value_usd", "quantity").is_between(0, float("inf"), closed="none")
    blocks = _ascending(whole_products(read.filter(pl.all_horizontal(positive))))
    return in_parallel(lambda rows: function(_block(rows, gdp, settings)), blocks)


def _ascending(blocks: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The blocks, each of which must begin in the same year, behind the product that the one before ended with."""
    last = None
    for rows in blocks:
        if last is not None and (rows["hs6_2007_code"][0] <= last[0] or rows["year"][0] != last[1]):
            raise _out_of_order(rows.head(1))
        last = (rows["hs6_2007_code"][-1], rows["year"][-1]) if rows.height else last
        yield rows


def whole_products(read: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """The rows, sorted by product, in blocks that end with the product that reaches BLOCK_FLOWS; one block at least.

    Blocks do not depend on how the rows arrive.
    """
    held, size = [read.clear().collect()], 0  # pieces of the block to come, and how many rows they have
    last = None
    # Unstable in polars, which is pinned and tested here. Reading all at once costs more time in page faults than the
    # whole estimation.
    for batch in read.collect_batches(maintain_order=True):
        product = batch["hs6_2007_code"]
        begins = codes.run_begins(product)
        ends = begins[1:] if len(begins) and product[0] == last else begins
        begin = 0
        while (at := np.searchsorted(ends, begin + BLOCK_FLOWS - size)) < len(ends):
            end = int(ends[at])
            yield pl.concat([*held, batch[begin:end]], rechunk=True) if size else batch[begin:end]
            held, size, begin = [], 0, end
        held.append(batch[begin:])
        size += held[-1].height
        last = product[-1] if len(product) else last
    yield pl.concat(held, rechunk=True)


def _block(rows: pl.DataFrame, gdp: pl.DataFrame, settings: QualitySettings) -> Flows:
    """The rows that are flows.

    rows  whole products
    gdp   province_code, year, ln_gdp
    """
    [product], [company], [destination] = (
        codes.words(rows[name]) for name in ("hs6_2007_code", "company_id", "destination_iso3")
    )
    province, known_province = codes.words(rows["province_code"], gdp["province_code"])
    year, value, quantity = (rows[name].to_numpy() for name in ("year", "export_value_usd", "quantity"))
    product_begins, line_begins = lines.begins(product, company)
    wrong = lines.first_out_of_order(product, company, year, destination, line_begins)
    if wrong >= 0:
        raise _out_of_order(rows[wrong])
    known = known_province, gdp["year"].to_numpy(), gdp["ln_gdp"].to_numpy()
    ln_gdp = lines.ln_gdp_of_rows(province, year, line_begins, *known)
    places, line_starts = lines.usable_rows(line_begins, ln_gdp, settings.single_destination != "drop")

    number, numbers = codes.numbers(destination)
    value, quantity = value.take(places), quantity.take(places)
    ln_price = np.log(value / quantity)
    return Flows(
        rows=rows,
        places=places,
        products=rows["hs6_2007_code"].gather(np.flatnonzero(product_begins)),
        product=(np.cumsum(product_begins) - 1).take(places),
        market=number.take(places),
        markets=numbers,
        line_starts=line_starts,
        ln_quantity=np.log(quantity),
        ln_price=ln_price,
        ln_price_elsewhere=_price_elsewhere(ln_price, value, line_starts, settings),
        ln_province_gdp=ln_gdp.take(places),
    )


def _price_elsewhere(
    ln_price: np.ndarray, value: np.ndarray, line_starts: np.ndarray, settings: QualitySettings
) -> np.ndarray:
    """(n,) average ln unit value of the line's other destinations; NaN where there is none."""
    equal = np.ones(len(ln_price))
    match settings.price_elsewhere:
        case "mean_of_logs":
            return lines.mean_of_others(ln_price, equal, line_starts)
        case "log_of_mean":
            return np.log(lines.mean_of_others(np.exp(ln_price), equal, line_starts))
        case "value_weighted":
            return lines.mean_of_others(ln_price, value, line_starts)


def _out_of_order(row: pl.DataFrame) -> OutOfOrder:
    named = ", ".join(f"{name} {row[name].item()}" for name in BY_PRODUCT)
    return OutOfOrder(
        f"clean_exports: the flow {named} does not come behind the one before it in the order of product, firm and "
        "destination of one year, or stands there twice. Materialize clean_exports again."
    )
