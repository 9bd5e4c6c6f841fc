"""Each printed equation against its derivation: the derivation is done here, the print stands in `model.py`."""

from collections.abc import Iterator
from dataclasses import dataclass

import sympy as sp

from egov_assets.platform.words import message
from egov_assets.theory import model as m


@dataclass(frozen=True)
class Claim:
    """One statement of the paper's theory and whether it follows; its texts are formulas, or messages of `words.yml`.

    code        how the paper or method.md names it: "5", "T8", "price"
    kind        "equation", "sign" or "proposition"
    statement   what the paper says, in formulas
    follows     True if it follows from what stands before it
    derived     what does follow
    condition   what the statement needs in addition; None if nothing
    example     numbers that show it, or that contradict it; None if the algebra is enough
    anomaly     code of the audit; None where print and derivation agree
    """

    code: str
    kind: str
    statement: str
    follows: bool
    derived: str
    condition: str | None = None
    example: str | None = None
    anomaly: str | None = None


def equations() -> Iterator[Claim]:
    """Every equation of section 2.1 in printed order.

    Source  method.md section 2.2
    """
    for code, statement, proof, derived in (
        ("2", f"q = {m.DEMAND}", _demand_maximises_utility, "first-order condition in effective units lambda q"),
        ("price", f"p* = {m.PRICE}", _price_maximises_profit, "first-order condition of profit in p, and second < 0"),
        ("5", f"lambda* = {m.OPTIMAL_QUALITY}", _quality_maximises_profit, "first-order condition of profit in lambda"),
        (
            "5, restriction",
            "alpha > (1 - beta) (sigma - 1)",
            _restriction_is_second_order,
            "second derivative < 0 at it",
        ),
        ("7", f"q_exit = {m.EXIT_SCALE}", _exit_scale_makes_no_profit, "profit at the markup price is zero"),
        ("T8", f"n = {m.FIRMS}", _firms_use_all_labour, "L = n l at q_exit"),
        ("T9", f"q_exit = {m.EXIT_SCALE_OF_FIRMS}", _exit_scale_of_firms, "F0 eliminated from (7) with (T8)"),
        ("T10", f"phi = {m.CAPABILITY_RAY}", _ray, "(7) solved for phi"),
    ):
        yield Claim(code, "equation", statement, proof(), derived)
    yield Claim(
        "6",
        "equation",
        f"q_qua = {m.UPGRADING_SCALE}",
        _upgrading_scale(quantity_is_fixed=False),
        message("with the demand of (2)", formula=f"q_qua = {m.CONSISTENT_UPGRADING_SCALE}"),
        message("fixed quantity", where="beta = (sigma - 1)/sigma"),
        message(
            "fixed quantity gives the print",
            is_printed=_upgrading_scale(quantity_is_fixed=True),
            where="beta = (sigma - 1)/sigma",
            are_equal=_upgrading_scales_meet(),
        ),
        "THEORY-02",
    )


def profit_at_optimum() -> sp.Expr:
    """Profit at the best price and quality as a multiple of fixed costs w F0/f lambda*^alpha: alpha/A - 1."""
    gross, fixed = _gross_profit_and_fixed_cost()
    # At lambda* A gross = alpha fixed, so the ratio needs no lambda.
    assert m.same_at_optimal_quality(m.QUALITY_RETURN * gross, m.alpha * fixed)
    return m.alpha / m.QUALITY_RETURN - 1


def _gross_profit_and_fixed_cost() -> tuple[sp.Expr, sp.Expr]:
    """Profit at the best price as gross profit, a multiple of lambda^A, less fixed cost."""
    fixed = m.w * m.lam**m.alpha * m.F0 / m.f
    gross = m.DEMAND.subs(m.p, m.PRICE) * (m.PRICE - m.MARGINAL_COST)
    return gross, fixed


def _demand_maximises_utility() -> bool:
    """Two varieties: the marginal rate of substitution equals the price ratio, and the budget is spent."""
    q1, q2, p1, p2, l1, l2, E = sp.symbols("q1 q2 p1 p2 l1 l2 E", positive=True)
    inner = (l1 * q1) ** ((m.sigma - 1) / m.sigma) + (l2 * q2) ** ((m.sigma - 1) / m.sigma)
    index = p1 ** (1 - m.sigma) * l1 ** (m.sigma - 1) + p2 ** (1 - m.sigma) * l2 ** (m.sigma - 1)
    chosen = {
        q1: p1 ** (-m.sigma) * l1 ** (m.sigma - 1) * E / index,
        q2: p2 ** (-m.sigma) * l2 ** (m.sigma - 1) * E / index,
    }
    substitution = sp.diff(inner, q1) / sp.diff(inner, q2)
    return m.same(substitution.subs(chosen), p1 / p2) and m.is_zero((p1 * q1 + p2 * q2).subs(chosen) - E)


def _price_maximises_profit() -> bool:
    profit = m.PROFIT.subs(m.q, m.DEMAND)
    at_price = sp.simplify(sp.diff(profit, m.p).subs(m.p, m.PRICE))
    curvature = sp.simplify(sp.diff(profit, m.p, 2).subs(m.p, m.PRICE) / (m.DEMAND / m.p).subs(m.p, m.PRICE))
    return at_price == 0 and m.sign(curvature) == "-"


def _quality_maximises_profit() -> bool:
    gross, fixed = _gross_profit_and_fixed_cost()
    gain, cost = sp.diff(gross, m.lam), sp.diff(fixed, m.lam)
    splits = m.is_zero(m.PROFIT - (m.q * (m.p - m.MARGINAL_COST) - fixed))
    return splits and m.same_at_optimal_quality(gain, cost)


def _restriction_is_second_order() -> bool:
    """At lambda* A G = alpha C, so lambda^2 pi'' = A (A - 1) G - alpha (alpha - 1) C = alpha C (A - alpha) < 0."""
    gross, fixed = _gross_profit_and_fixed_cost()
    A = m.QUALITY_RETURN
    second_gross = sp.simplify(sp.diff(gross, m.lam, 2) * m.lam**2 / gross)
    second_fixed = sp.simplify(sp.diff(fixed, m.lam, 2) * m.lam**2 / fixed)
    at_optimum = second_gross * m.alpha / A - second_fixed
    return m.is_zero(at_optimum - m.alpha * (A - m.alpha)) and m.sign(at_optimum) == "-"


def _exit_scale_makes_no_profit() -> bool:
    return m.same(sp.solve(m.PROFIT.subs(m.p, m.PRICE), m.q)[0], m.EXIT_SCALE)


def _upgrading_scale(quantity_is_fixed: bool) -> bool:
    """Whether the printed (6) is the quantity at which quality stops or begins to pay."""
    if quantity_is_fixed:
        gain = sp.diff(m.PROFIT.subs(m.p, m.PRICE), m.lam)
        return m.same(sp.solve(gain, m.q)[0], m.UPGRADING_SCALE)
    gross, fixed = _gross_profit_and_fixed_cost()
    # Gross profit is q MC / (sigma - 1) at the best price, so the condition A gross = alpha fixed is one on q.
    needed = sp.solve(m.QUALITY_RETURN * m.q * m.MARGINAL_COST / (m.sigma - 1) - m.alpha * fixed, m.q)[0]
    assert m.same(gross, (m.q * m.MARGINAL_COST / (m.sigma - 1)).subs(m.q, m.DEMAND.subs(m.p, m.PRICE)))
    assert m.same(needed, m.CONSISTENT_UPGRADING_SCALE)
    return m.same(needed, m.UPGRADING_SCALE)


def _upgrading_scales_meet() -> bool:
    where = {m.beta: (m.sigma - 1) / m.sigma}
    return m.same(m.UPGRADING_SCALE.subs(where), sp.simplify(m.CONSISTENT_UPGRADING_SCALE.subs(where)))


def _firms_use_all_labour() -> bool:
    return m.same(sp.simplify(m.L / m.LABOUR.subs(m.q, m.EXIT_SCALE)), m.FIRMS)


def _exit_scale_of_firms() -> bool:
    required = sp.solve(m.FIRMS - m.n, m.F0)[0]
    return m.same(m.EXIT_SCALE.subs(m.F0, required), m.EXIT_SCALE_OF_FIRMS)


def _ray() -> bool:
    return m.same(sp.solve(m.EXIT_SCALE - m.q, m.phi)[0], m.CAPABILITY_RAY)
