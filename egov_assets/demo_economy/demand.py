"""Export flows: which product goes where, at what price, in what quantity (CES demand of method.md section 2, eq. 2).

What belongs here: prices, demand and flows, in blocks of firms. Not: what a firm's quality is (`capability.py`).

    ln q = market term - sigma ln p + (sigma - 1) ln lambda + gamma ln provincial GDP + noise
    ln p = ln markup + ln unit cost + beta ln lambda + cost shock of firm and product + shock of the destination

The destination's price shock is correlated with the demand noise, so that least squares misses sigma; the cost shock is
common to the destinations, so that the price elsewhere is a relevant instrument. In some products of the long tail the
destination sets the price and costs hardly pass through: there the instrument is weak.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.demo_economy.markets import Markets
from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.truth import Truth
from egov_assets.platform.settings_file import SettingsError

MOST_AMOUNT = 1e14  # USD or units of a flow, at which the cleaning takes a number for none
MOST_GAP = 6.0  # in logs; a plan further above what its markets take is missed, or some prices would be a thousandth
FIRMS_PER_BLOCK = 2000  # about 60,000 flows: memory stays bounded at any scale


@dataclass(frozen=True)
class Exporters:
    """Firms that export in some year, ascending by number; (M,) or (M, T).

    division: two digits, as in Markets; pairs: expected number of product-destination pairs; single_destination: sells
    to one country only; ln_efficiency: process capability; capability: lasting part of ln lambda; exports: in the year;
    ln_target_usd: planned exports; ln_quality: the firm-year part of ln lambda.
    """

    firm: np.ndarray
    division: np.ndarray
    pairs: np.ndarray
    single_destination: np.ndarray
    ln_efficiency: np.ndarray
    capability: np.ndarray
    ordinary_trade_share: np.ndarray
    exports: np.ndarray
    ln_target_usd: np.ndarray
    ln_quality: np.ndarray
    ln_province_gdp: np.ndarray


@dataclass(frozen=True)
class _Pairs:
    """What lasts of a block's product-destination pairs: (n,) each; owner and line index firm and firm-product."""

    owner: np.ndarray
    line: np.ndarray
    product: np.ndarray
    destination: np.ndarray
    line_quality: np.ndarray
    line_cost: np.ndarray
    taste: np.ndarray
    is_core: np.ndarray
    ordinary: np.ndarray


def flow_blocks(truth: Truth, world: Markets, exporters: Exporters, period: int) -> Iterator[pl.DataFrame]:
    """The flows of one year, by blocks of firms ascending (columns in economy.py), sorted by firm, HS6, destination."""
    deviation = _market_deviation(truth, world, period)
    for block, start in enumerate(range(0, len(exporters.firm), FIRMS_PER_BLOCK)):
        firms = slice(start, start + FIRMS_PER_BLOCK)
        yield _flows_of_block(truth, world, exporters, firms, period, block, deviation)


def _flows_of_block(
    truth: Truth,
    world: Markets,
    exporters: Exporters,
    firms: slice,
    period: int,
    block: int,
    deviation: np.ndarray,
) -> pl.DataFrame:
    pairs = _pairs(truth, world, exporters, firms, block)
    year = truth.years[period]
    rng = stream(truth.seed, "flows", year, block)
    count, lines = len(pairs.owner), int(pairs.line.max(initial=-1)) + 1
    served = pairs.is_core | (rng.random(count) < truth.demand.occasional_share)
    served &= exporters.exports[firms, period][pairs.owner]
    yearly_taste = _left_skewed(rng, truth.demand.taste_year_shape, truth.demand.taste_scale, count)
    cost_shock = truth.prices.cost_year_sd * rng.standard_normal(lines)
    own_price_shock = rng.standard_normal(count)
    slip = _unit_slips(rng, truth, world.in_long_tail[pairs.product])

    owner, line, product = pairs.owner[served], pairs.line[served], pairs.product[served]
    destination = pairs.destination[served]
    sigma = world.sigma[product]
    taste = pairs.taste[served] + yearly_taste[served]  # in units of ln lambda; mean zero
    noise = (sigma - 1) * taste
    market = world.market_term(product, destination, period, deviation)
    home = truth.demand.home_gdp_elasticity * exporters.ln_province_gdp[firms, period][owner]
    ln_quality = exporters.ln_quality[firms, period][owner] + pairs.line_quality[served]
    taste_sd = truth.demand.taste_scale * np.sqrt(truth.demand.taste_shape + truth.demand.taste_year_shape)
    follows = truth.prices.demand_correlation
    destination_shock = truth.prices.destination_sd * (
        follows * taste / max(taste_sd, 1e-12) + np.sqrt(1 - follows**2) * own_price_shock[served]
    )
    markup = np.log(sigma / (sigma - 1))
    cost = pairs.line_cost[served] + cost_shock[line] - exporters.ln_efficiency[firms][owner]
    # The year's process capability is such that the firm may expect to sell what it planned; quality, chosen before it
    # is known, and the year's demand then decide what it does sell.
    planned = np.exp(market + home + (1 - sigma) * (world.ln_base_price[product] + markup + cost))
    total = np.bincount(owner, planned, minlength=len(exporters.firm[firms]))
    gap = np.minimum(exporters.ln_target_usd[firms, period][owner] - np.log(total[owner]), MOST_GAP)
    cost = cost - gap / (sigma - 1) + truth.prices.quality_raises_cost * ln_quality
    ln_price = world.ln_base_price[product] + markup + world.cost_pass_through[product] * cost + destination_shock
    ln_quantity = market - sigma * ln_price + (sigma - 1) * ln_quality + home + noise
    _refuse_beyond_files(truth, ln_quantity, ln_quantity + ln_price)
    processing = rng.random(count)[served] > pairs.ordinary[served]
    return pl.DataFrame(
        {
            "firm": exporters.firm[firms][owner],
            "hs6_2007_code": world.code[product],
            "destination_iso3": world.destination[destination],
            "year": np.full(len(owner), year, dtype=np.int32),
            "value_usd": np.maximum(np.exp(ln_quantity + ln_price).round(), 1.0),
            "quantity": np.maximum(np.exp(ln_quantity).round(2), 0.01),
            "is_processing": processing,
            "ln_quality": ln_quality,
            "ln_price": ln_price,
            "demand_noise": noise,
            "market_term": market,
            "sigma": sigma,
            "unit_slip": slip[served],
        }
    ).sort("firm", "hs6_2007_code", "destination_iso3")


def _refuse_beyond_files(truth: Truth, ln_quantity: np.ndarray, ln_value: np.ndarray) -> None:
    """Raises  SettingsError if an amount cannot be declared: each dial is within its bounds, all together are not."""
    largest = {"value": ln_value.max(initial=0.0), "quantity": ln_quantity.max(initial=0.0)}
    if all(amount <= np.log(MOST_AMOUNT) for amount in largest.values()):  # false for NaN, too
        return
    told = " and ".join(f"a {name} of 10^{amount / np.log(10):.0f}" for name, amount in largest.items())
    raise SettingsError(
        f"the settings make flows with {told}; at most 10^{np.log10(MOST_AMOUNT):.0f} can be declared. What counts are "
        f"sigma (mean {truth.sigma.mean}, ln_sd {truth.sigma.ln_sd}) times the spread of quality and prices: lower "
        "sigma, effect, interactions, capability, demand.taste_scale, demand.market_sd or prices."
    )


def _pairs(truth: Truth, world: Markets, exporters: Exporters, firms: slice, block: int) -> _Pairs:
    """The block's product-destination pairs: the same in every year, drawn from the block's own stream."""
    rng = stream(truth.seed, "pairs", block)
    scale = truth.capability.gamma_scale
    wanted = exporters.pairs[firms]
    members = len(wanted)
    products_each = np.ceil(wanted**0.45).astype(int)
    owner = np.repeat(np.arange(members), products_each)
    product = _draw_products(truth, world, exporters.division[firms][owner], rng)
    line_key = np.unique(owner * len(world.code) + product)
    owner, product = line_key // len(world.code), line_key % len(world.code)

    lines_of_owner = np.bincount(owner, minlength=members)
    mean_each = (wanted / np.maximum(lines_of_owner, 1))[owner]
    in_long_tail = world.in_long_tail[product]
    drawn_again = np.where(in_long_tail, 1.0, 1.35)  # draws that name a large destination twice are lost
    each = 1 + rng.poisson(np.maximum(drawn_again * mean_each - 1, 0.0))
    line = np.repeat(np.arange(len(owner)), each)
    share = np.cumsum(world.destination_share)
    destination = np.searchsorted(share, rng.random(len(line)) * share[-1], side="right").clip(max=len(share) - 1)
    evenly = rng.integers(0, len(share), len(line))
    destination = np.where(in_long_tail[line], evenly, destination)
    only = np.searchsorted(share, rng.random(members) * share[-1], side="right").clip(max=len(share) - 1)
    single = exporters.single_destination[firms][owner[line]]
    destination = np.where(single, only[owner[line]], destination)
    pair_key = np.unique(line * len(share) + destination)
    line, destination = pair_key // len(share), pair_key % len(share)

    line_quality = exporters.capability[firms][owner] + _left_skewed(
        rng, truth.capability.firm_product_shape, scale, len(owner)
    )
    sigma = world.sigma[product]
    line_quality = line_quality + (sigma - 1) / truth.capability.curvature * exporters.ln_efficiency[firms][owner]
    line_cost = truth.prices.cost_sd * rng.standard_normal(len(owner))
    count = len(line)
    return _Pairs(
        owner=owner[line],
        line=line,
        product=product[line],
        destination=destination,
        line_quality=line_quality[line],
        line_cost=line_cost[line],
        taste=_left_skewed(rng, truth.demand.taste_shape, truth.demand.taste_scale, count),
        is_core=rng.random(count) < truth.demand.core_share,
        ordinary=exporters.ordinary_trade_share[firms][owner[line]],
    )


def _draw_products(truth: Truth, world: Markets, division: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One product per line: mostly of the firm's division, one in ten of any, some of the long tail, some that cleaning
    must drop."""
    drawn = _of_division(world, world.is_kept & ~world.in_long_tail, division, rng)
    if world.in_long_tail.any():
        in_tail = rng.random(len(division)) < truth.long_tail.line_share
        drawn = np.where(in_tail, _of_division(world, world.in_long_tail, division, rng), drawn)
    excluded = np.flatnonzero(~world.is_kept)
    other = excluded[rng.integers(0, len(excluded), len(division))]
    return np.where(rng.random(len(division)) < truth.demand.excluded_share, other, drawn)


def _of_division(world: Markets, members: np.ndarray, division: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One of the member products (G,) per line, by its share inside the firm's division or, one in ten, inside any."""
    among = np.flatnonzero(members)
    order = among[np.argsort(world.division[among], kind="stable")]
    names, place = np.unique(world.division[order], return_inverse=True)
    # One increasing line over all divisions: division number + share of the products before, so one search serves all.
    ends = place + np.concatenate([np.cumsum(world.product_share[order][place == i]) for i in range(len(names))])
    anywhere = rng.random(len(division)) < 0.1
    made = np.where(anywhere, rng.integers(0, len(names), len(division)), np.searchsorted(names, division))
    drawn = np.searchsorted(ends, made + rng.random(len(division)) * (1 - 1e-9), side="right").clip(max=len(order) - 1)
    return order[drawn]


def _unit_slips(rng: np.random.Generator, truth: Truth, in_long_tail: np.ndarray) -> np.ndarray:
    """(n,) by what a flow's declared quantity is wrong: mostly 1; 10, 100 or 1000 times too much or too little."""
    share = np.where(in_long_tail, truth.long_tail.slip_share, truth.long_tail.slip_share_elsewhere)
    power = rng.choice([-3, -2, -1, 1, 2, 3], len(in_long_tail))
    return np.where(rng.random(len(in_long_tail)) < share, 10.0**power, 1.0)


def _market_deviation(truth: Truth, world: Markets, period: int) -> np.ndarray:
    """(G, F) deviation of each product's market in a destination, lasting and yearly in equal parts."""
    shape = (len(world.code), len(world.destination))
    lasting = stream(truth.seed, "market deviation").standard_normal(shape)
    yearly = stream(truth.seed, "market deviation", truth.years[period]).standard_normal(shape)
    return truth.demand.market_sd * np.sqrt(0.5) * (lasting + yearly)


def _left_skewed(rng: np.random.Generator, shape: float, scale: float, count: int) -> np.ndarray:
    """Minus a gamma, mean removed: bounded above, with a long lower tail."""
    return scale * (shape - rng.standard_gamma(shape, count))
