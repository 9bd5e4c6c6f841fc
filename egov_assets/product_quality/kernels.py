"""What the estimation does with flows: each function is one loop in the order of the flows, or of product by product.

Flows stand in the order of product, firm, year and destination, and every loop adds in this order, so that the same
flows give the same bytes. `starts` are as in `lines`; NaN goes through to whatever it touches.
"""

import numpy as np

from egov_assets.product_quality.compiled import machine_code

MIN_QUALITY_RANGE = 1e-9  # in logs; flows that differ by less have one quality but for rounding
QUANTITY, PRICE, PRICE_ELSEWHERE, PROVINCE_GDP = range(4)  # columns of `within`, all in logs


@machine_code
def within_market(
    ln_quantity: np.ndarray,
    ln_price: np.ndarray,
    ln_price_elsewhere: np.ndarray,
    ln_province_gdp: np.ndarray,
    market: np.ndarray,
    markets: int,
    product_starts: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """(n, 4) the variables less the mean of their market, and (n,) whether the flow is the first of its market.

    market  (n,) number of the destination, below `markets`; `product_starts` keeps the markets of products apart
    This equals partialling out destination-year dummies per product.
    """
    n = len(market)
    within, opens = np.empty((n, 4)), np.zeros(n, dtype=np.bool_)
    means, size = np.zeros((markets, 4)), np.zeros(markets, dtype=np.int64)
    for product in range(len(product_starts) - 1):
        first, end = product_starts[product], product_starts[product + 1]
        for flow in range(first, end):
            own = market[flow]
            opens[flow] = size[own] == 0
            size[own] += 1
            means[own, 0] += ln_quantity[flow]
            means[own, 1] += ln_price[flow]
            means[own, 2] += ln_price_elsewhere[flow]
            means[own, 3] += ln_province_gdp[flow]
        for flow in range(first, end):
            if opens[flow]:
                means[market[flow]] /= size[market[flow]]
        for flow in range(first, end):
            own = market[flow]
            within[flow, 0] = ln_quantity[flow] - means[own, 0]
            within[flow, 1] = ln_price[flow] - means[own, 1]
            within[flow, 2] = ln_price_elsewhere[flow] - means[own, 2]
            within[flow, 3] = ln_province_gdp[flow] - means[own, 3]
        for flow in range(first, end):
            if opens[flow]:
                means[market[flow]] = 0.0
                size[market[flow]] = 0
    return within, opens


@machine_code
def cross_products(within: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """(groups, 4, 4) sums of products of two variables over the flows of a group; the lower triangle stays 0."""
    sums = np.zeros((groups, 4, 4))
    for flow in range(len(group)):
        own = group[flow]
        for left in range(4):
            for right in range(left, 4):
                sums[own, left, right] += within[flow, left] * within[flow, right]
    return sums


@machine_code
def scores(
    within: np.ndarray, instrument: int, coefficients: np.ndarray, line_starts: np.ndarray, line_product: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(products, 2) sums of squared scores of demand and of first stage, (lines,) sum of the demand scores of a line.

    A score is a flow's instrument, after market and GDP, times its residual. A line is a firm's flows of one product.
    instrument    column of `within` that stands for the price; under least squares, PRICE, the first stage is 0
    coefficients  (products, 5): of GDP in the instrument; of GDP and of price in demand; of GDP and instrument in price
    """
    squares, of_line = np.zeros((len(coefficients), 2)), np.zeros(len(line_product))
    for line in range(len(line_product)):
        product = line_product[line]
        gdp_in_instrument, gdp_in_demand, price_in_demand, gdp_in_price, instrument_in_price = coefficients[product]
        for flow in range(line_starts[line], line_starts[line + 1]):
            price, gdp = within[flow, PRICE], within[flow, PROVINCE_GDP]
            own = within[flow, instrument] - gdp_in_instrument * gdp
            score = own * (within[flow, QUANTITY] - gdp_in_demand * gdp - price_in_demand * price)
            of_line[line] += score
            squares[product, 0] += score * score
            if instrument != PRICE:
                first_stage = own * (price - gdp_in_price * gdp - instrument_in_price * own)
                squares[product, 1] += first_stage * first_stage
    return squares, of_line


@machine_code
def log_quality(within: np.ndarray, ln_price: np.ndarray, weights: np.ndarray, product: np.ndarray) -> np.ndarray:
    """(n,) quantity, price, GDP within market and ln price, times the weights (products, 4) of the product, added."""
    total = np.empty(len(product))
    for flow in range(len(product)):
        own = product[flow]
        total[flow] = (
            weights[own, 0] * within[flow, QUANTITY]
            + weights[own, 1] * within[flow, PRICE]
            + weights[own, 2] * within[flow, PROVINCE_GDP]
            + weights[own, 3] * ln_price[flow]
        )
    return total


@machine_code
def least_and_greatest(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """(2, groups) of the values (n,) that are not NaN; NaN in a group without."""
    found = np.empty((2, groups))
    found[0], found[1] = np.inf, -np.inf
    own, low, high = -1, np.inf, -np.inf
    for flow in range(len(group)):
        if group[flow] != own:
            if own >= 0:
                found[0, own], found[1, own] = low, high
            own = group[flow]
            low, high = found[0, own], found[1, own]
        low = values[flow] if values[flow] < low else low
        high = values[flow] if values[flow] > high else high
    if own >= 0:
        found[0, own], found[1, own] = low, high
    for own in range(groups):
        if found[0, own] > found[1, own]:
            found[:, own] = np.nan
    return found


@machine_code
def place_between(values: np.ndarray, bounds: np.ndarray, group: np.ndarray) -> np.ndarray:
    """(n,) place of each value between the bounds (2, groups) of its group, 0 to 1; NaN where there is one quality."""
    place = np.empty(len(values))
    for flow in range(len(values)):
        low, high = bounds[0, group[flow]], bounds[1, group[flow]]
        place[flow] = (values[flow] - low) / (high - low) if high - low > MIN_QUALITY_RANGE else np.nan
    return place


@machine_code
def weighted_sums(weight: np.ndarray, measures: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """(runs, 2 measures) weight times measure, and behind them the weights of those that are not NaN.

    measures  (measures, n)
    """
    kinds = len(measures)
    sums = np.zeros((len(starts) - 1, 2 * kinds))
    for run in range(len(starts) - 1):
        for kind in range(kinds):
            total, weights = 0.0, 0.0
            for flow in range(starts[run], starts[run + 1]):
                if not np.isnan(measures[kind, flow]):
                    total += weight[flow] * measures[kind, flow]
                    weights += weight[flow]
            sums[run, kind], sums[run, kinds + kind] = total, weights
    return sums


@machine_code
def sums_by_group(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """(groups, k) the rows of `values` (n, k) added by group."""
    sums = np.zeros((groups, values.shape[1]))
    for row in range(len(group)):
        for column in range(values.shape[1]):
            sums[group[row], column] += values[row, column]
    return sums


@machine_code
def squared_sums_by_firm(
    scores: np.ndarray, company: np.ndarray, companies: int, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(products, k) squares of scores that were added over the lines of each firm first, (products,) number of firms.

    scores   (lines, k); company (lines,), a number below `companies`
    starts   (years, products + 1): the lines of product p in year y are starts[y, p] to starts[y, p + 1]
    """
    years, products, kinds = len(starts), starts.shape[1] - 1, scores.shape[1]
    squares, firms = np.zeros((products, kinds)), np.zeros(products, dtype=np.int64)
    of_firm, met = np.zeros((companies, kinds)), np.zeros(companies, dtype=np.bool_)
    for product in range(products):
        for year in range(years):
            for line in range(starts[year, product], starts[year, product + 1]):
                own = company[line]
                firms[product] += not met[own]
                met[own] = True
                for kind in range(kinds):
                    of_firm[own, kind] += scores[line, kind]
        for year in range(years):
            for line in range(starts[year, product], starts[year, product + 1]):
                own = company[line]
                met[own] = False
                for kind in range(kinds):
                    squares[product, kind] += of_firm[own, kind] * of_firm[own, kind]
                    of_firm[own, kind] = 0.0
    return squares, firms
