"""Writes matplotlib's list of fonts, in MPLCONFIGDIR, as on a machine that has none beside matplotlib's own."""

from pathlib import Path

import matplotlib
from matplotlib import font_manager

known = font_manager.fontManager
known.ttflist = [font for font in known.ttflist if Path(font.fname).is_relative_to(matplotlib.get_data_path())]
font_manager.json_dump(known, Path(matplotlib.get_cachedir()) / f"fontlist-v{known.__version__}.json")
