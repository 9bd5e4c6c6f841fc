"""The report as one HTML page that needs no other file and no network."""

import base64
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

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
        rows_unfolded=ROWS_UNFOLDED,
    )


def _kinds(blocks: Iterable[Block]) -> list[tuple[str, Block]]:
    return [(type(block).__name__, block) for block in blocks]
