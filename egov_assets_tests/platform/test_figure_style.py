"""Figures are written whole, alike each time and on each machine, and with Chinese glyphs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from fontTools.ttLib import TTFont
from matplotlib.font_manager import findfont
from pytest import mark

import egov_assets
from egov_assets.figures.baseline import draw_baseline
from egov_assets.figures.coefficients import coefficient_cells
from egov_assets.platform.figure_style import CHINESE_FONT, drawing, new_figure, save_figure

PACKAGE = Path(egov_assets.__file__).parent


def tiny_table_02() -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = {"table": "table_02", "column": "2", "term": "egscore"}
    comparison = pl.DataFrame([{**rows, "published": 0.006, "published_stars": "***", "planted": 0.04, "ours": 0.03}])
    estimates = pl.DataFrame([{**rows, "variant": "cluster_city", "ci_low": 0.01, "ci_high": 0.05}])
    return comparison, estimates


def test_the_same_table_gives_the_same_bytes(tmp_path):
    cells = coefficient_cells(*tiny_table_02())
    for name in ("one", "two"):
        with drawing():
            save_figure(draw_baseline(cells), tmp_path / name)
    for kind in ("svg", "png"):
        assert (tmp_path / f"one.{kind}").read_bytes() == (tmp_path / f"two.{kind}").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"{name}.{kind}" for name in ("one", "two") for kind in ("pdf", "png", "svg")
    ]


def test_the_interval_of_a_cell_stands_beside_it():
    cell = coefficient_cells(*tiny_table_02()).row(0, named=True)
    assert (cell["ours"], cell["ci_low"], cell["ci_high"]) == (0.03, 0.01, 0.05)


@mark.filterwarnings("error:Glyph")  # matplotlib warns when it draws a box instead of a character
def test_chinese_labels_have_glyphs(tmp_path):
    with drawing():
        figure = new_figure(5, 5)
        figure.text(0.1, 0.5, "政务数字化－0.5")
        save_figure(figure, tmp_path / "chinese")


NOT_DRAWN = ("demo_economy", "raw", "doctor")  # firms of rare names, and characters that spoiled files hold


def characters_of_the_package() -> Iterator[tuple[str, str]]:
    """Each character and a file it stands in, of what pictures may show."""
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE)
        if path.suffix in (".py", ".yml", ".csv") and inside.parts[0] not in NOT_DRAWN:
            yield from (
                (character, str(inside)) for character in set(path.read_text("utf-8")) if character.isprintable()
            )


def test_every_character_of_our_words_and_lists_is_in_the_fonts():
    drawn = set(TTFont(findfont("STIXGeneral")).getBestCmap()) | set(TTFont(CHINESE_FONT).getBestCmap())
    missing = {character: file for character, file in characters_of_the_package() if ord(character) not in drawn}
    assert missing == {}


def test_every_character_of_gb_2312_is_in_our_font():
    """The character set of the names of China's places: level 1 and level 2, 6,763 characters in rows 16 to 87."""
    pairs = (bytes((row + 0xA0, cell + 0xA0)) for row in range(16, 88) for cell in range(1, 95))
    characters = {character for pair in pairs for character in pair.decode("gb2312", errors="ignore")}
    assert len(characters) == 6763
    assert {ord(character) for character in characters} <= set(TTFont(CHINESE_FONT).getBestCmap())


PICTURE = """
import sys
from pathlib import Path
from matplotlib import font_manager, get_data_path
from egov_assets.platform.figure_style import drawing, new_figure, save_figure

fonts = font_manager.fontManager.ttflist
if sys.argv[2] == "bare":
    fonts[:] = [font for font in fonts if Path(font.fname).is_relative_to(get_data_path())]
with drawing():
    figure = new_figure(8, 3)
    figure.text(0.1, 0.5, "政务数字化 egscore -0.5 “质量” λ")
    save_figure(figure, Path(sys.argv[1]) / "picture")
print(sum(font.name == "STIXGeneral" and font.style == "normal" and font.weight == 400 for font in fonts))
"""


@pytest.mark.slow
def test_a_picture_has_the_same_bytes_whatever_fonts_the_machine_has(tmp_path):
    """As this machine is, with matplotlib's own fonts alone, and with another font of the name of the Latin one."""
    namesake = TTFont(findfont("DejaVu Sans"))
    for record in namesake["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = "STIXGeneral"
    pictures, fonts_of_that_name = {}, {}
    for machine in ("this", "bare", "namesake"):
        home = tmp_path / machine
        (home / ".local/share/fonts").mkdir(parents=True)
        if machine == "namesake":
            namesake.save(home / ".local/share/fonts/namesake.ttf")
        # matplotlib lists the fonts anew, in an empty folder of its own
        places = {"HOME": str(home), "XDG_DATA_HOME": str(home / ".local/share"), "MPLCONFIGDIR": str(home)}
        command = [sys.executable, "-c", PICTURE, str(home), machine]
        run = subprocess.run(command, env=os.environ | places, cwd=PACKAGE.parent, check=True, stdout=subprocess.PIPE)
        fonts_of_that_name[machine] = int(run.stdout)
        pictures[machine] = [(home / f"picture.{kind}").read_bytes() for kind in ("svg", "png")]
    assert fonts_of_that_name["namesake"] == fonts_of_that_name["bare"] + 1
    assert pictures["bare"] == pictures["this"] == pictures["namesake"]
