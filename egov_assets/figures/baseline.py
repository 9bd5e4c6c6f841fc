"""Table 2 as a picture: published, planted, and ours with its interval.

    python -m egov_assets.figures.baseline docs/pictures

draws it from the last run's tables, as baseline.svg, .png and .pdf.
"""

import argparse
from pathlib import Path
from textwrap import fill

import polars as pl
from matplotlib.figure import Figure

from egov_assets.figures.coefficients import coefficient_cells, draw_rows
from egov_assets.paper.study import CONTROLS
from egov_assets.platform.figure_style import drawing, new_figure, save_figure
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table
from egov_assets.platform.words import LANGUAGES, Language, words_of
from egov_assets.regression_tables.variable_labels import term_label

LABEL_CHARACTERS = {"en": 34, "zh": 14}  # of a line, beyond which a label is broken


def draw_baseline(cells: pl.DataFrame, language: Language = "en") -> Figure:
    """Left the score in columns (1) to (3), right the controls of column (3); call it inside `drawing()`.

    cells  as `coefficient_cells` gives
    """
    words = words_of("figures", language)
    figure = new_figure(20, 8)
    left, right = figure.subplots(1, 2)
    table = cells.filter(pl.col("table") == "table_02")
    score = table.filter(pl.col("term") == "egscore").sort("column")
    draw_rows(left, score, [words[f"baseline_{number}"] for number in score["column"]], language)
    left.set_title(f"(a) {words['effect']}")
    wide = LABEL_CHARACTERS[language]
    order = pl.DataFrame({"term": CONTROLS, "position": range(len(CONTROLS))})
    controls = table.filter(pl.col("column") == "3").join(order, on="term").sort("position")
    labels = [fill(term_label(term, language), wide) for term in controls["term"]]
    draw_rows(right, controls, labels, language)
    right.set_title(f"(b) {words['baseline_controls']}")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    options = parser.parse_args()
    lake = Folders.from_environment().lake
    comparison, estimates = (
        scan_table(lake, table, ()).collect() for table in ("published_comparison", "regression_tables")
    )
    with drawing():
        figure = draw_baseline(coefficient_cells(comparison, estimates), options.language)
        save_figure(figure, options.folder / "baseline")


if __name__ == "__main__":
    main()
