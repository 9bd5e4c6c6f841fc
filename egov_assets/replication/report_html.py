"""The report as one HTML page that needs no other file and no network."""

import base64
from collections.abc import Iterable
from pathlib import Path

from egov_assets.platform.pages import page
from egov_assets.platform.words import Language
from egov_assets.replication.report import Block, Heading, Picture


def report_page(blocks: Iterable[Block], pictures: Path, language: Language) -> str:
    """The page; figures are read from the folder `pictures` as .svg and put into it."""
    blocks = list(blocks)
    headings = [block for block in blocks if isinstance(block, Heading)]
    images = {
        block.name: base64.b64encode((pictures / f"{block.name}.svg").read_bytes()).decode("ascii")
        for block in blocks
        if isinstance(block, Picture)
    }
    return page(
        "replication_report",
        headings[0].text,
        language,
        sections=[heading.text for heading in headings if heading.level == 2],
        blocks=[(type(block).__name__, block) for block in blocks],
        images=images,
    )
