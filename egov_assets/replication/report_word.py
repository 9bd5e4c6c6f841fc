"""The report as a Word file."""

import io
from collections.abc import Iterable
from pathlib import Path

from egov_assets.regression_tables.word import add_paragraph, add_ruled_table, new_document, to_bytes
from egov_assets.replication.blocks import Block, Grid, Heading, Lead, Notice, Paragraph, Picture, Shares

HEADING_POINTS = {1: 16, 2: 13, 3: 11}
LEAD_POINTS, TEXT_POINTS, CAPTION_POINTS, CELL_POINTS = 20, 10.5, 9, 7.5
PICTURE_WIDTH_CM, PICTURE_HEIGHT_CM = 17.5, 14.0  # the page has 15.9 cm, and the caption stays with its picture
SMALL = 0.6  # of that, for the pictures on the first page
SIGNS = {"warning": "▲", "demo": "◆", "well": "✓"}


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
            case Lead(number, interval, text):
                add_paragraph(document, f"{number}   {interval}", LEAD_POINTS, keep_with_next=True)
                add_paragraph(document, text, TEXT_POINTS, is_bold=True)
            case Notice(kind, text):
                add_paragraph(document, f"{SIGNS[kind]} {text}", TEXT_POINTS)
            case Shares(caption, parts):
                counts = "; ".join(f"{text} {count}" for text, count, _ in parts)
                add_paragraph(document, f"{caption}: {counts}", TEXT_POINTS)
            case Grid(heads, rows):
                add_ruled_table(document, (heads,), rows, CELL_POINTS, is_text=True)
            case Picture(name, caption, is_small):
                shape = document.add_picture(io.BytesIO((pictures / f"{name}.png").read_bytes()))
                room = SMALL if is_small else 1.0
                scale = min(Cm(PICTURE_WIDTH_CM * room) / shape.width, Cm(PICTURE_HEIGHT_CM * room) / shape.height)
                shape.width, shape.height = round(shape.width * scale), round(shape.height * scale)
                document.paragraphs[-1].paragraph_format.keep_with_next = True
                add_paragraph(document, caption, CAPTION_POINTS)
    return to_bytes(document)
