"""Figures 2 and 3 of the paper, computed from the model."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from egov_assets.platform.figure_style import BLACK, BLUE, GREEN, ORANGE, new_figure
from egov_assets.platform.words import Language, Words, words_of
from egov_assets.theory.equilibrium import Industry, capability_slope, exit_scale

PROCESS, CRAFT = 1.5, 2.0
# method.md 2.3: industries that compete in quality (alpha > beta) and in cost. With the paper's sigma of 3
# restriction (5) leaves no alpha below beta = 0.6; at 1.5 both kinds exist.
QUALITY_INDUSTRY = Industry(sigma=1.5, alpha=1.2, beta=0.4)
COST_INDUSTRY = Industry(sigma=1.5, alpha=0.3, beta=0.6)
HIGHEST_QUANTITY = 2.5


def draw_market_access_by_industry(language: Language) -> Figure:
    """Figure 2: exit and upgrading thresholds over quality, one panel per kind of industry.

    Source  (6), (7); the consistent version of (6) from THEORY-02
    """
    words = words_of("figures", language)
    figure = new_figure(17, 8.5)
    panels = figure.subplots(1, 2, sharey=True)
    for axes, industry, title in zip(
        panels, (QUALITY_INDUSTRY, COST_INDUSTRY), ("quality_industry", "cost_industry"), strict=True
    ):
        _thresholds(axes, industry, words)
        axes.set_title(words[title])
    panels[0].set_ylabel(words["quantity"])
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def draw_market_access_by_capability(language: Language) -> Figure:
    """Figure 3: the ray (T10) for two numbers of firms; below it profit is not negative.

    With more firms each is smaller (T9), and the ray turns towards the f axis.
    """
    words = words_of("figures", language)
    industry = Industry()
    f = np.linspace(0, 4, 50)
    figure = new_figure(11, 9)
    axes = figure.subplots()
    for firms, colour, style, word in ((20, BLUE, "-", "few_firms"), (40, ORANGE, "--", "many_firms")):
        quality = 1.0
        quantity = (industry.sigma - 1) / industry.sigma * industry.labour * PROCESS / (firms * quality**industry.beta)
        ray = capability_slope(industry, quality, quantity) * f
        axes.plot(f, ray, color=colour, linestyle=style, label=f"{words[word]} (n = {firms})")
        axes.fill_between(f, 0, ray, color=colour, alpha=0.12, linewidth=0)
    axes.text(3.0, 0.35, words["stays"])
    axes.set_xlim(0, 4)
    axes.set_ylim(0, None)
    axes.set_xlabel(words["craft"])
    axes.set_ylabel(words["process"])
    axes.legend()
    return figure


def _thresholds(axes: Axes, industry: Industry, words: Words) -> None:
    quality = np.linspace(0.3, 3, 200)
    leaves = exit_scale(industry, PROCESS, CRAFT, quality)
    consistent = industry.alpha / industry.quality_return * leaves
    axes.plot(quality, leaves, color=BLACK, label=words["exit_scale"])
    axes.plot(
        quality, industry.alpha / industry.beta * leaves, color=ORANGE, linestyle="--", label=words["upgrading_scale"]
    )
    axes.plot(quality, consistent, color=GREEN, linestyle=":", linewidth=2, label=words["consistent_scale"])
    axes.fill_between(quality, consistent, HIGHEST_QUANTITY, color=BLUE, alpha=0.08, linewidth=0,
                      where=consistent < HIGHEST_QUANTITY, label=words["upgrades"])  # fmt: skip
    axes.set_xlabel(words["quality"])
    axes.set_ylim(0, HIGHEST_QUANTITY)
