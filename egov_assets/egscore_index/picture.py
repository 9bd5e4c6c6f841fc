"""The score by year and region, as boxes; no map, so no border is drawn."""

import polars as pl
from matplotlib.figure import Figure

from egov_assets.figures.style import BLUE, new_figure

REGIONS = ("eastern", "central", "western", "northeast")


def draw_distribution(index: pl.DataFrame, prefectures: pl.DataFrame) -> Figure:
    """One panel per region, one box per year: quartiles, whiskers to 1.5 interquartile ranges, cities beyond as dots.

    index  city_code, year, egscore;  prefectures  code, region4. Call it inside `drawing("en")`.
    """
    placed = index.drop_nulls("egscore").join(
        prefectures.select(city_code="code", region="region4"), on="city_code", validate="m:1"
    )
    years = index["year"].unique().sort().to_list()
    figure = new_figure(22, 8)
    panels = figure.subplots(1, len(REGIONS), sharey=True)
    for panel, region in zip(panels, REGIONS, strict=True):
        here = placed.filter(region=region)
        panel.boxplot(
            [here.filter(year=year)["egscore"].to_numpy() for year in years],
            tick_labels=[str(year) for year in years],
            medianprops={"color": BLUE, "linewidth": 1.5},
            flierprops={"markersize": 3},
            widths=0.6,
        )
        panel.set_title(f"{region} ({here['city_code'].n_unique()} cities)")
        panel.grid(axis="y", linewidth=0.3)
    panels[0].set_ylim(0, 1)
    panels[0].set_ylabel("egscore")
    return figure
