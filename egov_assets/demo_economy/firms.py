"""The firm population: who exists, where, in which industry, who owns it, how large it is, when it exports.

What belongs here: entry, exit, moves, changes of name, id, industry and owner, balance sheets. Not: quality and flows.
All arrays are (N,) per firm or (N, T + 1) per firm and year, the last column being the year after the sample, which
only tells who leaves.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.demo_economy.government import DISSOLVED, Geography
from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.truth import Truth
from egov_assets.platform.reference import table
from egov_assets.platform.validity import holding

LARGE, SMALL, INTERMEDIARY, DOMESTIC = range(4)
DIVISIONS = {  # GB/T 4754-2002 division: share of exporting firms, after manufactured exports by industry
    "17": 0.085, "18": 0.10, "19": 0.05, "20": 0.02, "21": 0.035, "22": 0.02, "24": 0.045, "26": 0.045, "27": 0.015,
    "29": 0.025, "30": 0.06, "31": 0.04, "32": 0.01, "33": 0.01, "34": 0.085, "35": 0.085, "36": 0.055, "37": 0.055,
    "39": 0.085, "40": 0.055, "41": 0.03, "42": 0.045,
}  # fmt: skip
REGISTRATIONS = {  # survey registration type: (share, customs ownership digit); domain.md and firm_ownership_codes.csv
    "110": (0.02, "1"), "120": (0.02, "5"), "159": (0.08, "6"),
    "160": (0.03, "6"), "171": (0.05, "6"), "173": (0.43, "6"),
    "210": (0.06, "3"), "220": (0.01, "2"),
    "230": (0.11, "4"), "310": (0.06, "3"), "320": (0.01, "2"), "330": (0.12, "4"),
}  # fmt: skip
STATE_REGISTRATION = "110"
PRIVATE_REGISTRATIONS = ("171", "172", "173", "174")
FOREIGN_REGISTRATIONS = ("210", "220", "230", "310", "320", "330")

# Moments of Table 1 that the balance sheet is drawn around (thousand CNY, logs)
REVENUE_FLOOR, REVENUE_SHAPE, REVENUE_SCALE, REVENUE_YEAR_SD, REVENUE_GROWTH = 9.78, 1.25, 1.72, 0.16, 0.06
MOST_REVENUE = 9.4  # above the floor: keeps the largest firm of any scale at the largest printed one
SMALL_REVENUE_MEAN, SMALL_REVENUE_SD = 7.6, 0.6
EXPORT_GAP_SHAPE, EXPORT_GAP_SCALE, EXPORT_GAP_YEAR_SD = 0.70, 2.0, 0.22
INTERMEDIARY_EXPORT_GAP = 0.3  # traders export most of what they buy: a larger share of value than of firms
WAGE_MEAN, WAGE_FIRM_SD, WAGE_YEAR_SD, WAGE_GROWTH = 3.15, 0.83, 0.50, 0.10
REVENUE_PER_WORKER = 5.9
GROUP_SHARE, BRANCH_SHARE = 0.03, 0.01


@dataclass(frozen=True)
class Population:
    """Firms with their paths; see the module's first lines for shapes. `firm` numbers start at 1, ascending."""

    firm: np.ndarray
    kind: np.ndarray
    alive: np.ndarray
    unit: np.ndarray
    industry: np.ndarray
    registration: np.ndarray
    exports: np.ndarray
    in_survey: np.ndarray
    name_version: np.ndarray
    id_version: np.ndarray
    group: np.ndarray
    is_branch: np.ndarray
    opening_year: np.ndarray
    employees: np.ndarray
    ln_revenue: np.ndarray
    ln_wage: np.ndarray
    ln_exports: np.ndarray
    reports_exports: np.ndarray
    ln_assets: np.ndarray
    current_share: np.ndarray
    fixed_share: np.ndarray
    capital_share: np.ndarray
    ordinary_trade_share: np.ndarray

    @property
    def division(self) -> np.ndarray:
        """(N,) two-digit industry in which the firm began: it decides what the firm can make."""
        return self.industry[:, 0].astype("U2")


def population(truth: Truth, places: Geography) -> Population:
    """All firms that live in any sample year."""
    settings = truth.firms
    rng = stream(truth.seed, "population")
    years = np.array((*truth.years, truth.years[-1] + 1))
    periods = len(years)
    stocks = (settings.large_exporters, settings.small_exporters, settings.intermediaries, settings.domestic_firms)
    kind, entry = _entrants([max(round(stock * truth.scale), 1) for stock in stocks], settings.exit_rate, periods)
    order = rng.permutation(len(kind))
    kind, entry = kind[order], entry[order]
    count = len(kind)
    life = rng.geometric(max(settings.exit_rate, 1e-9), count)
    clock = np.arange(periods)[None, :]
    alive = (clock >= entry[:, None]) & (clock < (entry + life)[:, None])

    unit = _units_of_firms(rng, places, count, periods, settings.city_moves)
    industry = _industries(rng, kind, periods, settings.industry_changes)
    registration = _registrations(rng, places, unit, periods, settings.ownership_changes)
    revenue = _ln_revenue(rng, kind, periods)
    gap = rng.gamma(EXPORT_GAP_SHAPE, EXPORT_GAP_SCALE, count)[:, None] * np.exp(
        EXPORT_GAP_YEAR_SD * rng.standard_normal((count, periods))
    )
    gap = np.where((kind == INTERMEDIARY)[:, None], INTERMEDIARY_EXPORT_GAP, gap)
    exporter = (kind != DOMESTIC)[:, None] & (rng.random((count, periods)) < settings.exports_in_year)
    reporter = rng.random(count) < settings.reports_exports
    wobble = rng.random((count, periods)) < 0.02
    wage = (
        WAGE_MEAN
        + WAGE_FIRM_SD * rng.standard_normal((count, 1))
        + WAGE_YEAR_SD * rng.standard_normal((count, periods))
    )
    workers = np.exp(revenue - REVENUE_PER_WORKER + 0.5 * rng.standard_normal((count, 1))).round()
    assets = revenue - 0.2 + 0.7 * rng.standard_normal((count, 1)) + 0.1 * rng.standard_normal((count, periods))
    in_group = rng.random(count) < GROUP_SHARE
    processing = np.isin(registration[:, 0], FOREIGN_REGISTRATIONS)
    return Population(
        firm=np.arange(1, count + 1),
        kind=kind,
        alive=alive,
        unit=unit,
        industry=industry,
        registration=registration,
        exports=exporter & alive,
        in_survey=alive & (kind != INTERMEDIARY)[:, None] & _surveyed(truth, years, revenue, registration),
        name_version=_versions(rng, count, periods, settings.renames),
        id_version=_versions(rng, count, periods, settings.survey_id_changes),
        group=np.where(in_group, rng.integers(1, max(int(count * GROUP_SHARE / 3), 1) + 1, count), 0),
        is_branch=in_group & (rng.random(count) < BRANCH_SHARE / GROUP_SHARE),
        opening_year=np.where(entry > 0, years[entry], truth.years[0] - 1 - rng.geometric(0.1, count).clip(1, 50) + 1),
        employees=np.maximum(workers, 8).astype(np.int64),
        ln_revenue=revenue,
        ln_wage=wage + WAGE_GROWTH * np.arange(periods),
        ln_exports=np.maximum(revenue - gap, 0.0),
        reports_exports=reporter[:, None] ^ wobble,
        ln_assets=assets,
        current_share=rng.uniform(0.35, 0.7, count),
        fixed_share=rng.uniform(0.1, 0.3, count),
        capital_share=rng.uniform(0.05, 0.4, count),
        ordinary_trade_share=np.where(processing, rng.beta(1.2, 1.2, count), rng.beta(6, 0.7, count)),
    )


def firm_year_table(truth: Truth, places: Geography, firms: Population) -> pl.DataFrame:
    """The economy's `firm_years` (columns in economy.py), sorted by firm and year."""
    periods = len(truth.years)
    row, period = np.nonzero(firms.alive[:, :periods])
    assets = np.exp(firms.ln_assets[row, period])
    exports = firms.exports[row, period]
    delivery = np.where(firms.reports_exports[row, period], np.exp(firms.ln_exports[row, period]), 0.0)
    registration = firms.registration[row, period]
    customs_digit = {code: digit for code, (_, digit) in REGISTRATIONS.items()}
    return pl.DataFrame(
        {
            "firm": firms.firm[row],
            "year": np.array(truth.years, dtype=np.int32)[period],
            "city_code": places.codes[firms.unit[row, period], period],
            "industry_2002_code": firms.industry[row, period],
            "registration_type_code": registration,
            "ownership_code": pl.Series(registration).replace_strict(customs_digit),
            "is_intermediary": firms.kind[row] == INTERMEDIARY,
            "is_exporter": exports,
            "in_survey": firms.in_survey[row, period],
            "in_customs": exports,
            "name_version": firms.name_version[row, period],
            "id_version": firms.id_version[row, period],
            "group": firms.group[row],
            "is_branch": firms.is_branch[row],
            "opening_year": firms.opening_year[row].astype(np.int32),
            "employees_persons": firms.employees[row, period],
            "revenue_thousand_cny": np.exp(firms.ln_revenue[row, period]).round(1),
            "wages_thousand_cny": (np.exp(firms.ln_wage[row, period]) * firms.employees[row, period]).round(1),
            "export_delivery_thousand_cny": delivery.round(1),
            "total_assets_thousand_cny": assets.round(1),
            "current_assets_thousand_cny": (assets * firms.current_share[row]).round(1),
            "fixed_assets_thousand_cny": (assets * firms.fixed_share[row]).round(1),
            "paid_in_capital_thousand_cny": (assets * firms.capital_share[row]).round(1),
        }
    ).with_columns(
        pl.when(pl.col("group") > 0).then("group"),
        pl.when("is_exporter").then("export_delivery_thousand_cny"),
    )


def _entrants(stocks: list[int], exit_rate: float, periods: int) -> tuple[np.ndarray, np.ndarray]:
    """Kind and first period of each firm: the initial stock, then as many entrants a year as leave on average."""
    kinds, entries = [], []
    for kind, stock in enumerate(stocks):
        new = [stock, *[round(stock * exit_rate)] * (periods - 1)]
        kinds.append(np.full(sum(new), kind))
        entries.append(np.repeat(np.arange(periods), new))
    return np.concatenate(kinds), np.concatenate(entries)


def _units_of_firms(rng: np.random.Generator, places: Geography, count: int, periods: int, moves: float) -> np.ndarray:
    """(N, T + 1) place of each firm; a mover goes to another place of its province, in the year of the move."""
    share = np.cumsum(places.exporter_share)
    now = np.searchsorted(share, rng.random(count) * share[-1], side="right").clip(max=len(share) - 1)
    members = np.argsort(places.province, kind="stable")
    start = np.searchsorted(places.province[members], np.arange(len(places.provinces)))
    size = np.bincount(places.province)
    codes = places.unit_codes
    heir = {codes.index(old): codes.index(new) for old, new in DISSOLVED.items()}
    columns = []
    for period in range(periods):
        if period:
            moving = rng.random(count) < moves
            home = places.province[now]
            other = members[start[home] + rng.integers(0, size[home])]
            now = np.where(moving, other, now)
        exists = places.codes[:, min(period, len(places.years) - 1)] != ""
        inherited = np.arange(len(codes))
        for old, new in heir.items():
            inherited[old] = old if exists[old] else new
        # A move may not end in a place without a code in the year (Sansha before 2012): such a firm goes to the first.
        inherited = np.where(exists[inherited], inherited, members[start[places.province]])
        now = inherited[now]
        columns.append(now)
    return np.stack(columns, axis=1)


def _industries(rng: np.random.Generator, kind: np.ndarray, periods: int, changes: float) -> np.ndarray:
    """(N, T + 1) four-digit industries; half of the changes stay within the division."""
    codes = table("gbt4754_2002").filter((pl.col("level") == "4") & pl.col("code_2d").is_in(list(DIVISIONS)))
    codes = codes.sort("code")
    code, division = codes["code"].to_numpy(), codes["code_2d"].to_numpy()
    weight = np.array([DIVISIONS[each] for each in division])
    weight = weight / np.array([np.sum(division == each) for each in division]) * rng.lognormal(0, 1, len(code))
    for each in DIVISIONS:
        weight[division == each] *= DIVISIONS[each] / weight[division == each].sum()
    share = np.cumsum(weight) / weight.sum()
    bounds = {each: (np.flatnonzero(division == each)[0], np.flatnonzero(division == each)[-1]) for each in DIVISIONS}
    low = np.array([bounds[each][0] for each in division])
    high = np.array([bounds[each][1] for each in division])
    now = np.searchsorted(share, rng.random(len(kind)), side="right").clip(max=len(code) - 1)
    columns = [now]
    for _ in range(1, periods):
        changing = rng.random(len(kind)) < changes
        anywhere = np.searchsorted(share, rng.random(len(kind)), side="right").clip(max=len(code) - 1)
        nearby = low[now] + (rng.random(len(kind)) * (high[now] - low[now] + 1)).astype(int)
        now = np.where(changing, np.where(rng.random(len(kind)) < 0.5, nearby, anywhere), now)
        columns.append(now)
    return code.astype("U4")[np.stack(columns, axis=1)]


def _registrations(
    rng: np.random.Generator, places: Geography, unit: np.ndarray, periods: int, changes: float
) -> np.ndarray:
    """(N, T + 1) registration types; foreign owners are twice as frequent outside Zhejiang's private economy."""
    code = np.array(list(REGISTRATIONS))
    share = np.array([each[0] for each in REGISTRATIONS.values()])
    private = np.isin(code, PRIVATE_REGISTRATIONS)
    in_zhejiang = places.province[unit[:, 0]] == places.provinces.index("330000")
    tables = np.stack([np.cumsum(w / w.sum()) for w in (share, np.where(private, 2.2 * share, share))])
    chosen = tables[in_zhejiang.astype(int)]

    def draw() -> np.ndarray:
        return (rng.random((len(unit), 1)) > chosen).sum(axis=1).clip(max=len(code) - 1)

    now = draw()
    columns = [now]
    for _ in range(1, periods):
        now = np.where(rng.random(len(unit)) < changes, draw(), now)
        columns.append(now)
    return code[np.stack(columns, axis=1)]


def _ln_revenue(rng: np.random.Generator, kind: np.ndarray, periods: int) -> np.ndarray:
    count = len(kind)
    large = REVENUE_FLOOR + np.minimum(REVENUE_SCALE * rng.weibull(REVENUE_SHAPE, count), MOST_REVENUE)
    small = SMALL_REVENUE_MEAN + SMALL_REVENUE_SD * rng.standard_normal(count)
    base = np.where(kind == SMALL, small, large)
    growth = REVENUE_GROWTH * (np.arange(periods) - 1)
    return base[:, None] + growth + REVENUE_YEAR_SD * rng.standard_normal((count, periods))


def _surveyed(truth: Truth, years: np.ndarray, ln_revenue: np.ndarray, registration: np.ndarray) -> np.ndarray:
    """(N, T + 1): revenue of at least the threshold, and state firms of any size as long as the survey took them."""
    limits = truth.firms.survey_threshold_thousand_cny
    in_force = [limits[max(first for first in limits if first <= year)] for year in (*years[:-1], years[-2])]
    takes_state_firms = np.array([holding("survey_also_takes", year) is not None for year in years])
    return (np.exp(ln_revenue) >= np.array(in_force)) | ((registration == STATE_REGISTRATION) & takes_state_firms)


def _versions(rng: np.random.Generator, count: int, periods: int, rate: float) -> np.ndarray:
    changed = rng.random((count, periods)) < rate
    changed[:, 0] = False
    return np.cumsum(changed, axis=1).astype(np.int32)
