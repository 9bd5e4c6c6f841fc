"""The flow of data and sample as a picture: rows read, removed and clean of each source, firms matched, the panel."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from egov_assets.clean.attrition import CLEAN, READ
from egov_assets.platform.figure_style import BLACK, BLUE, GREEN, GREY, new_figure
from egov_assets.platform.words import Language, words_of

SOURCES = ("customs", "firm_survey", "egov_scores", "city_yearbook", "province_yearbook")  # from top to bottom
OF_FIRMS = SOURCES[:2]
REASONS_SHOWN = 3
AT_READ, AT_CLEAN, AT_MATCH, AT_PANEL = 1.2, 11.6, 17.0, 22.0  # centres of the columns
HALF_WIDTH, HEIGHT = 1.7, 2.4


@dataclass(frozen=True)
class Lane:
    """A source over all years: rows read and clean, and why most of the others were removed, largest first."""

    source: str
    read: int
    clean: int
    largest: tuple[tuple[str, int], ...]


def lanes_of(flow: pl.DataFrame) -> list[Lane]:
    """The sources that have rows, in the order of SOURCES.

    flow  sample_flow of any years
    """
    lanes = []
    for source in SOURCES:
        rows = flow.filter(source=source)
        removed = rows.filter(~pl.col("step").is_in([READ, CLEAN])).group_by("reason").agg(pl.col("rows").sum())
        largest = removed.sort(["rows", "reason"], descending=[True, False]).head(REASONS_SHOWN).rows()
        if rows.height:
            read, clean = (int(rows.filter(step=step)["rows"].sum()) for step in (READ, CLEAN))
            lanes.append(Lane(source, read, clean, tuple(largest)))
    return lanes


def draw_flow(flow: pl.DataFrame, match_report: pl.DataFrame, panel: pl.DataFrame, language: Language) -> Figure:
    """Sources from left to right into the panel; numbers are sums over the years. Call it inside `drawing()`.

    flow          sample_flow of all years
    match_report  firm_match_report
    """
    words, cleaning = words_of("figures", language), words_of("clean", language)
    lanes = lanes_of(flow)
    figure = new_figure(26, 0.8 + HEIGHT * len(lanes))
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_xlim(-0.6, AT_PANEL + HALF_WIDTH + 0.2)
    axes.set_ylim(-HEIGHT * (len(lanes) - 0.5), HEIGHT / 2)
    heights = {lane.source: -HEIGHT * at for at, lane in enumerate(lanes)}
    matched = int(match_report.filter(pl.col("outcome") != "unmatched", section="all")["firms"].sum())
    at_match = _mean([heights[source] for source in OF_FIRMS if source in heights])
    at_panel = _mean(list(heights.values()))
    for lane in lanes:
        at = heights[lane.source]
        _box(axes, (AT_READ, at), f"{cleaning.of(lane.source)}\n{words['rows_read'].format(rows=lane.read)}", BLUE)
        _box(axes, (AT_CLEAN, at), words["rows_clean"].format(rows=lane.clean), BLUE)
        _arrow(axes, (AT_READ, at), (AT_CLEAN, at))
        removed = [words["rows_removed"].format(rows=lane.read - lane.clean)] if lane.read > lane.clean else []
        removed += [f"{rows:,} {cleaning.of(reason)}" for reason, rows in lane.largest]
        middle = (AT_READ + AT_CLEAN) / 2 - 2.6
        axes.text(middle, at - 0.12, "\n".join(removed), va="top", fontsize=7.5, color=BLACK, linespacing=1.15)
        end = (AT_MATCH, at_match) if lane.source in OF_FIRMS else (AT_PANEL, at_panel)
        _arrow(axes, (AT_CLEAN, at), end)
    _box(axes, (AT_MATCH, at_match), words["firms_matched"].format(firms=matched), GREEN)
    _box(axes, (AT_PANEL, at_panel), words["panel_rows"].format(rows=panel.height), GREEN)
    _arrow(axes, (AT_MATCH, at_match), (AT_PANEL, at_panel))
    return figure


def _mean(heights: Sequence[float]) -> float:
    return sum(heights) / len(heights) if heights else 0.0


def _box(axes: Axes, centre: tuple[float, float], words: str, colour: str) -> None:
    style = {"boxstyle": "round,pad=0.4", "facecolor": "white", "edgecolor": colour, "linewidth": 1.3}
    axes.text(*centre, words, ha="center", va="center", bbox=style, fontsize=9)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    """From the right side of one box to the left side of another."""
    to, out_of = (end[0] - HALF_WIDTH, end[1]), (start[0] + HALF_WIDTH, start[1])
    line = {"arrowstyle": "->", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", to, xytext=out_of, arrowprops=line)
