"""The picture of a drifted column: how its rows are spread, before and now."""

from matplotlib.figure import Figure

from egov_assets.checks.drift import Shares
from egov_assets.platform.figure_style import BLUE, ORANGE, new_figure


def draw_shares(column: str, against: str, shares: Shares) -> Figure:
    """One pair of bars for each class of `shares`, percent of all rows."""
    places = range(len(shares.classes))
    figure = new_figure(14, 2 + 0.75 * len(shares.classes))
    axes = figure.subplots()
    for values, side, colour, word in ((shares.before, -0.2, BLUE, against), (shares.now, 0.2, ORANGE, "now")):
        axes.barh([place + side for place in places], [100 * value for value in values], 0.4, color=colour, label=word)
    axes.set_yticks(places, shares.classes)
    axes.invert_yaxis()
    axes.set_xlabel("percent of rows")
    axes.set_title(f"{column}, against {against}")
    axes.legend()
    return figure
