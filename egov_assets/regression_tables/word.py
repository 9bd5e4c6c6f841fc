"""Printed tables as a Word file: three rules (三线表), SimSun for Chinese and Times New Roman for the rest."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from egov_assets.regression_tables.printed import PrintedTable

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table, _Cell

LATIN_FONT, CHINESE_FONT = "Times New Roman", "SimSun"
TITLE_POINTS, CELL_POINTS, NOTE_POINTS = 10.5, 9, 8
THICK, THIN = 12, 6  # eighths of a point: 1.5 and 0.75 points
LANDSCAPE_FROM_COLUMNS = 7  # with more estimates a portrait page breaks their cells


def to_word(tables: Sequence[PrintedTable]) -> bytes:
    """One document with the tables in order, a page each; the same tables give the same bytes."""
    import docx

    document = docx.Document()
    _set_base_style(document)
    _set_properties(document, tables)
    for at, printed in enumerate(tables):
        _section(document, printed, is_first=at == 0)
        _paragraph(document, printed.title, TITLE_POINTS, is_centred=True, keep_with_next=True)
        _add_table(document, printed)
        for note in printed.notes:
            _paragraph(document, note, NOTE_POINTS, is_centred=False)
    written = io.BytesIO()
    document.save(written)
    return _without_clock(written.getvalue())


def _set_base_style(document: "Document") -> None:
    style = document.styles["Normal"]
    style.font.name = LATIN_FONT
    _set_chinese_font(style.element.get_or_add_rPr())


def _set_chinese_font(properties: Any) -> None:
    """Word keeps the font of Chinese characters beside that of the rest, and python-docx knows only the latter."""
    from docx.oxml.ns import qn

    properties.get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE_FONT)


def _set_properties(document: "Document", tables: Sequence[PrintedTable]) -> None:
    fixed = datetime(2010, 1, 1)  # the day of making would change the bytes
    document.core_properties.created = document.core_properties.modified = fixed
    document.core_properties.author = "egov_assets"
    document.core_properties.title = tables[0].title if len(tables) == 1 else "Tables"


def _section(document: "Document", printed: PrintedTable, is_first: bool) -> None:
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Cm

    section = document.sections[0] if is_first else document.add_section(WD_SECTION.NEW_PAGE)
    is_wide = len(printed.heads) - 1 >= LANDSCAPE_FROM_COLUMNS
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    short, long = Cm(21.0), Cm(29.7)
    section.page_width, section.page_height = (long, short) if is_wide else (short, long)
    section.left_margin = section.right_margin = Cm(2)


def _add_table(document: "Document", printed: PrintedTable) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT

    heads = (printed.numbers, printed.heads)
    rows = (*heads, *printed.body, *printed.foot)
    table = document.add_table(rows=len(rows), cols=len(printed.heads))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = True
    for cells, texts in zip(table.rows, rows, strict=True):
        for at, (cell, text) in enumerate(zip(cells.cells, texts, strict=True)):
            _fill(cell, text, is_label=at == 0)
    _rule(table, 0, "top", THICK)
    _rule(table, len(heads) - 1, "bottom", THIN)
    _rule(table, len(rows) - 1, "bottom", THICK)


def _fill(cell: "_Cell", text: str, is_label: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if is_label else WD_ALIGN_PARAGRAPH.CENTER
    _close_up(paragraph)
    _run(paragraph, text, CELL_POINTS)


def _rule(table: "Table", row: int, side: str, eighths_of_a_point: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in table.rows[row].cells:
        properties = cell._tc.get_or_add_tcPr()
        borders = properties.find(qn("w:tcBorders"))
        if borders is None:
            borders = OxmlElement("w:tcBorders")
            properties.append(borders)
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(eighths_of_a_point)), ("space", "0"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)


def _paragraph(document: "Document", text: str, points: float, is_centred: bool, keep_with_next: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_centred else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.keep_with_next = keep_with_next
    _close_up(paragraph)
    _run(paragraph, text, points)


def _run(paragraph: Any, text: str, points: float) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(points), LATIN_FONT
    _set_chinese_font(run._element.get_or_add_rPr())


def _close_up(paragraph: Any) -> None:
    from docx.shared import Pt

    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)


def _without_clock(content: bytes) -> bytes:
    """The same archive with one fixed time for every member."""
    rewritten = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            member = zipfile.ZipInfo(name, date_time=(2010, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return rewritten.getvalue()
