"""Signs, and the paper's two propositions with the conditions under which they hold and numbers where they do not."""

from collections.abc import Iterator

import sympy as sp

from egov_assets.platform.words import message
from egov_assets.theory import model as m
from egov_assets.theory.equations import Claim, profit_at_optimum

# Within the restrictions of (5): 0 < beta < 1 and alpha = 2 > (1 - beta)(sigma - 1) = 1.2; sigma as in the paper.
EXAMPLE = {
    m.sigma: sp.Integer(3),
    m.beta: sp.Rational(2, 5),
    m.alpha: sp.Integer(2),
    m.w: sp.Integer(1),
    m.phi: sp.Rational(3, 2),
    m.f: sp.Integer(2),
    m.F0: sp.Integer(1),
    m.L: sp.Integer(100),
    m.P: sp.Integer(3),
}
QUALITY_SIGNS = {m.phi: "+", m.f: "+", m.L: "+", m.F0: "-", m.P: "-", m.w: "-"}
FIRM_SIGNS = {m.f: "+", m.L: "+", m.sigma: "-", m.F0: "-", m.phi: "0"}


def quality_elasticity(parameter: sp.Symbol) -> sp.Expr:
    """d ln lambda* / d ln parameter."""
    log_quality = sp.expand_log(sp.log(m.OPTIMAL_QUALITY), force=True)
    return sp.factor(sp.simplify(parameter * sp.diff(log_quality, parameter)))


def comparative_statics() -> Iterator[Claim]:
    """Signs of the effects of each parameter on quality (5) and on the number of firms (T8).

    Source  method.md section 2.2
    """
    for parameter, expected in QUALITY_SIGNS.items():
        elasticity = quality_elasticity(parameter)
        statement = message("quality and a parameter", parameter=str(parameter), sign=expected)
        yield _sign_claim(f"5, {parameter}", statement, expected, elasticity)
    for parameter, expected in FIRM_SIGNS.items():
        slope = sp.simplify(parameter * sp.diff(m.FIRMS, parameter) / m.FIRMS)
        statement = message("firms and a parameter", parameter=str(parameter), sign=expected)
        yield _sign_claim(f"T8, {parameter}", statement, expected, slope)


def propositions() -> Iterator[Claim]:
    """Propositions 1 and 2 and the readings beside (6)-(T10), each with what it needs and an example.

    Source  method.md section 2.2; THEORY-01 to THEORY-07
    """
    signs = [m.sign(quality_elasticity(parameter)) for parameter in (m.phi, m.f)]
    yield Claim(
        "proposition 1, signs", "proposition", "higher phi or f raises quality", signs == ["+", "+"], "signs of (5)"
    )
    yield _ranking()
    yield _verbal_rule()
    yield Claim(
        "proposition 2, entry",
        "proposition",
        "a lower fixed requirement F0 draws in more firms",
        m.sign(sp.diff(m.FIRMS, m.F0)) == "-",
        "d n / d F0 < 0 in (T8)",
    )
    yield _selection()
    yield _nobody_exits()
    yield _process_capability_hurts()
    yield Claim(
        "T8, efficiency",
        "proposition",
        "d n / d sigma < 0 is an effect of production efficiency",
        not m.is_zero(sp.diff(m.FIRMS, m.phi)),
        "n does not depend on phi: sigma is substitutability, which lowers markups",
        anomaly="THEORY-07",
    )


def unit_effects(values: dict[sp.Symbol, sp.Expr]) -> tuple[float, float]:
    """d lambda*/d f and d lambda*/d phi at numbers for PARAMETERS."""
    of_cost, of_capability = (float(sp.diff(m.OPTIMAL_QUALITY, each).subs(values)) for each in (m.f, m.phi))
    return of_cost, of_capability


def _sign_claim(code: str, statement: str, expected: str, elasticity: sp.Expr) -> Claim:
    found = m.sign(elasticity)
    return Claim(
        code, "sign", statement, found == expected, message("elasticity", elasticity=str(elasticity), sign=found)
    )


def _ranking() -> Claim:
    ratio = sp.simplify(
        quality_elasticity(m.f) / quality_elasticity(m.phi) * m.phi / m.f
    )  # (d lambda/d f) / (d lambda/d phi)
    assert m.is_zero(ratio - m.phi / ((m.sigma - 1) * m.f))
    against = unit_effects(EXAMPLE)
    agreeing = {**EXAMPLE, m.phi: sp.Integer(6)}
    with_it = unit_effects(agreeing)
    assert against[0] < against[1] and with_it[0] > with_it[1]
    return Claim(
        "proposition 1, ranking",
        "proposition",
        "one unit of f raises quality by more than one unit of phi",
        m.sign(ratio - 1) == "+",
        message("ratio of the unit effects", ratio=str(ratio)),
        "phi > (sigma - 1) f",
        f"sigma 3, f 2, phi 3/2: {against[0]:.4f} < {against[1]:.4f}; phi 6: {with_it[0]:.4f} > {with_it[1]:.4f}",
        "THEORY-01",
    )


def _verbal_rule() -> Claim:
    """alpha > beta favours upgrading, the text says; the thresholds order the other way."""
    ratio = sp.simplify(m.UPGRADING_SCALE / m.EXIT_SCALE)
    assert m.is_zero(ratio - m.alpha / m.beta)
    # alpha < beta written as alpha = beta / (1 + gap): the threshold of upgrading lies below that of exit.
    gap = sp.Symbol("gap", positive=True)
    where_cost_should_win = m.sign(ratio.subs(m.alpha, m.beta / (1 + gap)) - 1)
    above_one = m.sign(sp.simplify(m.CONSISTENT_UPGRADING_SCALE / m.EXIT_SCALE) - 1)
    return Claim(
        "6 and 7, reading",
        "proposition",
        "alpha > beta leads to competing in quality, alpha < beta to competing in cost",
        where_cost_should_win == "+",
        message("ratio of the thresholds", ratio=str(ratio), sign=above_one),
        None,
        message("thresholds in numbers", first="alpha 0.3, beta 0.6", second="alpha 2, beta 0.4"),
        "THEORY-03",
    )


def _selection() -> Claim:
    mass = sp.simplify(m.FIRMS * m.F0)
    slope = sp.simplify((m.CAPABILITY_RAY / m.f).subs(m.q, m.EXIT_SCALE_OF_FIRMS))
    slope_moves = not m.is_zero(sp.diff(slope.subs(m.n, m.FIRMS), m.F0))
    assert m.is_zero(sp.diff(mass, m.F0))
    values = {**EXAMPLE, m.lam: sp.Integer(1)}
    before, after = (
        tuple(float(sp.N(each.subs(m.n, m.FIRMS).subs({**values, m.F0: cost}))) for each in (m.FIRMS, slope))
        for cost in (sp.Integer(1), sp.Rational(1, 2))
    )
    return Claim(
        "proposition 2, exit",
        "proposition",
        "the entry that follows a lower F0 pushes low-quality producers out",
        slope_moves,
        message("the ray stays", mass=str(mass), slope=str(slope)),
        "given L and lambda, a rise of n that does not come from F0",
        message(
            "lower F0 in numbers",
            n_before=f"{before[0]:.4g}",
            n_after=f"{after[0]:.4g}",
            slope_before=f"{before[1]:.4g}",
            slope_after=f"{after[1]:.4g}",
        ),
        "THEORY-05",
    )


def _nobody_exits() -> Claim:
    multiple = profit_at_optimum()
    return Claim(
        "5 with 7",
        "proposition",
        "firms at the best quality may make no profit and exit",
        m.sign(multiple) != "+",
        message("profit at the best quality", multiple=str(multiple)),
        "alpha = (1 - beta)(sigma - 1), which (5) excludes; or a fixed cost without quality in it (an addition)",
        message(
            "profit in numbers", where="sigma 3, beta 0.4, alpha 2", multiple=f"{float(multiple.subs(EXAMPLE)):.4f}"
        ),
        "THEORY-04",
    )


def _process_capability_hurts() -> Claim:
    profit = m.PROFIT.subs(m.p, m.PRICE)
    slope = sp.simplify(sp.diff(profit, m.phi))
    return Claim(
        "T10, reading",
        "proposition",
        "at given quantity and quality, low capability leaves",
        m.sign(slope) == "+",
        "low f leaves; a higher phi lowers profit there, since the price falls with cost",
        "low capability means f relative to phi",
        message("profit and phi", slope=str(slope), sign=m.sign(slope)),
        "THEORY-06",
    )
