"""The coverage study counts what it says it counts, by the estimator that makes Table 2."""

from pytest import approx, fixture, mark

from egov_assets.demo_economy.economy import simulate
from egov_assets.demo_economy.oracle import oracle_estimates, oracle_panel, oracle_quality
from egov_assets.demo_economy.truth import read_truth
from egov_assets.validation.interval_coverage import Draw, draw_economy, summary

pytestmark = mark.slow

SEED = 3


@fixture(scope="module")
def truth():
    return read_truth().with_changes(scale=0.1)


def test_a_draw_is_the_oracles_own_baseline_estimated_by_our_code(truth):
    """oracle_estimates calls pyfixest by itself, with both effects absorbed."""
    economy = simulate(truth.with_changes(seed=SEED))
    theirs = oracle_estimates(oracle_panel(economy, oracle_quality(economy))).filter(
        variant="oracle", table="table_02", column="3", term="egscore"
    )
    ours = next(draw for draw in draw_economy(SEED, truth) if draw.cluster == "city")
    assert ours.estimate == approx(theirs["estimate"].item(), rel=1e-5)
    assert ours.n == theirs["n"].item()


def test_covering_and_rejecting_use_the_t_distribution_of_the_clusters():
    """With 11 clusters the 97.5 % point of t is 2.228: 2.2 errors away is inside, 2.3 is outside."""

    def draw(estimate: float, planted: float) -> Draw:
        return Draw(1, "city", planted, estimate, std_error=1.0, n_clusters=11, n=100)

    assert draw(2.2, 0.0).covers and not draw(2.2, 0.0).rejects_zero
    assert not draw(2.3, 0.0).covers and draw(2.3, 0.0).rejects_zero
    assert draw(3.0, 1.0).covers and draw(3.0, 1.0).rejects_zero


def test_the_summary_counts_each_clustering_on_its_own():
    draws = [
        Draw(seed, cluster, 0.0, estimate, 1.0, 200, 100)
        for cluster, estimates in (("city", (0.0, 1.0, 3.0)), ("firm", (0.0, 5.0, 3.0)))
        for seed, estimate in enumerate(estimates)
    ]
    city, firm = summary(draws, with_effect=True).splitlines()
    assert "covers what is planted 2 times in 3" in city
    assert "covers what is planted 1 times in 3" in firm
    assert "rejects 1 times in 3" in summary(draws, with_effect=False).splitlines()[0]
