"""Quality against the truth of an invented economy: recovered against true quality, and the scale of `qua`.

    python -m egov_assets.figures.quality_readings docs/pictures

simulates the demo economy, estimates, and draws quality_recovered and quality_scale, each as .svg and .png.
"""

import argparse
from pathlib import Path

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from egov_assets.demo_economy.truth import read_truth
from egov_assets.figures.style import BLACK, BLUE, GREEN, ORANGE, drawing, new_figure, save_figure
from egov_assets.product_quality.readings import ranges_of_quality, recovered_quality, scale_of_qua

BINS = 60
SHOWN = 0.995  # share of flows inside the picture on each axis; the few others would shrink it
COLOURS_AND_MARKS = ((BLUE, "o"), (ORANGE, "^"), (GREEN, "s"))


def draw_recovered(quality: pl.DataFrame) -> Figure:
    """Flows counted by true and recovered log quality, and the mean recovered by twentieths of the true.

    quality  as `recovered_quality` gives
    """
    figure = new_figure(12, 9)
    axes = figure.subplots()
    names = ("ln_quality_true", "ln_quality")
    reach = [float(quality[name].abs().quantile(SHOWN)) for name in names]
    true, found = (quality[name].to_numpy() for name in names)
    limits = [(-each, each) for each in reach]
    drawn = axes.hist2d(true, found, bins=BINS, range=limits, cmap="Greys", norm="log")[3]
    drawn.set_rasterized(True)
    figure.colorbar(drawn, ax=axes, label="flows")
    twentieth = (pl.col("ln_quality_true").rank("ordinal") - 1) * 20 // pl.len()
    groups = quality.group_by(twentieth.alias("twentieth")).mean().sort("twentieth")
    axes.plot(groups["ln_quality_true"], groups["ln_quality"], color=ORANGE, marker="o", label="mean of a twentieth")
    ends = np.array(limits[0])
    axes.plot(ends, ends, color=BLACK, linewidth=0.6, linestyle="--", label="equal")
    axes.set(xlim=limits[0], ylim=limits[1], xlabel="true log quality within market", ylabel="recovered log quality")
    axes.legend(loc="upper left")
    return figure


def draw_scale(ranges: pl.DataFrame) -> Figure:
    """One over the range of log quality by flows of the product, for each share of firms kept, and the medians.

    ranges  as `ranges_of_quality` gives
    """
    figure = new_figure(12, 9)
    axes = figure.subplots()
    medians = scale_of_qua(ranges)
    for (share,), (colour, mark) in zip(medians.select("share_of_firms").iter_rows(), COLOURS_AND_MARKS, strict=True):
        own = ranges.filter(pl.col("share_of_firms") == share)
        label = f"{share:.0%} of firms"
        axes.scatter(own["flows"], 1 / own["range"], s=6, alpha=0.5, color=colour, marker=mark, label=label)
    axes.plot(medians["flows"], medians["one_over_range"], color=BLACK, marker="D", label="medians")
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="flows of the product",
        ylabel="1 / (max - min) of log quality",
        title="What a unit of log quality is worth in qua",
    )
    for axis, ticks in ((axes.xaxis, (200, 500, 1_000, 2_000, 5_000)), (axes.yaxis, (0.2, 0.5, 1, 2))):
        axis.set_ticks(ticks, [f"{tick:,}" for tick in ticks])
        axis.set_ticks([], minor=True)
    axes.legend()
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder, truth = parser.parse_args().folder, read_truth()
    with drawing("en"):
        save_figure(draw_recovered(recovered_quality(truth)), folder / "quality_recovered")
        save_figure(draw_scale(ranges_of_quality(truth)), folder / "quality_scale")


if __name__ == "__main__":
    main()
