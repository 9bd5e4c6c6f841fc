"""How every figure looks and is written: fonts, colours, files."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from matplotlib import font_manager, rc_context
from matplotlib.figure import Figure

from egov_assets.platform.written_files import unfinished_file

# Okabe and Ito (2008): told apart with any colour vision; marks differ in shape as well.
BLACK, ORANGE, BLUE, GREEN, GREY = "#000000", "#d55e00", "#0072b2", "#009e73", "#8c8c8c"

# Latin from the font that comes with matplotlib, Chinese from the one that comes with us (fonts/README.md): the bytes
# of a picture do not depend on what a machine has installed.
FONTS = ("STIXGeneral", "Egov Serif SC")
CHINESE_FONT = Path(__file__).parent / "fonts" / "EgovSerifSC-Regular.otf"
PNG_DOTS_PER_INCH = 200
# None leaves out what would differ from run to run or from one version of matplotlib to the next.
METADATA = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


@cache
def _known_to_matplotlib() -> None:
    """By its path: matplotlib's own list of fonts is made once per machine and remembered."""
    font_manager.fontManager.addfont(CHINESE_FONT)


@contextmanager
def drawing() -> Iterator[None]:
    """Settings under which every figure must be made and saved, in either language."""
    _known_to_matplotlib()
    with rc_context(
        {
            "font.family": FONTS,
            "font.size": 10,
            "mathtext.fontset": "stix",
            "axes.unicode_minus": False,  # the hyphen, as the tables print it
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlesize": 10,
            "axes.titlelocation": "left",
            "legend.frameon": False,
            "svg.hashsalt": "egov",  # identifiers inside the file would otherwise differ by run
            "svg.fonttype": "path",  # the reader need not have the font
        }
    ):
        yield


def new_figure(width_cm: float, height_cm: float) -> Figure:
    """An empty figure outside pyplot's registry: nothing to close, no window system needed."""
    return Figure(figsize=(width_cm / 2.54, height_cm / 2.54), layout="constrained")


def save_figure(figure: Figure, path: Path) -> None:
    """Write `path` as .svg, .png and .pdf, each in one step and without a date."""
    for kind, metadata in METADATA.items():
        with unfinished_file(path.with_suffix(f".{kind}")) as unfinished:
            figure.savefig(unfinished, format=kind, dpi=PNG_DOTS_PER_INCH, metadata=metadata, facecolor="white")
