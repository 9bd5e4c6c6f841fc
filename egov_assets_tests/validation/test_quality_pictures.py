"""The pictures of the chapter on quality: what they show of small tables, their files, and what an empty table does."""

import sys
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from egov_assets.demo_economy.truth import read_truth
from egov_assets.platform.figure_style import drawing, save_figure
from egov_assets.platform.lake import table_path, write_table
from egov_assets.platform.years import YEARS
from egov_assets.validation import quality_picture as quality
from egov_assets.validation import quality_variants as readings
from egov_assets.validation import quality_variants_picture as quality_readings
from egov_assets.validation.quality_picture import draw_quality
from egov_assets.validation.quality_variants_picture import LINES_OF_SCALE, NothingToDraw, draw_recovered, draw_scale

pytestmark = pytest.mark.slow

SIGMAS = pl.DataFrame(
    [("qua", 3.05), ("qua", None), ("qua", 4.5), ("qua_sub", 1.5), ("qua_sub", 2.55), ("qua_price", 9.0)],
    schema={"outcome": pl.String, "sigma_hat": pl.Float64},
    orient="row",
)
FLOWS = pl.DataFrame({"year": [2010, 2010, 2011, 2012], "rquality": [0.0, 0.5, 0.5, 1.0]})
FIRMS = pl.DataFrame({"year": [2010, 2010, 2010, 2011, 2012], "qua": [0.1, 0.3, 0.9, 0.5, 0.7]})
RECOVERED = pl.DataFrame({"ln_quality_true": pl.int_range(-20, 20, eager=True) / 10}).with_columns(
    ln_quality=pl.col("ln_quality_true") / 2
)
# All firms, both halves, one quarter: share, sample, flows, range.
PRODUCTS = pl.DataFrame(
    [(1.0, 0, 4000, 4.0), (1.0, 0, 800, 2.0), (0.5, 1, 2000, 2.0), (0.5, 2, 1000, 1.0), (0.25, 3, 500, 1.0)],
    schema={"share_of_firms": pl.Float64, "sample": pl.Int64, "flows": pl.Int64, "range": pl.Float64},
    orient="row",
)
SLOPES = pl.DataFrame({"share_of_firms": [1.0, 0.5, 0.5, 0.25], "sample": [0, 1, 2, 3]}).with_columns(
    pl.Series(name, [0.5, 0.5, 1.0, 1.0]) for name in readings.COEFFICIENTS
)


def test_the_overview_shows_sigma_of_both_estimators_quality_of_flows_and_of_firms_by_year():
    with drawing():
        left, middle, right = draw_quality(SIGMAS, FLOWS, FIRMS).axes
    steps = {each.get_label(): each.get_xy() for each in left.patches}
    spans = {label: tuple(corners[corners[:, 1] > 0, 0][[0, -1]]) for label, corners in steps.items()}
    assert spans == {  # from the first to the last bin that holds a product; 30 bins from 1.5 to 4.5
        "two-stage least squares": pytest.approx((3.0, 4.5)),
        "least squares without GDP": pytest.approx((1.5, 2.6)),
    }
    assert [bar.get_height() for bar in middle.patches if bar.get_height()] == [1, 2, 1]
    medians = slice(5, None, 6)  # a box is six lines, the median last
    assert [line.get_ydata()[0] for line in right.lines[medians]] == [0.3, 0.5, 0.7]
    assert [label.get_text() for label in right.get_xticklabels()] == ["2010", "2011", "2012"]


def test_recovered_quality_is_drawn_by_twentieths_of_the_true():
    with drawing():
        by_twentieth, equal = draw_recovered({"a rule": RECOVERED}).axes[0].lines
    assert by_twentieth.get_xdata()[[0, -1]] == pytest.approx([-1.95, 1.85])  # means of two flows each
    assert by_twentieth.get_ydata() == pytest.approx(by_twentieth.get_xdata() / 2)
    assert list(equal.get_xdata()) == list(equal.get_ydata())


def test_the_scale_of_quality_is_drawn_by_product_and_by_share_of_firms():
    with drawing():
        left, right = draw_scale(PRODUCTS, SLOPES).axes
    products = {each.get_label(): each.get_offsets().tolist() for each in left.collections}
    assert products == {
        "a product, 100% of firms": [[4000, 0.25], [800, 0.5]],
        "a product, 50% of firms": [[2000, 0.5]],  # of the first half only
        "a product, 25% of firms": [[500, 1]],
    }
    [slope] = left.lines
    assert (slope.get_xdata().tolist(), slope.get_ydata().tolist()) == ([2400, 1500, 500], [0.5, 0.75, 1])
    *relative, one = right.lines
    assert [line.get_ydata().tolist() for line in relative] == [[1, 1.5, 2]] * len(LINES_OF_SCALE)
    assert list(one.get_ydata()) == [1, 1]


def test_the_overview_of_a_lake_is_written_under_its_name_with_the_same_bytes_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("EGOV_OUTPUTS", str(tmp_path))
    write_table(SIGMAS, table_path(tmp_path / "lake", "quality_coefficients"))
    for name, rows in (("product_quality", FLOWS), ("firm_quality", FIRMS)):
        for year in YEARS:
            write_table(rows.filter(pl.col("year") == year), table_path(tmp_path / "lake", name, year))
    files = written_twice_alike(quality.main, tmp_path, monkeypatch)
    assert files == [f"quality_overview.{kind}" for kind in ("pdf", "png", "svg")]


def test_the_readings_of_an_economy_are_written_under_their_names_with_the_same_bytes_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    small = read_truth().with_changes(scale=0.1)
    monkeypatch.setattr(quality_readings, "read_truth", lambda: small)
    monkeypatch.setattr(quality_readings, "economies", lambda: {"dense": small, "sparse": small})
    monkeypatch.setattr(readings, "DIVISIONS", ((1, 0), (2, 0), (4, 0)))
    files = written_twice_alike(quality_readings.main, tmp_path, monkeypatch)
    pictures = ("quality_recovered", "quality_recovered_sparse", "quality_scale")
    assert files == [f"{name}.{kind}" for name in pictures for kind in ("pdf", "png", "svg")]


def written_twice_alike(main: Callable[[], None], place: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that the command writes, after a second run has written the same bytes."""
    written = []
    for name in ("one", "two"):
        monkeypatch.setattr(sys, "argv", ["draw", str(place / name)])
        main()
        written.append({path.name: path.read_bytes() for path in sorted((place / name).iterdir())})
    assert written[0] == written[1]
    return list(written[0])


@pytest.mark.filterwarnings("error")
def test_an_overview_of_no_quality_is_drawn_with_empty_axes(tmp_path: Path):
    with drawing():
        figure = draw_quality(SIGMAS.clear(), FLOWS.clear(), FIRMS.clear())
        save_figure(figure, tmp_path / "empty")
    assert not any(bar.get_height() for bar in figure.axes[1].patches)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.pdf", "empty.png", "empty.svg"]


def test_readings_of_no_quality_are_refused_and_say_what_to_do():
    with pytest.raises(NothingToDraw, match=r"no flow of the economy has quality\. Raise `scale` in truth\.yml"):
        draw_recovered({"a rule": RECOVERED.clear()})
    with pytest.raises(
        NothingToDraw, match=r"no product of the economy can be estimated\. Raise `scale` in truth\.yml"
    ):
        draw_scale(PRODUCTS.clear(), SLOPES.clear())
