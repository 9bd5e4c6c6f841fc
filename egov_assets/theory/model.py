"""The model as the paper prints it: symbols and formulas. What follows from what is in `equations.py`.

Symbols are the paper's (method.md section 2.1): `lam` is quality, `phi` process and `f` craft capability. All are
positive; in addition sigma > 1, 0 < beta < 1 and alpha > (1 - beta) (sigma - 1).
"""

import sympy as sp

sigma, alpha, beta = sp.symbols("sigma alpha beta", positive=True)
w, phi, f, F0, L, P = sp.symbols("w phi f F0 L P", positive=True)
lam, q, p, n = sp.symbols("lambda q p n", positive=True)

QUALITY_RETURN = (1 - beta) * (sigma - 1)  # method.md calls it A: the power of quality in sales at the best price
PARAMETERS = (sigma, alpha, beta, w, phi, f, F0, L, P)

# The same parameters by positive symbols only, so that sympy can take logs and tell signs under the restrictions.
_m, _h, _D = sp.symbols("m h D", positive=True)
POSITIVE = {sigma: 1 + _m, beta: 1 / (1 + _h)}
RESTRICTED = POSITIVE | {alpha: _m * _h / (1 + _h) + _D}

# As printed, glyphs decoded (method.md section 2.2); the paper uses the numbers 8 to 10 twice, T marks the theory's.
DEMAND = p ** (-sigma) * lam ** (sigma - 1) * w * L / P  # (2) with E = w L
LABOUR = lam**alpha * F0 / f + lam**beta * q / phi  # (3)
PROFIT = p * q - w * LABOUR  # (4)
MARGINAL_COST = w / phi * lam**beta
PRICE = sigma / (sigma - 1) * MARGINAL_COST
OPTIMAL_QUALITY = (  # (5)
    (sigma / (sigma - 1)) ** sigma * (w / phi) ** (sigma - 1) * alpha * F0 * P / ((1 - beta) * f * L)
) ** (1 / (QUALITY_RETURN - alpha))
EXIT_SCALE = phi / f * lam ** (alpha - beta) * (sigma - 1) * F0  # (7)
UPGRADING_SCALE = alpha / beta * EXIT_SCALE  # (6)
FIRMS = f / sigma * L / (F0 * lam**alpha)  # (T8)
EXIT_SCALE_OF_FIRMS = (sigma - 1) / sigma * L * phi / (n * lam**beta)  # (T9)
CAPABILITY_RAY = lam ** (beta - alpha) * q / ((sigma - 1) * F0) * f  # (T10), phi as a function of f

# Derived where the paper's formula rests on another conduct than (5) (THEORY-02).
CONSISTENT_UPGRADING_SCALE = alpha / QUALITY_RETURN * EXIT_SCALE


def same(one: sp.Expr, other: sp.Expr) -> bool:
    """True if two positive expressions are equal for all parameters within the restrictions."""
    # Logs of factored products expand into sums of the same few logs: much faster than simplifying the powers.
    difference = sp.expand(_log(one) - _log(other))
    return difference == 0 or sp.simplify(difference) == 0


def same_at_optimal_quality(one: sp.Expr, other: sp.Expr) -> bool:
    """True if two positive products of powers of quality are equal where quality is that of (5)."""
    difference = (_log(one) - _log(other)).subs(sp.log(lam), _log(OPTIMAL_QUALITY))
    return sp.simplify(sp.expand(difference)) == 0


def _log(expression: sp.Expr) -> sp.Expr:
    return sp.expand_log(sp.log(sp.factor(expression.subs(POSITIVE))), force=True)


def is_zero(expression: sp.Expr) -> bool:
    """True if the expression vanishes identically."""
    return sp.simplify(expression) == 0


def sign(expression: sp.Expr) -> str:
    """ "+", "-", "0" under the restrictions of (5), or "depends" where the restrictions do not settle it."""
    restricted = sp.factor(sp.simplify(expression.subs(RESTRICTED)))
    if restricted.is_zero:
        return "0"
    return "+" if restricted.is_positive else "-" if restricted.is_negative else "depends"
