"""Table 2 as a picture: published, planted, and ours with its interval.

    python -m egov_assets.figures.baseline docs/pictures

draws it from the last run's tables, as baseline.svg and baseline.png.
"""

import argparse
from pathlib import Path

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from egov_assets.figures.style import BLACK, BLUE, ORANGE, Language, drawing, new_figure, save_figure
from egov_assets.folders import Folders
from egov_assets.orchestration.lake import scan_table
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.study import CONTROLS

WORDS = {
    "en": {
        "published": "published",
        "planted": "planted in the demo",
        "ours": "ours, 95 % interval, clustered by city",
        "effect": "Digital government on export quality",
        "controls": "Controls, column (3)",
        "coefficient": "coefficient",
        "columns": {"1": "(1) no effects", "2": "(2) firm and year effects", "3": "(3) and controls"},
    },
    "zh": {
        "published": "论文",
        "planted": "模拟数据设定值",
        "ours": "本项目，95% 置信区间，城市聚类",
        "effect": "政务数字化对出口质量的影响",
        "controls": "控制变量，列（3）",
        "coefficient": "系数",
        "columns": {"1": "（1）无固定效应", "2": "（2）企业与年份效应", "3": "（3）加控制变量"},
    },
}


def baseline_cells(comparison: pl.DataFrame, estimates: pl.DataFrame) -> pl.DataFrame:
    """Table 2's slopes: column, term, published, planted, ours, ci_low, ci_high."""
    intervals = estimates.filter(pl.col("variant") == PRINTED_VARIANT).select(
        "table", "column", "term", "ci_low", "ci_high"
    )
    slopes = comparison.filter(pl.col("table") == "table_02", pl.col("term").is_in(["egscore", *CONTROLS]))
    return slopes.join(intervals, on=["table", "column", "term"], how="left").select(
        "column", "term", "published", "planted", "ours", "ci_low", "ci_high"
    )


def draw_baseline(cells: pl.DataFrame, language: Language = "en") -> Figure:
    """Left the score in columns (1) to (3), right the controls of column (3); call it inside `drawing(language)`."""
    words = WORDS[language]
    figure = new_figure(20, 8)
    left, right = figure.subplots(1, 2)
    score = cells.filter(pl.col("term") == "egscore").sort("column")
    _rows(left, score, [words["columns"][number] for number in score["column"]], words)
    left.set_title(words["effect"])
    controls = cells.filter(pl.col("term").is_in(CONTROLS), pl.col("column") == "3")
    order = pl.DataFrame({"term": CONTROLS, "position": range(len(CONTROLS))})
    controls = controls.join(order, on="term").sort("position")
    _rows(right, controls, controls["term"].to_list(), words)
    right.set_title(words["controls"])
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    return figure


def _rows(axes: Axes, cells: pl.DataFrame, labels: list[str], words: dict) -> None:
    at = list(range(cells.height))
    axes.axvline(0, color=BLACK, linewidth=0.6)
    error = [cells["ours"] - cells["ci_low"], cells["ci_high"] - cells["ours"]]
    axes.errorbar(cells["ours"], at, xerr=error, fmt="o", color=BLUE, capsize=3, label=words["ours"])
    if cells["planted"].count():
        axes.scatter(
            cells["planted"], [y - 0.18 for y in at], marker="D", color=ORANGE, label=words["planted"], zorder=3
        )
    axes.scatter(
        cells["published"],
        [y + 0.18 for y in at],
        marker="s",
        facecolor="none",
        edgecolor=BLACK,
        label=words["published"],
    )
    axes.set_yticks(at, labels)
    axes.set_ylim(cells.height - 0.5, -0.5)
    axes.set_xlabel(words["coefficient"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--language", choices=("en", "zh"), default="en")
    options = parser.parse_args()
    lake = Folders.from_environment().lake
    comparison, estimates = (
        scan_table(lake, table, ()).collect() for table in ("published_comparison", "regression_tables")
    )
    with drawing(options.language):
        save_figure(draw_baseline(baseline_cells(comparison, estimates), options.language), options.folder / "baseline")


if __name__ == "__main__":
    main()
