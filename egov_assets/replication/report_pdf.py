"""The report as a PDF file, set by Typst, which brings all it needs; its fonts are those of the study's figures."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from egov_assets.platform.figure_style import CHINESE_FONT
from egov_assets.platform.words import Language
from egov_assets.replication.blocks import Block, Picture

LAYOUT = Path(__file__).with_name("report.typ")


def report_pdf(blocks: Iterable[Block], pictures: Path, language: Language) -> bytes:
    """The document, on landscape pages; figures are read from the folder `pictures` as .svg.

    The layout reads the blocks as data, so what they hold is shown and never taken for markup.
    """
    import typst

    blocks = list(blocks)
    with TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copy(LAYOUT, place)
        for name in {block.name for block in blocks if isinstance(block, Picture)}:
            shutil.copy(pictures / f"{name}.svg", place)
        data = [{"type": type(block).__name__, **asdict(block)} for block in blocks]
        (place / "report.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        made = typst.compile(
            str(place / LAYOUT.name),
            root=folder,
            font_paths=[str(CHINESE_FONT.parent)],
            ignore_system_fonts=True,
            sys_inputs={"language": language},
        )
    assert isinstance(made, bytes)
    return made
