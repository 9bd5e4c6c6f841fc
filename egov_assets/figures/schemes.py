"""Figures 1 and 4 as schemes: the study's time line, and the three channels. Nothing is computed in them."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from egov_assets.platform.figure_style import BLACK, BLUE, GREEN, GREY, ORANGE, new_figure
from egov_assets.platform.words import Language, words_of
from egov_assets.platform.years import YEARS

FIRST, LAST = min(YEARS), max(YEARS)
# What the paper and the shipped reference lists date; the paper's own figure 1 is an image that could not be read.
EVENTS = (
    (FIRST, LAST, BLUE, "event_data"),
    (FIRST, LAST, ORANGE, "event_ratings"),
    (2010, 2012, GREEN, "event_policies"),
    (2013, 2013, GREY, "event_first_zone"),
    (2015, 2015, GREY, "event_second_zones"),
    (2017, 2018, GREY, "event_third_zones"),
    (2022, 2022, GREY, "event_opinion"),
)
CHANNELS = ("costs", "environment", "innovation")


def draw_time_line(language: Language) -> Figure:
    """Which years the data cover and when the policies that the paper names came.

    Source  method.md sections 1, 10, 11; reference/ftz_provinces.csv; text_claims of published_tables.yaml
    """
    figure = new_figure(17, 8)
    axes = figure.subplots()
    words = words_of("figures", language)
    for line, (start, end, colour, event) in enumerate(EVENTS):
        axes.plot([start - 0.35, end + 0.35], [line, line], color=colour, linewidth=7, solid_capstyle="butt")
        axes.text(end + 0.6, line, words[event], va="center")
    axes.axvspan(FIRST - 0.35, LAST + 0.35, color=BLUE, alpha=0.06, linewidth=0)
    axes.set_ylim(len(EVENTS) - 0.4, -0.6)
    axes.set_xlim(min(FIRST, 2010) - 1, 2028)
    axes.set_xticks(range(min(FIRST, 2010), 2023, 2))
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return figure


def draw_mechanisms(language: Language) -> Figure:
    """Figure 4: digital government, three channels with the proxy that table 10 uses, export quality."""
    words = words_of("figures", language)
    figure = new_figure(17, 8)
    axes = figure.subplots()
    axes.set_axis_off()
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 6)
    source, target = (1.0, 3.0), (9.0, 3.0)
    _box(axes, source, words["source"], BLUE)
    _box(axes, target, words["target"], BLUE)
    for line, channel in enumerate(CHANNELS):
        centre = (5.0, 5.2 - 2.2 * line)
        _box(axes, centre, f"{words[f'channel_{channel}']}\n{words[f'proxy_{channel}']}", GREEN)
        axes.text(centre[0], centre[1] + 0.75, words[f"hypothesis_{channel}"], ha="center", fontsize=9)
        _arrow(axes, (source[0] + 0.75, 3.0), (centre[0] - 1.7, centre[1]))
        _arrow(axes, (centre[0] + 1.7, centre[1]), (target[0] - 0.75, 3.0))
    return figure


def _box(axes: Axes, centre: tuple[float, float], words: str, colour: str) -> None:
    style = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": colour, "linewidth": 1.5}
    axes.text(*centre, words, ha="center", va="center", bbox=style)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate("", xy=end, xytext=start, arrowprops={"arrowstyle": "->", "color": BLACK, "shrinkA": 4, "shrinkB": 4})
