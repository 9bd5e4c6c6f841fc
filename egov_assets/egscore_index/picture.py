"""The score by year and region, as boxes and as a ranking; no map, so no border is drawn."""

import polars as pl
from matplotlib.figure import Figure

from egov_assets.platform.figure_style import BLACK, BLUE, GREEN, ORANGE, new_figure

REGIONS = ("eastern", "central", "western", "northeast")
MARKS = {"eastern": (BLUE, "o"), "central": (ORANGE, "s"), "western": (GREEN, "^"), "northeast": (BLACK, "D")}
NAMED = 5  # cities at either end


def draw_distribution(index: pl.DataFrame, prefectures: pl.DataFrame) -> Figure:
    """One panel per region, one box per year: quartiles, whiskers to 1.5 interquartile ranges, cities beyond as dots.

    index  city_code, year, egscore;  prefectures  code, region4. Call it inside `drawing()`.
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
    panels[0].set_ylim(bottom=0)
    panels[0].set_ylabel("egscore")
    return figure


def ranked(index: pl.DataFrame) -> pl.DataFrame:
    """The cities with a score, best first within each year, with rank: cities of equal score share the better rank.

    index  city_code, year, egscore
    """
    rank = pl.col("egscore").rank("min", descending=True).over("year").cast(pl.Int64)
    return index.drop_nulls("egscore").with_columns(rank=rank).sort("year", "rank", "city_code")


def draw_ranking(index: pl.DataFrame, prefectures: pl.DataFrame) -> Figure:
    """One panel per year: every city's score over its rank, regions told apart, the first and last cities by name.

    index  city_code, year, egscore;  prefectures  code, name_en, region4. Call it inside `drawing()`.
    """
    placed = ranked(index).join(
        prefectures.select(city_code="code", region="region4", name="name_en"), on="city_code", validate="m:1"
    )
    years = index["year"].unique().sort().to_list()
    figure = new_figure(22, 9)
    panels = figure.subplots(1, len(years), sharey=True, squeeze=False)[0]
    for panel, year in zip(panels, years, strict=True):
        cities = placed.filter(year=year).sort("rank", "city_code", maintain_order=True)
        for region, (colour, mark) in MARKS.items():
            here = cities.filter(region=region)
            panel.scatter(here["rank"], here["egscore"], s=7, color=colour, marker=mark, linewidth=0, label=region)
        for part, corner, aligned in (
            (cities.head(NAMED), (0.97, 0.97), "right"),
            (cities.tail(NAMED), (0.03, 0.03), "left"),
        ):
            lines = "\n".join(
                f"{rank} {name} {score:.3f}" for rank, name, score in part[["rank", "name", "egscore"]].rows()
            )
            vertical = "top" if aligned == "right" else "bottom"
            panel.text(*corner, lines, transform=panel.transAxes, fontsize=7, ha=aligned, va=vertical)
        panel.set_title(f"{year} ({cities.height} cities)")
        panel.set_xlabel("rank")
    panels[0].set_ylabel("egscore")
    panels[0].set_ylim(bottom=0)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=len(MARKS), frameon=False)
    return figure
