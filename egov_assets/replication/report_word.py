"""The report as a Word file."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from egov_assets.platform.words import Language
from egov_assets.regression_tables.word import CHINESE_FONT, add_paragraph, add_ruled_table, new_document, to_bytes
from egov_assets.replication.blocks import Block, Grid, Heading, Lead, Notice, Paragraph, Picture, Shares
from egov_assets.replication.report_html import font_with
from egov_assets.replication.word_font import with_font

if TYPE_CHECKING:
    from docx.document import Document

HEADING_POINTS = {1: 16, 2: 13, 3: 11}
LEAD_POINTS, TEXT_POINTS, CAPTION_POINTS, CELL_POINTS = 20, 10.5, 9, 7.5
PICTURE_WIDTH_CM, PICTURE_HEIGHT_CM = 17.5, 14.0  # the page has 15.9 cm, and the caption stays with its picture
SMALL = 0.42  # of that, for the pictures on the first page, which stand side by side
OWN_FONT = "Egov Serif SC"
SIGNS = {"warning": "▲", "demo": "◆", "well": "✓"}


def report_document(blocks: Iterable[Block], pictures: Path, language: Language) -> bytes:
    """The document, on landscape pages; figures are read from the folder `pictures` as .png.

    The Chinese one brings the characters that it shows.
    """
    blocks = list(blocks)
    title = next(block.text for block in blocks if isinstance(block, Heading))
    document = new_document(title, is_wide=True)
    for is_small, group in groupby(blocks, lambda block: isinstance(block, Picture) and block.is_small):
        if is_small:
            _add_pictures(document, [block for block in group if isinstance(block, Picture)], pictures, SMALL)
            continue
        for block in group:
            _add(document, block, pictures)
    if language == "en":
        return to_bytes(document)
    return with_font(to_bytes(document), font_with("".join(sorted(set(str(blocks))))), OWN_FONT, CHINESE_FONT)


def _add(document: "Document", block: Block, pictures: Path) -> None:
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
        case Picture():
            _add_pictures(document, [block], pictures, 1.0)


def _add_pictures(document: "Document", shown: Sequence[Picture], pictures: Path, room: float) -> None:
    """Side by side, their captions below; `room` is the share of the largest size that each may have."""
    from docx.shared import Cm

    line = document.add_paragraph()
    line.paragraph_format.keep_with_next = True
    for block in shown:
        shape = line.add_run().add_picture(str(pictures / f"{block.name}.png"))
        scale = min(Cm(PICTURE_WIDTH_CM * room) / shape.width, Cm(PICTURE_HEIGHT_CM * room) / shape.height)
        shape.width, shape.height = round(shape.width * scale), round(shape.height * scale)
    add_paragraph(document, "  |  ".join(block.caption for block in shown), CAPTION_POINTS)
