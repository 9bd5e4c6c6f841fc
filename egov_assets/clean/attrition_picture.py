"""The customs lines' way into the clean table as a picture: share of lines and of value left after each cut."""

import polars as pl
from matplotlib.figure import Figure

from egov_assets.clean.attrition import CLEAN
from egov_assets.platform.figure_style import BLUE, ORANGE, new_figure

HEIGHT_PER_STEP_CM = 0.55


def draw_attrition(steps: pl.DataFrame) -> Figure:
    """One panel per year; from top to bottom the cuts in order. Call it inside `drawing()`.

    steps  the frame of `attrition`; only customs lines, which carry a value
    """
    customs = steps.filter(pl.col("source") == "customs", pl.col("step") != CLEAN)
    names = customs.select("step", "reason").unique().sort("step", "reason")
    places = names.with_row_index("place")
    years = customs["year"].unique().sort().to_list()
    figure = new_figure(26, 3 + HEIGHT_PER_STEP_CM * names.height)
    for panel, year in zip(figure.subplots(1, len(years), sharey=True, squeeze=False)[0], years, strict=True):
        # a cut that removes nothing in this year leaves what was left before it
        left = places.join(customs.filter(year=year), on=["step", "reason"], how="left").sort("place").select(
            "place", pl.col("rows_left", "value_left_usd").forward_fill()
        )  # fmt: skip
        for column, colour, mark, label in (
            ("rows_left", BLUE, "o", "lines"),
            ("value_left_usd", ORANGE, "D", "USD"),
        ):
            panel.step(100 * left[column] / left[column][0], left["place"], color=colour, where="post", linewidth=1)
            panel.plot(
                100 * left[column] / left[column][0], left["place"], mark, color=colour, markersize=4, label=label
            )
        panel.set_title(str(year))
        panel.set_xlim(0, 103)
        panel.set_xlabel("left, %")
        panel.set_yticks(places["place"], places["reason"])
        panel.grid(axis="x", linewidth=0.3)
    panel.invert_yaxis()
    panel.legend(loc="lower left")
    return figure
