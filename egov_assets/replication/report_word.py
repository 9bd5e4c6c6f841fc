"""The report as a Word file."""

import io
from collections.abc import Iterable
from pathlib import Path

from egov_assets.regression_tables.word import add_paragraph, add_ruled_table, new_document, to_bytes
from egov_assets.replication.report import Block, Grid, Heading, Paragraph, Picture

HEADING_POINTS = {1: 16, 2: 13, 3: 11}
TEXT_POINTS, CAPTION_POINTS, CELL_POINTS = 10.5, 9, 7.5
PICTURE_CM = 17.5


def report_document(blocks: Iterable[Block], pictures: Path) -> bytes:
    """The document, on landscape pages; figures are read from the folder `pictures` as .png."""
    from docx.shared import Cm

    blocks = list(blocks)
    title = next(block.text for block in blocks if isinstance(block, Heading))
    document = new_document(title, is_wide=True)
    for block in blocks:
        match block:
            case Heading(text, level):
                add_paragraph(document, text, HEADING_POINTS[level], is_bold=True, keep_with_next=True)
            case Paragraph(text):
                add_paragraph(document, text, TEXT_POINTS)
            case Grid(heads, rows):
                add_ruled_table(document, (heads,), rows, CELL_POINTS, is_text=True)
            case Picture(name, caption):
                picture = io.BytesIO((pictures / f"{name}.png").read_bytes())
                document.add_picture(picture, width=Cm(PICTURE_CM))
                add_paragraph(document, caption, CAPTION_POINTS)
    return to_bytes(document)
