"""What the panel looks like: quality on score after the effects are taken out, first stages, distributions."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from egov_assets.platform.figure_style import BLACK, BLUE, GREEN, GREY, ORANGE, new_figure
from egov_assets.platform.words import Language, Words, words_of
from egov_assets.regression_tables.design import NotComputable, design_of
from egov_assets.regression_tables.residuals import Residuals
from egov_assets.regression_tables.specifications import Column

BINS = 20
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
    _binned(axes, x, y, words)
    axes.set_xlabel(words["egscore_net"])
    axes.set_ylabel(words["qua"])
    return figure


def draw_first_stages(panel: pl.DataFrame, columns: dict[str, Column], language: Language) -> Figure:
    """The score on each instrument, both net of effects and controls; instruments the panel lacks are left out.

    Raises  NotComputable if it lacks all
    """
    words = words_of("figures", language)
    pairs = {}
    for column in columns.values():
        fields = {"outcome": column.treatment, "treatment": column.instrument, "instrument": None}
        stage = column.model_copy(update=fields)
        try:
            pairs[column.instrument] = _net(panel, stage)
        except NotComputable:
            continue
    if not pairs:
        raise NotComputable("no instrument has a first stage")
    figure = new_figure(6 * len(pairs), 6.5)
    for axes, (name, (x, y)) in zip(figure.subplots(1, len(pairs), squeeze=False)[0], pairs.items(), strict=True):
        _binned(axes, x, y, words)
        axes.set_title(name)
        axes.set_xlabel(words["instrument"])
        axes.set_ylabel(words["egscore"])
    return figure


def draw_distributions(panel: pl.DataFrame, language: Language) -> Figure:
    """Quality over firm-years and the score over city-years, a line a year."""
    words = words_of("figures", language)
    figure = new_figure(17, 7)
    left, right = figure.subplots(1, 2)
    cities = panel.unique(["city_code", "year"]).drop_nulls("egscore")
    for axes, frame, name, unit in ((left, panel, "qua", "firm_years"), (right, cities, "egscore", "city_years")):
        edges = np.linspace(0, 1, 41)
        for at, year in enumerate(frame["year"].unique().sort()):
            values = frame.filter(pl.col("year") == year)[name].to_numpy()
            shade, style = SHADES[at % len(SHADES)], STYLES[at % len(STYLES)]
            axes.stairs(np.histogram(values, edges)[0], edges, color=shade, linestyle=style, label=str(year))
        axes.set_xlabel(words[name])
        axes.set_ylabel(words[unit])
        axes.legend()
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


def _binned(axes: Axes, x: NDArray, y: NDArray, words: Words) -> None:
    """Means of y by bins of x with equally many observations, and the least-squares line through all of them."""
    order = np.argsort(x, kind="stable")
    bins = [each for each in np.array_split(order, BINS) if len(each)]
    slope = float(x @ y / (x @ x))
    at = np.array([x[each].mean() for each in bins])
    axes.axhline(0, color=GREY, linewidth=0.6)
    axes.plot(at, slope * at, color=BLACK, linewidth=1, label=f"{words['slope']} {slope:.3f}")
    axes.scatter(at, [y[each].mean() for each in bins], color=BLUE, s=18)
    axes.legend()
