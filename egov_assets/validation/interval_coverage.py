"""Do the intervals hold what they promise? Table 2, column (3), over many economies with a known answer.

    python -m egov_assets.validation.interval_coverage --economies 100 --scale 0.3

draws that many demo economies and estimates the baseline on each with the quality, links and markets that are true (the
second stage alone), by the code that makes Table 2. It counts how often the 95 % interval covers what is planted, and
how often 5 % rejects where nothing is planted. Nothing is written.
"""

import argparse
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np

from egov_assets.demo_economy.truth import Truth, read_truth
from egov_assets.paper.study import CONFIDENCE_LEVEL
from egov_assets.regression_tables.specifications import read_specifications

CLUSTERINGS = ("city", "firm")
NO_EFFECT = {"on_ln_quality": 0.0, "reverse_causality": 0.0}


@dataclass(frozen=True)
class Draw:
    """One economy under one clustering: what is planted, what is found, and how many firm-years it took."""

    seed: int
    cluster: str
    planted: float
    estimate: float
    std_error: float
    n_clusters: int
    n: int

    @property
    def covers(self) -> bool:
        return abs(self.estimate - self.planted) <= self._critical_t * self.std_error

    @property
    def rejects_zero(self) -> bool:
        return abs(self.estimate) > self._critical_t * self.std_error

    @property
    def _critical_t(self) -> float:
        from scipy import stats

        return float(stats.t.ppf((1 + CONFIDENCE_LEVEL) / 2, self.n_clusters - 1))


def draw_economy(seed: int, truth: Truth) -> list[Draw]:
    """The baseline of one economy under each clustering."""
    from egov_assets.demo_economy.economy import simulate
    from egov_assets.demo_economy.oracle import oracle_panel, oracle_quality
    from egov_assets.demo_economy.planted import planted_estimates
    from egov_assets.regression_tables.design import design_of
    from egov_assets.regression_tables.fits import fixed_effects_fits

    economy = simulate(truth.with_changes(seed=seed))
    panel = oracle_panel(economy, oracle_quality(economy))
    planted = planted_estimates(economy.parameters, economy.places, economy.moderators, panel)
    target = planted.filter(table="table_02", column="3", term="egscore")["planted"].item()
    baseline = read_specifications()["table_02"].columns["3"]
    fits = fixed_effects_fits(design_of(baseline, panel.rename({"firm": "firm_id"})), CLUSTERINGS)
    return [
        Draw(seed, cluster, target, *fit.coefficient("egscore"), fit.n_clusters, fit.n) for cluster, fit in fits.items()
    ]


def draw_economies(seeds: Sequence[int], truth: Truth, processes: int) -> Iterator[Draw]:
    """All draws, in the order of the seeds; economies run side by side."""
    # Spawned, as Windows does it: a forked process would inherit the locks of polars' threads.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        for draws in pool.map(partial(draw_economy, truth=truth), seeds):
            yield from draws


def summary(draws: Sequence[Draw], with_effect: bool) -> str:
    """One line per clustering: coverage or rejections, mean bias, and mean standard error against the spread."""
    lines = []
    for cluster in CLUSTERINGS:
        chosen = [draw for draw in draws if draw.cluster == cluster]
        gaps = np.array([draw.estimate - draw.planted for draw in chosen])
        errors = np.array([draw.std_error for draw in chosen])
        if with_effect:
            words = f"the {CONFIDENCE_LEVEL:.0%} interval covers what is planted {sum(each.covers for each in chosen)}"
        else:
            words = f"nothing planted: {1 - CONFIDENCE_LEVEL:.0%} rejects {sum(each.rejects_zero for each in chosen)}"
        lines.append(
            f"clusters by {cluster}: {words} times in {len(chosen)}; mean estimate less planted {gaps.mean():+.5f} "
            f"(its error {gaps.std(ddof=1) / np.sqrt(len(gaps)):.5f}); mean standard error {errors.mean():.5f}, "
            f"spread of the estimates {gaps.std(ddof=1):.5f}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--economies", type=int, default=100)
    parser.add_argument("--scale", type=float, default=0.3, help="size of each; 1 is the shipped demo")
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    truth = read_truth().with_changes(scale=options.scale)
    without = truth.model_copy(update={"effect": truth.effect.model_copy(update=NO_EFFECT)})
    seeds = range(1, options.economies + 1)
    for economy, with_effect in ((truth, True), (without, False)):
        draws = list(draw_economies(seeds, economy, options.processes))
        size = np.mean([draw.n for draw in draws])
        print(f"{options.economies} economies of scale {options.scale}, {size:.0f} firm-years each")
        print(summary(draws, with_effect), flush=True)


if __name__ == "__main__":
    main()
