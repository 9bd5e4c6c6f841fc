"""Figures are written whole, alike each time, and with Chinese glyphs or not at all."""

import polars as pl
from matplotlib import font_manager
from pytest import mark, raises

from egov_assets.figures.baseline import draw_baseline
from egov_assets.figures.coefficients import coefficient_cells
from egov_assets.platform import figure_style as style
from egov_assets.platform.figure_style import NoChineseFont, chinese_font, drawing, new_figure, save_figure


def tiny_table_02() -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = {"table": "table_02", "column": "2", "term": "egscore"}
    comparison = pl.DataFrame([{**rows, "published": 0.006, "published_stars": "***", "planted": 0.04, "ours": 0.03}])
    estimates = pl.DataFrame([{**rows, "variant": "cluster_city", "ci_low": 0.01, "ci_high": 0.05}])
    return comparison, estimates


def test_the_same_table_gives_the_same_bytes(tmp_path):
    cells = coefficient_cells(*tiny_table_02())
    for name in ("one", "two"):
        with drawing("en"):
            save_figure(draw_baseline(cells), tmp_path / name)
    for kind in ("svg", "png"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.png", "one.svg", "two.png", "two.svg"]


def test_the_interval_of_a_cell_stands_beside_it():
    cell = coefficient_cells(*tiny_table_02()).row(0, named=True)
    assert (cell["ours"], cell["ci_low"], cell["ci_high"]) == (0.03, 0.01, 0.05)


@mark.filterwarnings("error:Glyph")  # matplotlib warns when it draws a box instead of a character
def test_chinese_labels_have_glyphs(tmp_path):
    with drawing("zh"):
        figure = new_figure(5, 5)
        figure.text(0.1, 0.5, "政务数字化－0.5")
        save_figure(figure, tmp_path / "chinese")


def test_without_a_chinese_font_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setattr(style, "CHINESE_FONTS", ("No Such Font",))
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    with raises(NoChineseFont, match="fonts-noto-cjk"):
        chinese_font()
