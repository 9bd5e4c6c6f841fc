"""How strongly each instrument moves the score among cities, as points beside two usual marks."""

import polars as pl
from matplotlib.figure import Figure

from egov_assets.platform.figure_style import BLUE, GREY, ORANGE, new_figure

RULE_OF_THUMB = 10.0  # Staiger and Stock (1997)
TICKS = (1, 2, 5, 10, 20, 50, 100)
STOCK_YOGO_10_PERCENT = 16.38  # Stock and Yogo (2005): one instrument, size of a 5 % test at most 10 %


def draw_relevance(stages: pl.DataFrame) -> Figure:
    """One row per instrument: the F of its first stage on a log scale; those with the unexpected sign in orange.

    stages  as `first_stages` gives. Call it inside `drawing()`.
    """
    estimated = stages.drop_nulls("f_statistic").reverse()
    figure = new_figure(18, 2.5 + 0.9 * max(estimated.height, 1))
    panel = figure.subplots()
    expected = (estimated["slope"] * estimated["expected_sign"] > 0).to_list()
    colours = [BLUE if fits else ORANGE for fits in expected]
    panel.scatter(estimated["f_statistic"], estimated["instrument"], c=colours, zorder=3)
    for mark, words in ((RULE_OF_THUMB, "10"), (STOCK_YOGO_10_PERCENT, "16.38")):
        panel.axvline(mark, color=GREY, linewidth=0.8, linestyle="--")
        panel.annotate(
            words, (mark, 1.0), xycoords=("data", "axes fraction"), fontsize=8, color=GREY, ha="center", va="bottom"
        )
    panel.set_xscale("log")
    panel.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    panel.xaxis.set_minor_formatter("")
    panel.set_xlabel("F of the first stage among cities (errors clustered by city); orange: sign not as expected")
    panel.grid(axis="x", linewidth=0.3)
    return figure
