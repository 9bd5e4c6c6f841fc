"""How every figure looks and is written: fonts, colours, files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib import font_manager, rc_context
from matplotlib.figure import Figure

from egov_assets.platform.words import Language
from egov_assets.platform.written_files import unfinished_file

# Okabe and Ito (2008): told apart with any colour vision; marks differ in shape as well.
BLACK, ORANGE, BLUE, GREEN, GREY = "#000000", "#d55e00", "#0072b2", "#009e73", "#8c8c8c"

CHINESE_FONTS = (
    "SimSun",
    "Songti SC",
    "Noto Serif CJK SC",
    "Noto Serif CJK JP",  # one file holds all regions' glyphs and matplotlib lists its first name only
    "Source Han Serif SC",
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "SimHei",
    "WenQuanYi Zen Hei",
    "Arial Unicode MS",
)
CHINESE_FONT_FILES = (
    "simsun",
    "songti",
    "notoserifcjk",
    "notosanscjk",
    "sourcehan",
    "msyh",
    "pingfang",
    "simhei",
    "wqy",
)
PNG_DOTS_PER_INCH = 200


class NoChineseFont(RuntimeError):
    """Chinese labels would be drawn as empty boxes."""


def chinese_font() -> str:
    """The first font of CHINESE_FONTS that this machine has.

    Raises  NoChineseFont naming what to install
    """
    found = _first_installed()
    if found is None:
        # matplotlib lists fonts once and remembers; one installed since is only on the disk.
        for path in font_manager.findSystemFonts():
            if Path(path).stem.casefold().startswith(CHINESE_FONT_FILES):
                font_manager.fontManager.addfont(path)
        found = _first_installed()
    if found is None:
        raise NoChineseFont(
            "No Chinese font is installed, so Chinese figures are left out. Install one of "
            f"{', '.join(CHINESE_FONTS)} (Debian and Ubuntu: fonts-noto-cjk) and run again."
        )
    return found


def _first_installed() -> str | None:
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in CHINESE_FONTS if name in installed), None)


@contextmanager
def drawing(language: Language) -> Iterator[None]:
    """Settings under which a figure of this language must be made and saved.

    Raises  NoChineseFont
    """
    family = ["STIXGeneral"] if language == "en" else [chinese_font(), "STIXGeneral"]
    settings = {
        "font.family": family,
        "font.size": 10,
        "mathtext.fontset": "stix",
        "axes.unicode_minus": False,  # several Chinese fonts lack U+2212
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 10,
        "axes.titlelocation": "left",
        "legend.frameon": False,
        "svg.hashsalt": "egov",  # identifiers inside the file would otherwise differ by run
        "svg.fonttype": "path",  # the reader need not have the font
    }
    with rc_context(settings):
        yield


def new_figure(width_cm: float, height_cm: float) -> Figure:
    """An empty figure outside pyplot's registry: nothing to close, no window system needed."""
    return Figure(figsize=(width_cm / 2.54, height_cm / 2.54), layout="constrained")


def save_figure(figure: Figure, path: Path) -> None:
    """Write `path` as .svg and .png, each in one step and without a date."""
    for kind, metadata in (("svg", {"Date": None, "Creator": None}), ("png", {"Software": None})):
        with unfinished_file(path.with_suffix(f".{kind}")) as unfinished:
            figure.savefig(unfinished, format=kind, dpi=PNG_DOTS_PER_INCH, metadata=metadata, facecolor="white")
