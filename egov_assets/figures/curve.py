"""The specification curve: estimates sorted, and below them which choices each makes."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from egov_assets.platform.figure_style import BLACK, BLUE, GREY, ORANGE, new_figure
from egov_assets.platform.words import Language, Words, words_of
from egov_assets.regression_tables.design import NotComputable
from egov_assets.regression_tables.specification_curve import CHOICES, SIGNIFICANT

SHOWN_QUANTILES = (0.05, 0.95)  # a weak instrument's estimates would flatten all others
PIXELS_PER_LINE = 20  # else thinning out the columns smears the lines into each other


def draw_specification_curve(curve: pl.DataFrame, language: Language) -> Figure:
    """curve as `specification_curve_of` gives.

    Raises  NotComputable if no specification can be estimated
    """
    if curve.is_empty():
        raise NotComputable("no specification can be estimated")
    words = words_of("figures", language)
    curve = curve.sort("estimate", *CHOICES)
    figure = new_figure(20, 24)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.8))
    _draw_estimates(top, curve, words)
    there = {choice: set(curve[choice]) for choice in CHOICES}
    # A choice that every regression makes tells nothing.
    told = {choice: values for choice, values in CHOICES.items() if len(there[choice]) > 1}
    lines = [(choice, value) for choice, values in told.items() for value in values if value in there[choice]]
    makes = np.array([(curve[choice] == value).to_numpy() for choice, value in lines])
    # One image, since thousands of marks make a file of megabytes; lines between choices keep them apart.
    extent = (-0.5, curve.height - 0.5, len(lines) - 0.5, -0.5)
    bottom.imshow(np.repeat(~makes, PIXELS_PER_LINE, axis=0), cmap="gray", aspect="auto", extent=extent, vmin=0, vmax=1)
    for line in range(1, len(lines)):
        is_new = lines[line][0] != lines[line - 1][0]
        bottom.axhline(line - 0.5, color=BLACK if is_new else "white", linewidth=0.8 if is_new else 4)
    labels = [f"{words[f'choice_{choice}']}: {words.of(value)}" for choice, value in lines]
    bottom.set_yticks(range(len(lines)), labels, fontsize=8)
    bottom.set_xlabel(words["specifications"])
    return figure


def _draw_estimates(axes: Axes, curve: pl.DataFrame, words: Words) -> None:
    at = np.arange(curve.height)
    estimates = curve["estimate"].to_numpy()
    axes.fill_between(at, curve["ci_low"], curve["ci_high"], color=GREY, alpha=0.5, linewidth=0)
    is_sure = (curve["p_value"] < SIGNIFICANT).to_numpy()
    for chosen, colour, mark, word in ((is_sure, BLUE, "o", "significant"), (~is_sure, ORANGE, "x", "insignificant")):
        label = f"{words[word]}: {chosen.sum():,}"
        axes.plot(at[chosen], estimates[chosen], mark, color=colour, markersize=3, label=label, rasterized=True)
    axes.axhline(0, color=BLACK, linewidth=0.8)
    low, high = np.quantile(estimates, SHOWN_QUANTILES)
    margin = high - low or 1.0
    axes.set_ylim(low - margin / 2, high + margin / 2)
    beyond = int(((estimates < axes.get_ylim()[0]) | (estimates > axes.get_ylim()[1])).sum())
    if beyond:
        axes.set_title(words["beyond"].format(count=beyond))
    axes.set_ylabel(words["curve"])
    axes.legend(loc="upper left")
