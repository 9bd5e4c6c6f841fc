"""The algebra against numbers found without it, and the market against its own definitions."""

import numpy as np
import polars as pl
from pytest import approx, fixture, mark, raises
from scipy import optimize

from egov_assets.theory import model as m
from egov_assets.theory.assets import each_gap_is_in_the_audit
from egov_assets.theory.claims import theory_claims
from egov_assets.theory.equilibrium import Industry, optimal_quality, solve_market
from egov_assets.theory.propositions import EXAMPLE, quality_elasticity

SEARCHED = 1e-6  # a search over the profit curve finds its top to about the root of machine precision
ROUNDING = 1e-10


@fixture(scope="module")
def claims():
    return {claim.code: claim for claim in theory_claims()}


def test_what_does_not_follow_is_what_the_audit_lists(claims):
    gaps = {claim.anomaly for claim in claims.values() if not claim.follows}
    assert gaps == {f"THEORY-0{number}" for number in range(1, 8)}
    assert all(claims[code].follows for code in ("2", "price", "5", "5, restriction", "7", "T8", "T9", "T10"))


def test_the_check_fails_when_an_equation_stops_following():
    table = pl.DataFrame({"code": ["5", "6"], "follows": [False, False], "anomaly": [None, "THEORY-02"]})
    finding = each_gap_is_in_the_audit(table)
    assert not finding.passed
    assert finding.words.startswith("5:")


def test_a_wrong_exponent_is_not_the_same():
    assert m.same(m.FIRMS * m.sigma, m.sigma * m.FIRMS)
    assert not m.same(m.EXIT_SCALE, m.EXIT_SCALE * m.lam)


def profit(industry: Industry, phi: float, f: float, price_index: float, price: float, quality: float) -> float:
    """(4) with (2) and (3), written out."""
    quantity = price**-industry.sigma * quality ** (industry.sigma - 1) * industry.wage * industry.labour / price_index
    labour = quality**industry.alpha * industry.fixed_labour / f + quality**industry.beta * quantity / phi
    return price * quantity - industry.wage * labour


def test_the_printed_optimum_is_where_a_search_over_price_and_quality_ends():
    industry = Industry()
    found = optimize.minimize(
        lambda logs: -profit(industry, 1.5, 2.0, 3.0, *np.exp(logs)),
        x0=[1.0, 1.0],
        method="Nelder-Mead",
        options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 2000},
    )
    price, quality = np.exp(found.x)
    assert quality == approx(float(optimal_quality(industry, 1.5, 2.0, 3.0)), rel=SEARCHED)
    assert price == approx(3 / 2 / 1.5 * quality**0.4, rel=SEARCHED)


@mark.parametrize("parameter", [m.phi, m.f, m.L, m.F0, m.P, m.w])
def test_elasticities_equal_differences_of_the_formula(parameter):
    step = 1e-6
    low, high = (
        float(m.OPTIMAL_QUALITY.subs({**EXAMPLE, parameter: EXAMPLE[parameter] * (1 + move)})) for move in (-step, step)
    )
    numerical = (np.log(high) - np.log(low)) / (np.log1p(step) - np.log1p(-step))
    assert float(quality_elasticity(parameter).subs(EXAMPLE)) == approx(numerical, rel=SEARCHED)


def test_the_markets_price_index_adds_up_its_own_firms():
    industry = Industry()
    market = solve_market(industry, phi=[1.0, 1.5, 2.0], f=[2.0, 1.0, 1.5])
    assert market.price_index == approx(np.sum(market.price**-2.0 * market.quality**2.0), rel=ROUNDING)
    assert np.sum(market.price * market.quantity) == approx(industry.wage * industry.labour, rel=ROUNDING)


def test_without_overhead_everybody_stays_and_with_it_the_least_profitable_leave():
    phi, f = np.linspace(1, 3, 20), np.full(20, 2.0)
    everybody = solve_market(Industry(), phi, f)
    assert everybody.is_active.all()
    some = solve_market(Industry(overhead_labour=1.0), phi, f)
    assert 0 < some.is_active.sum() < 20
    assert some.is_active.tolist() == sorted(some.is_active.tolist())  # phi rises, so the first leave
    assert np.nanmin(some.profit) >= 0


def test_lower_fixed_requirements_raise_quality_and_make_nobody_leave():
    """Neither as printed nor with overhead does proposition 2's exit come out: all shares stay as they are."""
    phi, f = np.linspace(1, 3, 20), np.full(20, 2.0)
    before = solve_market(Industry(overhead_labour=1.0), phi, f)
    after = solve_market(Industry(overhead_labour=1.0, fixed_labour=0.5), phi, f)
    assert after.is_active.tolist() == before.is_active.tolist()
    kept = before.is_active
    assert (after.quality[kept] > before.quality[kept]).all()
    assert after.profit[kept].tolist() == approx(before.profit[kept].tolist(), rel=1e-8)


def test_broken_restrictions_are_all_named():
    with raises(ValueError) as error:
        Industry(beta=1.2, wage=-1.0, alpha=-3.0)
    assert all(words in str(error.value) for words in ("beta must", "alpha must", "wage"))
