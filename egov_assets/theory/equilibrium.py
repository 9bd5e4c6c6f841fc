"""Numbers of the model: one firm's choices, and a market of many firms whose price index is solved for.

The paper takes P as given (THEORY-08). Solving for it, and the cost `overhead_labour` that no quality changes, are
additions of ours: without overhead no firm ever leaves (THEORY-04). Textbook names; formulas are those of `model.py`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Industry:
    """Parameters common to all firms; the defaults keep to the restrictions of (5) and to the paper's sigma.

    Raises  ValueError listing every restriction that is broken
    """

    sigma: float = 3.0
    alpha: float = 2.0
    beta: float = 0.4
    wage: float = 1.0
    fixed_labour: float = 1.0
    labour: float = 100.0
    overhead_labour: float = 0.0  # an addition; the paper has none

    def __post_init__(self) -> None:
        broken = [
            words
            for words, holds in (
                ("sigma must exceed 1", self.sigma > 1),
                ("beta must lie between 0 and 1", 0 < self.beta < 1),
                ("alpha must exceed (1 - beta)(sigma - 1)", self.alpha > self.quality_return),
                ("wage, fixed labour and labour must be positive", min(self.wage, self.fixed_labour, self.labour) > 0),
                ("overhead labour must not be negative", self.overhead_labour >= 0),
            )
            if not holds
        ]
        if broken:
            raise ValueError("; ".join(broken))

    @property
    def quality_return(self) -> float:
        return (1 - self.beta) * (self.sigma - 1)


@dataclass(frozen=True)
class Market:
    """Equilibrium of n firms in the order given; arrays (n,), NaN where a firm stays out."""

    price_index: float  # P of (2), without the outer power
    is_active: NDArray
    quality: NDArray
    price: NDArray
    quantity: NDArray
    profit: NDArray


def optimal_quality(industry: Industry, phi: NDArray, f: NDArray, price_index: float) -> NDArray:
    """Equation (5)."""
    s, A = industry.sigma, industry.quality_return
    inner = (
        (s / (s - 1)) ** s
        * (industry.wage / phi) ** (s - 1)
        * (industry.alpha * industry.fixed_labour * price_index)
        / ((1 - industry.beta) * f * industry.labour)
    )
    return inner ** (1 / (A - industry.alpha))


def solve_market(industry: Industry, phi: NDArray, f: NDArray) -> Market:
    """All firms choose price and quality, P adds up over active firms, and no active firm makes a loss.

    lambda* falls with P at the power 1/(alpha - A) and P adds up lambda^A, so P = K^((alpha - A)/alpha), K being the
    sum at P = 1. Who is more profitable than whom does not depend on P, so firms leave from the least profitable on.
    """
    phi, f = np.asarray(phi, dtype=float), np.asarray(f, dtype=float)
    s, A = industry.sigma, industry.quality_return
    unit_cost = s / (s - 1) * industry.wage / phi
    at_one = optimal_quality(industry, phi, f, 1.0)
    weight = unit_cost ** (1 - s) * at_one**A
    order = np.argsort(-weight, kind="stable")
    # Sales w L share; profit is sales/sigma (1 - A/alpha) less overhead, see THEORY-04.
    shares_of_last = weight[order] / np.cumsum(weight[order])
    margin = industry.wage * industry.labour / s * (1 - A / industry.alpha)
    stays = margin * shares_of_last >= industry.wage * industry.overhead_labour
    active = np.zeros(len(phi), dtype=bool)
    active[order[: int(np.argmin(stays)) if not stays.all() else len(phi)]] = True

    P = weight[active].sum() ** ((industry.alpha - A) / industry.alpha)
    quality = np.where(active, at_one * P ** (-1 / (industry.alpha - A)), np.nan)
    price = unit_cost * quality**industry.beta
    quantity = price**-s * quality ** (s - 1) * industry.wage * industry.labour / P
    labour = quality**industry.alpha * industry.fixed_labour / f + quality**industry.beta * quantity / phi
    profit = price * quantity - industry.wage * (labour + industry.overhead_labour)
    return Market(float(P), active, quality, price, quantity, profit)


def exit_scale(industry: Industry, phi: float, f: float, quality: NDArray) -> NDArray:
    """Equation (7): the quantity below which a firm of given quality makes a loss."""
    return phi / f * quality ** (industry.alpha - industry.beta) * (industry.sigma - 1) * industry.fixed_labour


def capability_slope(industry: Industry, quality: float, quantity: float) -> float:
    """Equation (T10): phi over f on the boundary of market access."""
    return quality ** (industry.beta - industry.alpha) * quantity / ((industry.sigma - 1) * industry.fixed_labour)
