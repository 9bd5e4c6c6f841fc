"""The specification curve: estimates sorted, and below them which choices each makes."""

import polars as pl
from matplotlib.figure import Figure

from egov_assets.figures.style import BLACK, BLUE, GREY, ORANGE, Language, new_figure
from egov_assets.figures.words import words_of
from egov_assets.study import STARS

CHOICES = ("outcome", "controls", "sample", "estimator", "cluster")
SIGNIFICANT = STARS[1][0]


def draw_specification_curve(curve: pl.DataFrame, language: Language) -> Figure:
    """curve as `specification_curve_of` gives."""
    words = words_of(language)
    sorted_curve = curve.sort("estimate", *CHOICES)
    at = list(range(sorted_curve.height))
    figure = new_figure(20, 16)
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(1, 1.2))
    is_sure = (sorted_curve["p_value"] < SIGNIFICANT).to_list()
    top.vlines(at, sorted_curve["ci_low"], sorted_curve["ci_high"], color=GREY, linewidth=0.8)
    for sure, colour, mark, word in ((True, BLUE, "o", "significant"), (False, ORANGE, "x", "insignificant")):
        chosen = [place for place in at if is_sure[place] == sure]
        if chosen:
            estimates = sorted_curve["estimate"].gather(chosen)
            top.scatter(chosen, estimates, color=colour, marker=mark, s=10, label=words[word], zorder=3)
    top.axhline(0, color=BLACK, linewidth=0.8)
    top.set_ylabel(words["curve"])
    top.legend()
    labels = [(choice, value) for choice in CHOICES for value in curve[choice].unique(maintain_order=True)]
    for line, (choice, value) in enumerate(labels):
        chosen = [place for place, each in enumerate(sorted_curve[choice]) if each == value]
        bottom.scatter(chosen, [line] * len(chosen), marker="|", color=BLACK, s=12, linewidth=0.8)
    bottom.set_yticks(range(len(labels)), [f"{choice}: {value}" for choice, value in labels], fontsize=8)
    bottom.set_ylim(len(labels) - 0.5, -0.5)
    bottom.set_xlabel(words["specifications"])
    return figure
