"""Products and destinations: real codes with invented sizes, elasticities and price levels.

What belongs here: what can be sold where and how large each market is. Not: who sells.
Beside the products that most firms sell stands a long tail of codes with few flows each; in some of them prices hardly
follow the seller's costs, so that the price elsewhere says little about the price here.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from egov_assets.demo_economy.firms import DIVISIONS
from egov_assets.demo_economy.random_streams import stream
from egov_assets.demo_economy.truth import SIGMA_TAIL, Truth
from egov_assets.platform.commodities import products_of_year
from egov_assets.platform.reference import table

MANUFACTURES = ("5", "6", "7", "8")  # SITC sections, domain.md 4.1
EXCLUDED_CHAPTERS = ("93", "97")  # arms, works of art: dropped by the usual sample rules
EXCLUDED_PRODUCTS = 30
MAIN_PARTNERS = (  # largest destinations of China's exports about 2011, in order
    "USA", "HKG", "JPN", "KOR", "DEU", "NLD", "IND", "GBR", "RUS", "SGP", "ITA", "AUS", "FRA", "BRA", "IDN", "VNM",
    "MYS", "CAN", "THA", "ARE", "MEX", "ESP", "BEL", "TUR", "SAU", "IRN", "ZAF", "PHL", "POL", "CHL", "PAK", "NGA",
    "UKR", "BGD", "PAN", "KAZ", "EGY", "ARG", "ISR", "FIN", "CZE", "SWE", "HUN", "DNK", "COL", "DZA", "PER", "GRC",
    "LKA", "VEN", "KEN", "NOR", "CHE", "NZL", "IRL", "PRT", "JOR", "MAR", "ROU", "GHA",
)  # fmt: skip
PRODUCT_TAIL, DESTINATION_TAIL = 0.9, 1.1  # exponents of size on rank inside a division, and among destinations


@dataclass(frozen=True)
class Markets:
    """Products (G) sorted by code, destinations (F) largest first.

    code, division text (G,); is_kept (G,) true for differentiated manufactures, in_long_tail (G,) for some of them;
    sigma, ln_base_price (G,); cost_pass_through (G,) of a firm's costs into its price; product_share (G,) inside its
    division, of the long tail or of the other products; destination ISO3 (F,); destination_share (F,);
    market_growth (F, T) ln
    """

    code: np.ndarray
    division: np.ndarray
    is_kept: np.ndarray
    in_long_tail: np.ndarray
    cost_pass_through: np.ndarray
    sigma: np.ndarray
    ln_base_price: np.ndarray
    product_share: np.ndarray
    destination: np.ndarray
    destination_share: np.ndarray
    market_growth: np.ndarray

    @property
    def products(self) -> pl.DataFrame:
        """hs6_2007_code, in_long_tail, cost_pass_through."""
        return pl.DataFrame(
            {
                "hs6_2007_code": self.code,
                "in_long_tail": self.in_long_tail,
                "cost_pass_through": self.cost_pass_through,
            }
        )

    def market_term(
        self, product: np.ndarray, destination: np.ndarray, period: int, deviation: np.ndarray
    ) -> np.ndarray:
        """ln expenditure less price index: size of product and destination, growth, and the market's own deviation.

        The product's price level enters with sigma - 1, so that the unit in which it is counted moves no values.
        """
        size = 0.4 * np.log(self.product_share[product]) + 0.35 * np.log(self.destination_share[destination])
        level = (self.sigma[product] - 1) * self.ln_base_price[product]
        return 12.0 + size + level + self.market_growth[destination, period] + deviation[product, destination]


def markets(truth: Truth) -> Markets:
    """The world's products and destinations."""
    rng = stream(truth.seed, "markets")
    kept, excluded = _candidates()
    wanted = {
        division: max(round(truth.demand.products * weight / sum(DIVISIONS.values())), 1)
        for division, weight in DIVISIONS.items()
    }
    chosen = [(*each, True, False) for each in _drawn(kept, wanted, PRODUCT_TAIL, rng)]
    tail = truth.long_tail
    others = kept.filter(~pl.col("hs6").is_in([code for code, *_ in chosen]), pl.col("division").is_in(list(DIVISIONS)))
    left = dict(others.group_by("division").len().sort("division").rows())
    wanted = {division: round(tail.products * count / len(others)) for division, count in left.items()}
    of_tail = stream(truth.seed, "long tail")
    chosen += [(*each, True, True) for each in _drawn(others, wanted, tail.concentration, of_tail)]
    outside = rng.choice(len(excluded), EXCLUDED_PRODUCTS, replace=False)
    chosen += [(excluded[i], "", 1 / EXCLUDED_PRODUCTS, False, False) for i in outside]
    chosen.sort()
    codes, divisions, shares, is_kept, in_long_tail = (np.array(column) for column in zip(*chosen, strict=True))
    count, ln_sd = len(codes), truth.sigma.ln_sd
    destinations = _destinations(truth.demand.destinations)
    size = (np.arange(len(destinations)) + 1.0) ** -DESTINATION_TAIL
    growth = 0.05 * np.arange(len(truth.years)) + 0.05 * rng.standard_normal((len(destinations), len(truth.years)))
    is_weak = in_long_tail & (of_tail.random(count) < tail.weak_share)
    return Markets(
        code=codes,
        division=divisions,
        is_kept=is_kept,
        in_long_tail=in_long_tail,
        cost_pass_through=np.where(is_weak, tail.weak_pass_through, 1.0),
        sigma=1 + (truth.sigma.mean - 1) * np.exp(ln_sd * _without_tails(rng, count) - ln_sd**2 / 2),
        ln_base_price=1.0 + 1.0 * _without_tails(rng, count),
        product_share=shares,
        destination=np.array(destinations),
        destination_share=size / size.sum(),
        market_growth=growth,
    )


def _without_tails(rng: np.random.Generator, count: int) -> np.ndarray:
    """Normal draws, cut at SIGMA_TAIL: the steepest demand of some thousand products would make impossible amounts."""
    return np.clip(rng.standard_normal(count), -SIGMA_TAIL, SIGMA_TAIL)


def _drawn(
    pool: pl.DataFrame, wanted: dict[str, int], exponent: float, rng: np.random.Generator
) -> list[tuple[str, str, float]]:
    """Code, division and share inside the division of as many of the pool's products as wanted, or all there are."""
    drawn = []
    for division, most in wanted.items():
        codes = pool.filter(pl.col("division") == division)["hs6"].to_list()
        number = min(len(codes), most)
        shares = (np.arange(number) + 1.0) ** -exponent * rng.lognormal(0, 0.3, number)
        picked = rng.choice(len(codes), number, replace=False)
        drawn += [(codes[i], division, share) for i, share in zip(picked, shares / shares.sum(), strict=True)]
    return drawn


def _candidates() -> tuple[pl.DataFrame, list[str]]:
    """Differentiated manufactures with their division, and codes that the sample rules drop."""
    divisions = table("hs6_to_gbt4754").filter(pl.col("hs_version") == "HS2007")
    classes = (
        table("hs6_classes")
        .filter(pl.col("hs6").is_in(products_of_year(2012, (2007, 2012))["product_code"].implode()))
        .join(divisions.select("hs6", division="gbt4754_2002_2d"), on="hs6")
        .sort("hs6")
    )
    kept = (
        pl.col("sitc2_4d").str.head(1).is_in(MANUFACTURES)
        & (pl.col("rauch_conservative_filled") == "n")
        & ~pl.col("hs6").str.head(2).is_in(EXCLUDED_CHAPTERS)
    ).fill_null(False)
    return classes.filter(kept), classes.filter(~kept)["hs6"].to_list()


def _destinations(number: int) -> list[str]:
    known = table("countries").filter((pl.col("iso3_is_unique") == "1") & (pl.col("is_legacy_code") == "0"))
    others = known.filter((pl.col("is_residual") == "0") & (pl.col("iso3") != "CHN"))["iso3"].sort().to_list()
    main = [code for code in MAIN_PARTNERS if code in others]
    return [*main, *[code for code in others if code not in main]][:number]
