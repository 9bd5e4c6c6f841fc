"""A line per column: published, planted, ours with its interval."""

from collections.abc import Mapping

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from egov_assets.platform.figure_style import BLACK, BLUE, GREY, ORANGE, new_figure
from egov_assets.platform.words import Language, words_of
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.regression_tables.specifications import Table
from egov_assets.regression_tables.variable_labels import term_label

# figure: (its tables, whether it shows products with the score, or the score itself)
COEFFICIENT_FIGURES = {
    "fields": (("table_03",), False),
    "robustness": (("table_04", "table_05"), False),
    "instruments": (("table_06",), False),
    "heterogeneity": (("table_07", "table_08", "table_09"), True),
    "mechanisms": (("table_10",), True),
}

MUCH_WIDER = 10  # times the median interval of the figure
OTHER_UNITS = ("table_04", "1")  # a log unit price, ten times the range of the others: it would flatten them


def coefficient_cells(comparison: pl.DataFrame, estimates: pl.DataFrame) -> pl.DataFrame:
    """Printed slopes with our intervals: table, column, term, published, planted, ours, ci_low, ci_high."""
    intervals = estimates.filter(pl.col("variant") == PRINTED_VARIANT).select(
        "table", "column", "term", "ci_low", "ci_high"
    )
    slopes = comparison.filter(pl.col("published_stars").is_not_null()).with_columns(
        # LABEL-02: rows named after the instrument hold the coefficient of the score.
        our_term=pl.when(pl.col("term").str.starts_with("egscore_size")).then(pl.lit("egscore")).otherwise("term")
    )
    joined = slopes.join(
        intervals, left_on=["table", "column", "our_term"], right_on=["table", "column", "term"], how="left"
    )
    return joined.select("table", "column", "term", "published", "planted", "ours", "ci_low", "ci_high")


def draw_coefficients(name: str, cells: pl.DataFrame, tables: Mapping[str, Table], language: Language) -> Figure:
    """One figure of COEFFICIENT_FIGURES; columns that cannot be computed show the published number only."""
    words = words_of("figures", language)
    shown_tables, products = COEFFICIENT_FIGURES[name]
    shown = cells.filter(
        pl.col("table").is_in(shown_tables),
        pl.col("term").str.contains("egscore"),
        pl.col("term").str.contains(":") == products,
        (pl.col("table") != OTHER_UNITS[0]) | (pl.col("column") != OTHER_UNITS[1]),
    ).sort("table", "column")
    labels = [_label(row, tables[row["table"]], language) for row in shown.iter_rows(named=True)]
    figure = new_figure(17, 2.6 + 0.85 * max(shown.height, 1))
    axes = figure.subplots()
    draw_rows(axes, shown, labels, language)
    axes.set_title(words[name])
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def draw_rows(axes: Axes, cells: pl.DataFrame, labels: list[str], language: Language) -> None:
    """One line per cell, first on top; cells has published, planted, ours, ci_low, ci_high."""
    words = words_of("figures", language)
    at = list(range(cells.height))
    axes.axvline(0, color=GREY, linewidth=0.8)
    error = [cells["ours"] - cells["ci_low"], cells["ci_high"] - cells["ours"]]
    axes.errorbar(_numbers(cells["ours"]), at, xerr=[_numbers(each) for each in error], fmt="o", color=BLUE, capsize=3,
                  label=words["ours"])  # fmt: skip
    if cells["planted"].count():
        planted = _numbers(cells["planted"])
        axes.scatter(planted, [y - 0.18 for y in at], marker="D", color=ORANGE, label=words["planted"], zorder=3)
    published = [y + 0.18 for y in at]
    axes.scatter(cells["published"], published, marker="s", facecolor="none", edgecolor=BLACK, label=words["published"])
    axes.set_yticks(at, labels)
    axes.set_ylim(cells.height - 0.4, -0.6)
    axes.set_xlabel(words["coefficient"])
    _cut_endless_intervals(axes, cells)


def _cut_endless_intervals(axes: Axes, cells: pl.DataFrame) -> None:
    """A weak instrument's interval would flatten all others: it leaves the axes, with an arrow at each end."""
    intervals = cells.select("ci_low", "ci_high").with_row_index("at").drop_nulls()
    width = pl.col("ci_high") - pl.col("ci_low")
    endless = intervals.filter(width > MUCH_WIDER * width.median())
    if endless.is_empty():
        return
    kept = intervals.join(endless, on="at", how="anti")
    marks = [*kept["ci_low"], *kept["ci_high"], *cells["published"].drop_nulls(), *cells["planted"].drop_nulls(), 0.0]
    margin = 0.1 * (max(marks) - min(marks))
    low, high = min(marks) - margin, max(marks) + margin
    axes.set_xlim(low, high)
    for at, *ends in endless.iter_rows():
        for end, edge, mark in zip(ends, (low, high), "<>", strict=True):
            if not low <= end <= high:
                axes.plot(edge, at, mark, color=BLUE, markersize=7, clip_on=False, zorder=4)


def _numbers(values: pl.Series) -> list[float]:
    """Missing as NaN, which matplotlib leaves out."""
    return values.cast(pl.Float64).fill_null(float("nan")).to_list()


def _label(row: dict, table: Table, language: Language) -> str:
    column = table.columns[row["column"]]
    head = (column.header_zh if language == "zh" else column.header) or term_label(column.treatment, language)
    number = row["table"].removeprefix("table_").lstrip("0")
    return f"{number} ({row['column']}) {head}"
