"""The report as one HTML page that needs no other file and no network."""

import base64
import io
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from egov_assets.platform.figure_style import CHINESE_FONT
from egov_assets.platform.pages import page
from egov_assets.platform.words import Language, words_of
from egov_assets.replication.blocks import Block, Heading, Picture

ROWS_UNFOLDED = 40  # of a longer table a reader first sees only that it is there


def report_page(blocks: Iterable[Block], pictures: Path, language: Language) -> str:
    """The page; figures are read from the folder `pictures` as .svg and put into it."""
    blocks = list(blocks)
    starts = [at for at, block in enumerate(blocks) if isinstance(block, Heading) and block.level == 2]
    title, *_ = (block.text for block in blocks if isinstance(block, Heading))
    images = {
        block.name: base64.b64encode((pictures / f"{block.name}.svg").read_bytes()).decode("ascii")
        for block in blocks
        if isinstance(block, Picture)
    }
    chinese = "".join(sorted(set(str(blocks)) | set(str(dict(words_of("replication", language).texts)))))
    return page(
        "replication_report",
        title,
        language,
        words=words_of("replication", language),
        opening=_kinds(blocks[1 : starts[0]]),
        sections=[
            (f"section-{number}", _kinds(blocks[a:b])) for number, (a, b) in enumerate(pairwise([*starts, None]))
        ],
        images=images,
        font=base64.b64encode(font_with(chinese)).decode("ascii") if language == "zh" else "",
        rows_unfolded=ROWS_UNFOLDED,
    )


def font_with(characters: str) -> bytes:
    """The study's Chinese font, with these characters only."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    written = io.BytesIO()
    with TTFont(CHINESE_FONT, recalcTimestamp=False) as font:
        subsetter = Subsetter(Options(layout_features=[], hinting=False))
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.save(written)
    return written.getvalue()


def _kinds(blocks: Iterable[Block]) -> list[tuple[str, Block]]:
    return [(type(block).__name__, block) for block in blocks]
