"""Flows of any number for the benchmarks: heavy-tailed products and firms, a price elasticity per product.

python -m benchmarks.synthetic_flows LAKE FLOWS
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.years import YEARS
from egov_assets.product_quality.flows import BY_PRODUCT

PRODUCTS = 4_000  # HS6 codes that pass the filters in such studies: 3,500 to 4,500 (domain.md 4.6)
PROVINCES = 31
DESTINATIONS = 180
FLOWS_PER_FIRM = 60
SEED = 20102012
_RUNS_AT_ONCE = 400_000


def write_flows(lake: Path, flows: int) -> None:
    """About `flows` rows of `clean_exports` in three yearly files, sorted by key, and their `clean_provinces`."""
    for position, year in enumerate(YEARS):
        drawn = pl.concat(_blocks(year, flows // len(YEARS), np.random.default_rng((SEED, position)))).sort(BY_PRODUCT)
        write_table(drawn, table_path(lake, "clean_exports", year))
        gdp = np.exp(np.random.default_rng((SEED, year)).normal(9, 0.8, PROVINCES))
        write_table(
            pl.DataFrame(
                {
                    "province_code": _codes(np.arange(PROVINCES) + 11, 2, "0000"),
                    "year": pl.Series([year] * PROVINCES, dtype=pl.Int32),
                    "gdp_100m_cny": gdp,
                }
            ),
            table_path(lake, "clean_provinces", year),
        )


def _blocks(year: int, wanted: int, rng: np.random.Generator) -> Iterator[pl.DataFrame]:
    """Blocks of firms ascending: a Zipf-like choice of products, a log-normal number of destinations each."""
    size = (np.arange(1, PRODUCTS + 1) + 20.0) ** -1.1
    product_share = np.cumsum(size / size.sum())
    destination_share = np.cumsum((np.arange(1, DESTINATIONS + 1) + 3.0) ** -1.0)
    destination_share /= destination_share[-1]
    sigma = 1 + np.exp(np.random.default_rng(SEED).normal(0.7, 0.3, PRODUCTS))
    made, firm = 0, 0
    while made < wanted:
        firms = min(max((wanted - made) // FLOWS_PER_FIRM, 1), _RUNS_AT_ONCE // 8)
        runs_each = 1 + rng.negative_binomial(0.7, 0.08, firms)
        owner = np.repeat(np.arange(firms), runs_each)
        product = np.searchsorted(product_share, rng.random(len(owner))).clip(max=PRODUCTS - 1)
        key = np.unique(owner * PRODUCTS + product)
        run_cost = 0.6 * rng.normal(size=len(key))
        destinations_each = np.minimum(np.ceil(np.exp(rng.normal(1.2, 0.9, len(key)))).astype(int), 60)
        run = np.repeat(np.arange(len(key)), destinations_each)
        destination = np.searchsorted(destination_share, rng.random(len(run))).clip(max=DESTINATIONS - 1)
        pair = np.unique(run * DESTINATIONS + destination)
        run, destination = pair // DESTINATIONS, pair % DESTINATIONS
        owner, product = key[run] // PRODUCTS, key[run] % PRODUCTS
        ln_price = run_cost[run] + 0.4 * rng.normal(size=len(run))
        ln_quantity = 6 - 0.01 * destination - sigma[product] * ln_price + rng.standard_t(5, len(run)).clip(-8, 8)
        number = firm + owner
        yield pl.DataFrame(
            {
                "company_id": _codes(number, 10),
                "hs6_2007_code": _codes(product + 100_000, 6),
                "destination_iso3": _codes(destination + 100, 3),
                "year": np.full(len(run), year, dtype=np.int32),
                "province_code": _codes(number % PROVINCES + 11, 2, "0000"),
                "export_value_usd": np.exp(ln_quantity + ln_price),
                "quantity": np.exp(ln_quantity),
                "lines": np.ones(len(run), dtype=np.int64),
            }
        )
        made, firm = made + len(run), firm + firms


def _codes(numbers: np.ndarray, digits: int, ending: str = "") -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(digits) + ending


if __name__ == "__main__":
    write_flows(Path(sys.argv[1]), int(sys.argv[2]))
