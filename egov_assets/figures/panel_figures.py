"""What the panel looks like: quality on score after the effects are taken out, first stages, distributions."""

from string import ascii_lowercase

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from egov_assets.platform.figure_style import BLACK, BLUE, GREEN, GREY, ORANGE, new_figure
from egov_assets.platform.words import Language, Words, words_of
from egov_assets.regression_tables.design import NotComputable, design_of
from egov_assets.regression_tables.estimate import WEAK_INSTRUMENT_VARIANT
from egov_assets.regression_tables.residuals import Residuals
from egov_assets.regression_tables.specifications import Column
from egov_assets.regression_tables.variable_labels import term_label

BINS = 20
PANELS_BESIDE = 3
SHADES = (BLUE, ORANGE, GREEN)
STYLES = ("-", "--", ":")


def draw_binned_scatter(panel: pl.DataFrame, baseline: Column, language: Language) -> Figure:
    """Quality on score, both net of effects and controls, in 20 bins; the line has column (3)'s slope.

    Raises  NotComputable if the panel lacks what the column needs
    """
    words = words_of("figures", language)
    x, y = _net(panel, baseline)
    figure = new_figure(12, 9)
    axes = figure.subplots()
    slope = _binned(axes, x, y)
    axes.set_title(f"{words['slope']} {slope:.3f}, {_firm_years(x, words)}")
    axes.set_xlabel(words["egscore_net"])
    axes.set_ylabel(words["qua_net"])
    return figure


def draw_first_stages(
    panel: pl.DataFrame, columns: dict[str, Column], estimates: pl.DataFrame, language: Language
) -> Figure:
    """The score on each instrument, both net of effects and controls; instruments the panel lacks are left out.

    estimates  whose first-stage F of each column stands above its panel

    Raises  NotComputable if it lacks all
    """
    words = words_of("figures", language)
    tested = estimates.filter(table="table_06", variant=WEAK_INSTRUMENT_VARIANT).drop_nulls("effective_f")
    effective_f = dict(tested.select("column", "effective_f").iter_rows())
    pairs = {}
    for number, column in columns.items():
        fields = {"outcome": column.treatment, "treatment": column.instrument, "instrument": None}
        stage = column.model_copy(update=fields)
        try:
            pairs[number] = _net(panel, stage)
        except NotComputable:
            continue
    if not pairs:
        raise NotComputable("no instrument has a first stage")
    lines = -(-len(pairs) // PANELS_BESIDE)
    figure = new_figure(17, 6.5 * lines)
    all_axes = figure.subplots(lines, PANELS_BESIDE, squeeze=False).ravel()
    for axes in all_axes[len(pairs) :]:
        axes.set_axis_off()
    for axes, letter, (number, (x, y)) in zip(all_axes, ascii_lowercase, pairs.items(), strict=False):
        slope = _binned(axes, x, y)
        column = columns[number]
        name = (column.header_zh if language == "zh" else column.header) or term_label(
            column.instrument or "", language
        )
        strength = f", F = {effective_f[number]:.1f}" if number in effective_f else ""
        said = f"({letter}) {name}\n{words['slope']} {slope:.3f}{strength}\n{_firm_years(x, words)}"
        axes.set_title(said, fontsize=8)
        axes.set_xlabel(words["instrument"])
        axes.set_ylabel(words["egscore_net_short"])
    return figure


def draw_distributions(panel: pl.DataFrame, language: Language) -> Figure:
    """Quality over firm-years and the score over city-years, a line a year."""
    words = words_of("figures", language)
    figure = new_figure(17, 8)
    left, right = figure.subplots(1, 2)
    cities = panel.unique(["city_code", "year"]).drop_nulls("egscore")
    shown = (("a", left, panel, "qua", "firm_years"), ("b", right, cities, "egscore", "city_years"))
    for letter, axes, frame, name, unit in shown:
        edges = np.linspace(0, 1, 41)
        for at, year in enumerate(frame["year"].unique().sort()):
            values = frame.filter(pl.col("year") == year)[name].to_numpy()
            shade, style = SHADES[at % len(SHADES)], STYLES[at % len(STYLES)]
            label = words["year_and_n"].format(year=year, n=int(np.isfinite(values).sum()))
            axes.stairs(np.histogram(values, edges)[0], edges, color=shade, linestyle=style, label=label)
        axes.set_title(f"({letter})")
        axes.set_xlabel(term_label(name, language))
        axes.set_ylabel(words[unit])
        axes.legend(
            loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=3, fontsize=7, columnspacing=1, handlelength=1.5
        )
    return figure


def _net(panel: pl.DataFrame, column: Column) -> tuple[NDArray, NDArray]:
    """Treatment and outcome net of everything else in the column, for firms observed more than once.

    Those observed once are zero on both axes and would fill the bins in the middle.
    """
    design = design_of(column, panel)
    residuals = Residuals(design, range(1, len(design.terms)))
    again = design.frame.select(pl.len().over("firm_id") > 1).to_series().to_numpy()
    x, y = residuals(design.frame.select("x0", "y").to_numpy())[again].T
    return x, y


def _binned(axes: Axes, x: NDArray, y: NDArray) -> float:
    """Means of y by bins of x with equally many observations, and the line through all of them; its slope."""
    order = np.argsort(x, kind="stable")
    bins = [each for each in np.array_split(order, BINS) if len(each)]
    slope = float(x @ y / (x @ x))
    at = np.array([x[each].mean() for each in bins])
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.plot(at, slope * at, color=BLACK, linewidth=1)
    axes.scatter(at, [y[each].mean() for each in bins], color=BLUE, s=18)
    return slope


def _firm_years(x: NDArray, words: Words) -> str:
    return words["n_firm_years"].format(n=len(x))
