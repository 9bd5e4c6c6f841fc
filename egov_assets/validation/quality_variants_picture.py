"""Quality against the truth of an invented economy: recovered against true quality, and the scale of `qua`.

    python -m egov_assets.validation.quality_variants_picture docs/pictures

simulates the demo economy and its sparse variant, estimates, and draws quality_recovered, quality_recovered_sparse and
quality_scale, each as .svg and .png.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from egov_assets.demo_economy.truth import read_truth
from egov_assets.platform.figure_style import BLACK, BLUE, GREEN, ORANGE, drawing, new_figure, save_figure
from egov_assets.validation.quality_variants import recovered_quality, samples_of_firms, scale_of_qua
from egov_assets.validation.sparse_data_rules import RULES, economies

BINS = 60
SHOWN = 0.995  # share of flows inside the picture on each axis; the few others would shrink it
LINES_OF_SCALE = {
    "qua_on_ln_quality": "qua on ln_quality",
    "qua_on_ln_quality_within": "the same within firm and year",
    "qua_on_true": "qua on true log quality, within",
    "ln_quality_on_true": "ln_quality on true log quality, within",
}
RULES_SHOWN = (
    "none: the literal reading",
    "F below 10: 3 imposed",
    "the defaults",
    "the defaults, sigma pooled",
)
COLOURS_AND_MARKS = ((BLUE, "o"), (ORANGE, "^"), (GREEN, "s"))


class NothingToDraw(ValueError):
    """The economy is too small to have quality."""


def draw_recovered(by_rule: Mapping[str, pl.DataFrame]) -> Figure:
    """A panel for each rule: flows counted by true and recovered log quality, and means by twentieths of the true.

    by_rule  as `recovered_quality` gives; all panels have the axes of the last
    Raises  NothingToDraw if a rule leaves no flow with quality
    """
    if any(quality.is_empty() for quality in by_rule.values()):
        raise NothingToDraw("no flow of the economy has quality. Raise `scale` in truth.yml.")
    rows = (len(by_rule) + 1) // 2
    figure = new_figure(12 if len(by_rule) == 1 else 20, 9 * rows)
    panels = figure.subplots(rows, min(len(by_rule), 2), squeeze=False).ravel()
    last = list(by_rule.values())[-1]
    names = ("ln_quality_true", "ln_quality")
    limits = [(-reach, reach) for reach in (last.select(pl.col(name).abs().quantile(SHOWN)).item() for name in names)]
    for axes, (name, quality) in zip(panels, by_rule.items(), strict=True):
        _draw_flows(figure, axes, quality, limits)
        if len(by_rule) > 1:
            axes.set_title(name)
    panels[0].legend(loc="upper left")
    return figure


def _draw_flows(figure: Figure, axes: Axes, quality: pl.DataFrame, limits: list[tuple[float, float]]) -> None:
    true, found = (quality[name].to_numpy() for name in ("ln_quality_true", "ln_quality"))
    drawn = axes.hist2d(true, found, bins=BINS, range=limits, cmap="Greys", norm="log")[3]
    drawn.set_rasterized(True)
    figure.colorbar(drawn, ax=axes, label="flows")
    twentieth = (pl.col("ln_quality_true").rank("ordinal") - 1) * 20 // pl.len()
    groups = quality.group_by(twentieth.alias("twentieth")).mean().sort("twentieth")
    axes.plot(groups["ln_quality_true"], groups["ln_quality"], color=ORANGE, marker="o", label="mean of a twentieth")
    ends = np.array(limits[0])
    axes.plot(ends, ends, color=BLACK, linewidth=0.6, linestyle="--", label="equal")
    axes.set(xlim=limits[0], ylim=limits[1], xlabel="true log quality within market", ylabel="recovered log quality")


def draw_scale(products: pl.DataFrame, coefficients: pl.DataFrame) -> Figure:
    """Left one over the range of log quality by product, and the slope; right coefficients, relative to all firms.

    products, coefficients  as `samples_of_firms` gives; dots are the products of each share's first sample
    Raises  NothingToDraw if no product can be estimated
    """
    if products.is_empty():
        raise NothingToDraw("no product of the economy can be estimated. Raise `scale` in truth.yml.")
    figure = new_figure(20, 9)
    left, right = figure.subplots(1, 2)
    scale = scale_of_qua(products, coefficients)
    first = products.filter(pl.col("sample") == pl.col("sample").min().over("share_of_firms"))
    for share, (colour, mark) in zip(scale["share_of_firms"], COLOURS_AND_MARKS, strict=True):
        own = first.filter(pl.col("share_of_firms") == share)
        label = f"a product, {share:.0%} of firms"
        left.scatter(own["flows"], 1 / own["range"], s=6, alpha=0.5, color=colour, marker=mark, label=label)
    left.plot(scale["flows"], scale["qua_on_ln_quality"], color=BLACK, marker="D", label="qua on ln_quality")
    left.set(yscale="log", title="What a unit of log quality is worth in qua", ylabel="1 / (max - min) of log quality")
    left.set_yticks((0.2, 0.5, 1, 2), ("0.2", "0.5", "1", "2"))
    left.set_yticks([], minor=True)
    for (name, label), (colour, mark) in zip(LINES_OF_SCALE.items(), ((BLACK, "D"), *COLOURS_AND_MARKS), strict=True):
        right.plot(scale["flows"], scale[name] / scale[name][0], color=colour, marker=mark, label=label)
    right.axhline(1, color=BLACK, linewidth=0.6, linestyle="--")
    right.set(title="Coefficients, those with all firms being 1")
    for axes, ticks in ((left, (200, 500, 1_000, 2_000, 5_000)), (right, (500, 1_000, 2_000))):
        axes.set(xscale="log", xlabel="flows per product")
        axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.legend()
    return figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    with drawing():
        dense, sparse = {"the defaults": RULES["the defaults"]}, {name: RULES[name] for name in RULES_SHOWN}
        for truth, rules, name in (
            (read_truth(), dense, "recovered"),
            (economies()["sparse"], sparse, "recovered_sparse"),
        ):
            save_figure(draw_recovered(dict(recovered_quality(truth, rules))), folder / f"quality_{name}")
        save_figure(draw_scale(*samples_of_firms(economies()["dense"])), folder / "quality_scale")


if __name__ == "__main__":
    main()
