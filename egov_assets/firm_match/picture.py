"""The match in pictures: the share of customs firms and of their exports that each step matched; Splink's weights."""

from collections.abc import Mapping
from math import log2
from pathlib import Path
from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from egov_assets.firm_match.report import matched_shares
from egov_assets.platform.figure_style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    drawing,
    new_figure,
    save_figure,
)
from egov_assets.platform.spreadsheets import publish_csv
from egov_assets.platform.words import LANGUAGES, Language, words_of

COLOURS = {"name": BLUE, "carried_name": "#56b4e9", "zip_phone": GREEN, "probabilistic": ORANGE, "unmatched": GREY}


def draw_matched_shares(shares: pl.DataFrame, language: Language) -> Figure:
    """One bar per year, firms left and value right; call it inside `drawing()`.

    shares  as `matched_shares` gives
    """
    figure = new_figure(18, 7)
    left, right = figure.subplots(1, 2, sharey=True)
    _bars(left, shares, "firm_share", language)
    _bars(right, shares, "value_share", language)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def draw_match_weights(model: Mapping[str, Any]) -> Figure:
    """One bar per level of each comparison: how much agreeing or differing speaks for one firm, in bits.

    model  as `splink_model.yml` holds it; a weight is log2 of m over u; call it inside `drawing()`
    """
    levels = [
        (f"{comparison['output_column_name']}: {level['label_for_charts']}", level)
        for comparison in model["comparisons"]
        for level in comparison["comparison_levels"]
        if not level.get("is_null_level")
    ]
    labels = [label for label, _ in reversed(levels)]
    weights = [log2(level["m_probability"] / level["u_probability"]) for _, level in reversed(levels)]
    figure = new_figure(18, 0.55 * len(levels) + 1.5)
    axes = figure.subplots()
    axes.barh(labels, weights, color=[GREEN if weight > 0 else ORANGE for weight in weights])
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_xlabel("log2 of m / u; above 0 speaks for one firm")
    return figure


def save_match_weights(model: Mapping[str, Any], folder: Path) -> Path:
    """Draw the weights of the probabilistic step as match_weights in the folder; the path of the PNG."""
    picture = folder / "match_weights"
    with drawing():
        save_figure(draw_match_weights(model), picture)
    return picture.with_suffix(".png")


def save_report(report: pl.DataFrame, folder: Path) -> str:
    """Write report.csv, and matched_shares_en and matched_shares_zh as `save_figure`; the names of what was written.

    report  as `match_report` gives
    """
    publish_csv(report, folder / "report.csv")
    written = [str(folder / "report.csv")]
    for language in LANGUAGES:
        picture = folder / f"matched_shares_{language}"
        with drawing():
            save_figure(draw_matched_shares(matched_shares(report), language), picture)
        written.append(str(picture.with_suffix(".png")))
    return "; ".join(written)


def _bars(axes: Axes, shares: pl.DataFrame, share: str, language: Language) -> None:
    words = words_of("firm_match", language)
    years = shares["year"].unique().sort().to_list()
    reached = dict.fromkeys(years, 0.0)
    for outcome, colour in COLOURS.items():
        of_step = dict(shares.filter(pl.col("outcome") == outcome).select("year", share).rows())
        if not of_step:
            continue
        heights = [of_step.get(year, 0.0) for year in years]
        bottoms = [reached[year] for year in years]
        axes.bar([str(year) for year in years], heights, bottom=bottoms, color=colour, label=words[outcome])
        for bar, (year, height) in enumerate(zip(years, heights, strict=True)):
            if height > 0.06:  # below that the figure does not fit the bar
                axes.text(bar, reached[year] + height / 2, f"{height:.0%}", ha="center", va="center", color="white")
            reached[year] += height
    axes.set(title=words[share], ylim=(0, 1))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
