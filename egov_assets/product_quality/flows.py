"""The flows that quality is estimated from, read block by block, and their variables in logs within market.

A flow is one firm's exports of one product to one destination in a year. A run is a firm's flows of one product in one
year, which stand together; a market (or cell) is product, destination and year. No sum of the estimation crosses years
or products, so a block of whole products of one year is read at a time, and its arrays stay in the processor's cache.
Every sum over flows is a `np.bincount`, which adds in the order of the rows: the same flows give the same bytes,
whatever the threads, on one kind of processor (numpy's logarithm differs between kinds in the last digit).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from egov_assets.product_quality.parallel import Result, in_parallel
from egov_assets.product_quality.settings import QualitySettings

BY_PRODUCT = ["hs6_2007_code", "company_id", "year", "destination_iso3"]
VARIABLES = ("ln_quantity", "ln_price", "ln_price_elsewhere", "ln_province_gdp")
MAD_OF_NORMAL = 1.4826
MIN_FLOWS_OF_MAD = 10  # in fewer the deviations of a handful of flows decide
BLOCK_FLOWS = 2**17  # a block ends with the product that reaches this number


class OutOfOrder(ValueError):
    """Flows do not stand by product, firm and destination, one stands there twice, or there are several years."""


@dataclass(frozen=True)
class Block:
    """All flows of some neighbouring products of one year.

    products  hs6_2007_code, year, outlying_flows and outlying_value_usd (left out for their unit value); in order, also
              those of which no flow is left
    flows     (n rows) in the order of BY_PRODUCT: its columns, export_value_usd, VARIABLES (ln_price_elsewhere is NaN
              where there is no other destination), three numbers: product (row of `products`), run, market, and
              is_in_thin_market
    """

    products: pl.DataFrame
    flows: pl.DataFrame

    @property
    def product(self) -> np.ndarray:
        """(n,) the row of `products`."""
        return self.flows["product"].to_numpy()

    @property
    def opens_run(self) -> np.ndarray:
        """(n,) whether the flow is the first of its run."""
        return np.diff(self.flows["run"].to_numpy(), prepend=-1) > 0

    @property  # not kept: where all have one, a block would hold itself and stay in memory
    def with_price_elsewhere(self) -> "Block":
        """The flows of runs with another destination: those that the estimation uses."""
        flows = self.flows.filter(pl.col("ln_price_elsewhere").is_not_nan())
        return self if flows.height == self.flows.height else Block(self.products, flows.rechunk())

    @cached_property
    def within(self) -> dict[str, np.ndarray]:
        """(n,) each variable less the mean of its market, as if destination-year dummies per product were taken out."""
        market = self.flows["market"].to_numpy()
        size = np.maximum(np.bincount(market), 1)  # numbers between those of markets stand for none
        values = {name: self.flows[name].to_numpy() for name in VARIABLES}
        return {name: value - (np.bincount(market, value) / size)[market] for name, value in values.items()}

    def coefficients(self, table: pl.DataFrame) -> pl.DataFrame:
        """The row of each of `products` in a table of one row per hs6_2007_code; null where it has none."""
        return self.products.join(table, on="hs6_2007_code", how="left", maintain_order="left", validate="1:1")

    def sums(self, values: np.ndarray) -> np.ndarray:
        """(products,) of the values (n,)."""
        return np.bincount(self.product, values, self.products.height).astype(np.float64)


def over_flows(
    function: Callable[[Block], Result], exports: pl.LazyFrame, provinces: pl.LazyFrame, settings: QualitySettings
) -> Iterator[Result]:
    """The function of each block of flows, in the order of products; of at least one block, which may be empty.

    Flows have a positive value and quantity and a provincial GDP. Without any province GDP is the same for all flows,
    and so no regressor.

    exports    one year: BY_PRODUCT, by which they are sorted, province_code, export_value_usd, quantity
    provinces  province_code, year, gdp_100m_cny, as `provincial_gdp` gives (what all share is absorbed by the market)
    settings   decides on the price elsewhere, and whether flows without one are dropped, as by default (EQ-08)
    Raises     OutOfOrder naming a flow that stands in the wrong place
    Source     method.md section 5 step 2
    """
    printed = provinces.select("province_code", "year", ln_province_gdp=pl.col("gdp_100m_cny").log()).collect()
    if printed.select("province_code", "year").is_duplicated().any():
        raise ValueError("clean_provinces: a province stands twice in a year. Materialize clean_provinces again.")
    gdp = None if printed.is_empty() else printed.filter(pl.col("ln_province_gdp").is_finite())
    positive = pl.col("export_value_usd", "quantity").is_between(0, float("inf"), closed="none")
    read = (
        exports.select(*BY_PRODUCT, "province_code", "export_value_usd", "quantity")
        .filter(pl.all_horizontal(positive))
        .with_columns(is_in_order=_is_first() | _comes_behind().fill_null(False))
    )
    return in_parallel(lambda rows: function(_block(rows, gdp, settings)), _whole_products(read))


def _is_first() -> pl.Expr:
    return pl.col("hs6_2007_code").shift().is_null()


def _comes_behind() -> pl.Expr:
    """Whether a row is of the year of the row before, and behind it by product, company and destination."""
    product, company, year, destination = ((pl.col(name), pl.col(name).shift()) for name in BY_PRODUCT)

    def behind(codes: tuple[pl.Expr, pl.Expr], ties: pl.Expr) -> pl.Expr:
        own, before = codes
        return (own > before) | ((own == before) & ties)

    return (year[0] == year[1]) & behind(product, behind(company, behind(destination, pl.lit(False))))


def _whole_products(read: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """The rows, sorted by product, in blocks that end with the product that reaches BLOCK_FLOWS; one block at least.

    Blocks do not depend on how the rows arrive.
    """
    held = read.clear().collect()
    # Unstable in polars, which is pinned and tested here. Reading all at once costs more time in page faults than the
    # whole estimation.
    for batch in read.collect_batches(maintain_order=True):
        held = pl.concat([held, batch])
        while held.height > BLOCK_FLOWS:
            product = held["hs6_2007_code"]
            is_next = product[BLOCK_FLOWS:] != product[BLOCK_FLOWS - 1]
            if not is_next.any():
                break
            end = BLOCK_FLOWS + is_next.arg_max()
            yield held[:end].rechunk()
            held = held[end:]
    yield held.rechunk()


def _block(rows: pl.DataFrame, gdp: pl.DataFrame | None, settings: QualitySettings) -> Block:
    """The rows that are flows.

    rows  whole products; is_in_order
    gdp   province_code, year, ln_province_gdp; None: the same for all
    """
    if not rows["is_in_order"].all():
        wrong = rows.filter(~pl.col("is_in_order")).row(0, named=True)
        raise OutOfOrder(
            f"clean_exports: the flow {', '.join(f'{name} {wrong[name]}' for name in BY_PRODUCT)} does not come behind "
            "the one before it in the order of product, firm and destination of one year, or stands there twice. "
            "Materialize clean_exports again."
        )
    destination, destinations = numbered(rows["destination_iso3"])
    flows = rows.with_columns(
        product=pl.col("hs6_2007_code").rle_id().cast(pl.Int64),
        run=pl.struct("hs6_2007_code", "company_id").rle_id().cast(pl.Int64),
    ).with_columns(market=pl.col("product") * len(destinations) + destination)
    if gdp is None:
        flows = flows.with_columns(ln_province_gdp=0.0)
    else:
        flows = flows.join(gdp, on=["province_code", "year"], how="left", maintain_order="left")
    products = flows.filter(pl.col("product").diff().fill_null(1) > 0).select("hs6_2007_code", "year")
    value, quantity = flows["export_value_usd"].to_numpy(), flows["quantity"].to_numpy()
    is_known, ln_price = flows["ln_province_gdp"].is_not_null().to_numpy(), np.log(value / quantity)
    is_outlier = _is_outlier(ln_price, flows["product"].to_numpy(), settings) & is_known
    of_outlier = flows["product"].to_numpy()[is_outlier]
    products = products.with_columns(
        outlying_flows=np.bincount(of_outlier, minlength=products.height),
        outlying_value_usd=np.bincount(of_outlier, value[is_outlier], products.height).astype(np.float64),
    )
    run, is_known = flows["run"].to_numpy(), is_known & ~is_outlier
    fewest = 2 if settings.single_destination == "drop" else 1
    kept = is_known & (np.bincount(run, is_known) >= fewest)[run]
    flows = flows.filter(kept)
    ln_price, value, market = ln_price[kept], value[kept], flows["market"].to_numpy()
    flows = flows.select(
        *BY_PRODUCT,
        *("export_value_usd", "ln_province_gdp", "product", "run", "market"),
        ln_quantity=np.log(quantity[kept]),
        ln_price=ln_price,
        ln_price_elsewhere=_price_elsewhere(ln_price, value, flows["run"].to_numpy(), settings),
        is_in_thin_market=(np.bincount(market) < settings.sparse_data.min_market_flows)[market],
    )
    return Block(products, flows.rechunk())


def _is_outlier(ln_price: np.ndarray, product: np.ndarray, settings: QualitySettings) -> np.ndarray:
    """(n,) whether a ln unit value lies beyond median +- unit_value_mads x 1.4826 MAD of its product.

    Not in products of fewer than MIN_FLOWS_OF_MAD flows, nor where more than half have one unit value.
    Source  Leys et al. (2013), Journal of Experimental Social Psychology 49; 1.4826 makes a MAD a normal sd
    """
    mads = settings.sparse_data.unit_value_mads
    if mads is None:
        return np.zeros(len(ln_price), dtype=bool)
    prices = pl.DataFrame({"product": pl.Series(product).set_sorted(), "ln_price": ln_price})

    def median(column: str) -> pl.DataFrame:
        return prices.group_by("product", maintain_order=True).agg(pl.col(column).median(), flows=pl.len())

    centre = median("ln_price")
    distance = np.abs(ln_price - centre["ln_price"].to_numpy()[product])
    prices = prices.with_columns(distance=distance)
    spread = MAD_OF_NORMAL * median("distance")["distance"].to_numpy()
    limit = np.where((spread > 0) & (centre["flows"].to_numpy() >= MIN_FLOWS_OF_MAD), mads * spread, np.inf)
    return distance > limit[product]


def numbered(codes: pl.Series) -> tuple[pl.Series, pl.Series]:
    """(n,) the place of each code among the different ones; these, in order."""
    different = codes.unique().sort()
    return codes.cast(pl.Enum(different)).to_physical().cast(pl.Int64), different


def _price_elsewhere(ln_price: np.ndarray, value: np.ndarray, run: np.ndarray, settings: QualitySettings) -> np.ndarray:
    """(n,) average ln unit value of the run's other destinations; NaN where there is none."""
    match settings.price_elsewhere:
        case "mean_of_logs":
            return _mean_of_others(ln_price, run)
        case "log_of_mean":
            return np.log(_mean_of_others(np.exp(ln_price), run))
        case "value_weighted":
            return _mean_of_others(ln_price, run, value)


def _mean_of_others(values: np.ndarray, run: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """(n,) mean of the values (n,) of the other flows of the run, a number for each; NaN in a run of one."""
    starts = np.flatnonzero(np.diff(run, prepend=-1))
    sizes = np.diff(starts, append=len(run))
    mean = np.full(len(values), np.nan)
    for size in np.unique(sizes[sizes > 1]):
        runs = starts[sizes == size] + np.arange(size)[:, None]  # one column for each run of this size
        if weights is None:
            mean[runs] = _sum_of_others(values[runs]) / (size - 1)
        else:
            mean[runs] = _sum_of_others(weights[runs] * values[runs]) / _sum_of_others(weights[runs])
    return mean


def _sum_of_others(table: np.ndarray) -> np.ndarray:
    """The sum of the other values of its column, for each value."""
    # What stands before and what stands behind, rather than all less the own: a giant flow would leave its rounding to
    # the small ones.
    before, behind = np.zeros_like(table), np.zeros_like(table)
    np.cumsum(table[:-1], axis=0, out=before[1:])
    np.cumsum(table[:0:-1], axis=0, out=behind[-2::-1])
    return before + behind
