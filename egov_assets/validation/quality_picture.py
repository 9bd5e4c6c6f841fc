"""Quality as a picture: sigma of the products, quality of the flows, quality of the firms by year.

    python -m egov_assets.validation.quality_picture docs/pictures

draws it from the last run's tables, as quality_overview.svg and quality_overview.png.
"""

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from egov_assets.platform.figure_style import BLACK, BLUE, GREY, ORANGE, drawing, new_figure, save_figure
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table
from egov_assets.platform.years import YEARS

BINS = 30
WHISKERS = (5, 95)  # percentiles
ESTIMATES = (  # outcome whose sigma is shown, label, colour
    ("qua", "two-stage least squares", BLUE),
    ("qua_sub", "least squares without GDP", ORANGE),
)


def draw_quality(coefficients: pl.DataFrame, flows: pl.DataFrame, firms: pl.DataFrame) -> Figure:
    """Left sigma by IV and by least squares; middle the distribution of rquality; right percentiles of qua by year."""
    figure = new_figure(24, 8)
    left, middle, right = figure.subplots(1, 3)
    shown = coefficients.filter(pl.col("outcome").is_in([outcome for outcome, _, _ in ESTIMATES]))
    edges = np.histogram_bin_edges(shown["sigma_hat"].drop_nulls(), bins=BINS)
    for outcome, label, colour in ESTIMATES:
        sigma = shown.filter(pl.col("outcome") == outcome)["sigma_hat"].drop_nulls()
        left.hist(sigma, bins=edges, histtype="step", color=colour, label=label)
    left.yaxis.get_major_locator().set_params(integer=True)
    left.axvline(1, color=BLACK, linewidth=0.6)
    left.set(title="Price elasticity by product", xlabel="sigma", ylabel="products")
    left.margins(y=0.3)  # room for the legend
    left.legend(loc="upper right")
    middle.hist(flows["rquality"], bins=BINS, color=GREY)
    middle.set(title="Quality of flows", xlabel="between the bounds of the product", ylabel="flows")
    by_year = [firms.filter(pl.col("year") == year)["qua"] for year in YEARS]
    right.boxplot(by_year, tick_labels=[str(year) for year in YEARS], whis=WHISKERS, showfliers=False)
    right.set(title="Quality of firms: 5, 25, 50, 75 and 95 %", ylabel="qua")
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    lake = Folders.from_environment().lake
    names = ("quality_coefficients", "product_quality", "firm_quality")
    tables = [scan_table(lake, name, YEARS).collect() for name in names]
    with drawing():
        save_figure(draw_quality(*tables), folder / "quality_overview")


if __name__ == "__main__":
    main()
