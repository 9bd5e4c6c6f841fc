"""Word files: printed tables with three rules (三线表), SimSun for Chinese and Times New Roman for the rest."""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from egov_assets.regression_tables.printed import PrintedTable, Span, decimal_parts, is_chinese

if TYPE_CHECKING:
    from docx.document import Document
    from docx.section import Section
    from docx.table import Table, _Cell, _Row

LATIN_FONT, CHINESE_FONT = "Times New Roman", "SimSun"
TITLE_POINTS, CELL_POINTS, NOTE_POINTS = 10.5, 9, 8
LINES_KEPT_TOGETHER = 12  # a longer cell may run over the end of a page
THICK, THIN = 12, 6  # eighths of a point: 1.5 and 0.75 points
SPARE = 4 / 3  # of what a text seems to need
NUMBERS_SHARE = 0.6  # of a portrait page; beyond, labels break into lines of a word, and intervals too
POINT_AT = 0.36  # of a column: stars and decimals need more room than what stands before the point
SHORT_SIDE_CM, LONG_SIDE_CM, MARGIN_CM = 21.0, 29.7, 2


def to_word(tables: Sequence[PrintedTable]) -> bytes:
    """One document with the tables in order, a page each; the same tables give the same bytes."""
    from docx.enum.section import WD_SECTION

    title = tables[0].title if len(tables) == 1 else "Tables"
    document = new_document(title, is_wide=_is_wide(tables[0]))
    for at, printed in enumerate(tables):
        if at:
            _set_page(document.add_section(WD_SECTION.NEW_PAGE), _is_wide(printed))
        add_paragraph(document, printed.title, TITLE_POINTS, is_centred=True, keep_with_next=True)
        add_ruled_table(document, printed.heads, (*printed.body, *printed.foot), CELL_POINTS, spans=printed.spans)
        for note in printed.notes:
            add_paragraph(document, note, NOTE_POINTS)
    return to_bytes(document)


def new_document(title: str, is_wide: bool) -> "Document":
    """An empty document in the study's fonts, on A4; the day of making is not in it."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    style = document.styles["Normal"]
    # An empty cell has the height of the style's size: larger than the cells', lines would be uneven.
    style.font.name, style.font.size = LATIN_FONT, Pt(NOTE_POINTS)
    _set_chinese_font(style.element.get_or_add_rPr())
    _set_chinese_language(document)
    document.core_properties.created = document.core_properties.modified = datetime(2010, 1, 1)
    document.core_properties.author = "egov_assets"
    document.core_properties.title = title
    _set_page(document.sections[0], is_wide)
    return document


def to_bytes(document: "Document") -> bytes:
    """The file's content with one fixed time for every member of the archive."""
    written, rewritten = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, date_time=(2010, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(member, source.read(name))
    return rewritten.getvalue()


def add_paragraph(
    document: "Document",
    text: str,
    points: float,
    is_centred: bool = False,
    is_bold: bool = False,
    keep_with_next: bool = False,
) -> None:
    """A paragraph at the end of the document."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_centred else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.keep_with_next = keep_with_next
    _close_up(paragraph)
    _run(paragraph, text, points, is_bold)


def add_ruled_table(
    document: "Document",
    heads: Sequence[tuple[str, ...]],
    rows: Sequence[tuple[str, ...]],
    points: float,
    is_text: bool = False,
    spans: Sequence[Sequence[Span]] = (),
) -> None:
    """A table with a rule above, one under the heads, one below.

    is_text  False: an estimate a column, all equally wide, numbers aligned at the decimal point, labels left;
             True: columns as wide as their text
    spans    lines above the heads, each of texts and how many columns after the first they stand above
    """
    from docx.enum.table import WD_TABLE_ALIGNMENT

    lines = (*heads, *rows)
    table = document.add_table(rows=len(spans) + len(lines), cols=len(heads[0]))
    table.alignment = WD_TABLE_ALIGNMENT.LEFT if is_text else WD_TABLE_ALIGNMENT.CENTER
    table.autofit = is_text
    # Beside the labels only numbers and intervals must not be broken; words may be, between each other.
    whole = lines if is_text else [(label, *map(_longest_piece, cells)) for label, *cells in lines]
    needed = [max(_text_width(text, points) for text in texts) for texts in zip(*whole, strict=True)]
    room = sum(column.width for column in table.columns)
    widths = text_widths(needed, room) if is_text else label_widths(needed, room)
    _set_widths(table, widths)
    # python-docx walks the whole table for each cell asked for by position: rows are taken once.
    written = [row.cells for row in table.rows]
    for cells, line in zip(written, spans, strict=False):
        _fill_spans(cells, line, points)
    for at_line, (cells, texts) in enumerate(zip(written[len(spans) :], lines, strict=True)):
        for at, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            is_number = at > 0 and at_line >= len(heads) and not is_text
            _fill(cell, text, points, is_left=is_text or at == 0, width=widths[at] if is_number else 0)
    above = len(spans) + len(heads)
    for row in table.rows[:above]:
        _set_row(row, "tblHeader")  # again on each page
    for row, texts in zip(table.rows[len(spans) :], lines, strict=True):
        if max(text.count("\n") for text in texts) < LINES_KEPT_TOGETHER:
            _set_row(row, "cantSplit")
    _rule(table, 0, "top", THICK)
    _rule(table, above - 1, "bottom", THIN)
    _rule(table, len(written) - 1, "bottom", THICK)


def label_widths(needed: Sequence[int], room: int) -> list[int]:
    """Room for the longest label as far as the other columns have what they need; these share what is left."""
    first = max(room // len(needed), min(needed[0], room - max(needed[1:], default=0) * (len(needed) - 1)))
    return [first, *[(room - first) // (len(needed) - 1)] * (len(needed) - 1)]


def text_widths(needed: Sequence[int], room: int) -> list[int]:
    """What each column needs and up to a third more; where that is more than the room, the longest share what the
    shorter ones leave. What a line needs is a guess: a reader without our fonts sees wider ones.
    """
    spare = min(SPARE, max(1.0, room / sum(needed)))
    needed = [int(width * spare) for width in needed]
    widths = [0] * len(needed)
    for done, at in enumerate(sorted(range(len(needed)), key=needed.__getitem__)):
        widths[at] = min(needed[at], room // (len(needed) - done))
        room -= widths[at]
    return widths


def _longest_piece(text: str) -> str:
    return max(text.split(), key=len) if any(each.isalpha() for each in text) else text


def _text_width(text: str, points: float) -> int:
    """Of the longest line and the cell's margins, in Word's units."""
    from docx.shared import Pt

    # A Chinese character is as wide as it is high, a Latin one about half of that; the cell's margins take two.
    halves = max((sum(_halves(character) for character in line) for line in text.splitlines()), default=0) + 4
    return int(Pt(points * halves / 2))


def _halves(character: str) -> float:
    return 2 if is_chinese(character) else 1.5 if character.isupper() else 1


def _set_widths(table: "Table", widths: Sequence[int]) -> None:
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def _is_wide(printed: PrintedTable) -> bool:
    """Whether numbers and intervals leave too little of a portrait page for the labels."""
    from docx.shared import Cm

    cells = [cell for _, *line in (*printed.body, *printed.foot) for cell in line]
    widest = max((_text_width(_longest_piece(cell), CELL_POINTS) for cell in cells), default=0)
    return widest * (len(printed.heads[0]) - 1) > NUMBERS_SHARE * Cm(SHORT_SIDE_CM - 2 * MARGIN_CM)


def _set_page(section: "Section", is_wide: bool) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    short, long = Cm(SHORT_SIDE_CM), Cm(LONG_SIDE_CM)
    section.page_width, section.page_height = (long, short) if is_wide else (short, long)
    section.left_margin = section.right_margin = Cm(MARGIN_CM)


def _fill_spans(cells: Sequence["_Cell"], line: Sequence[Span], points: float) -> None:
    at = 1
    for text, width in line:
        merged = cells[at].merge(cells[at + width - 1])
        _fill(merged, text, points, is_left=False)
        if text:
            _border(merged, "bottom", THIN)
        at += width


def _fill(cell: "_Cell", text: str, points: float, is_left: bool, width: int = 0) -> None:
    """Text at the left or in the middle; in a column of numbers, which has a width, those at a decimal tab.

    In a cell, Word and LibreOffice set a number at a decimal tab without a tab character.
    """
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT

    paragraph = cell.paragraphs[0]
    is_number = bool(width) and decimal_parts(text) is not None
    if is_number:
        paragraph.paragraph_format.tab_stops.add_tab_stop(int(width * POINT_AT), WD_TAB_ALIGNMENT.DECIMAL)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if is_left or is_number else WD_ALIGN_PARAGRAPH.CENTER
    _close_up(paragraph)
    _run(paragraph, text, points)


def _set_row(row: "_Row", what: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{what}")
    element.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(element)


def _rule(table: "Table", row: int, side: str, eighths_of_a_point: int) -> None:
    for cell in dict.fromkeys(table.rows[row].cells):
        _border(cell, side, eighths_of_a_point)


def _border(cell: "_Cell", side: str, eighths_of_a_point: int) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = OxmlElement("w:tcBorders")
        properties.append(borders)
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths_of_a_point)), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)


def _run(paragraph: Any, text: str, points: float, is_bold: bool = False) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.size, run.font.name, run.font.bold = Pt(points), LATIN_FONT, is_bold
    _set_chinese_font(run._element.get_or_add_rPr())


def _set_chinese_font(properties: Any) -> None:
    """Word keeps the font of Chinese characters beside that of the rest, and python-docx knows only the latter."""
    from docx.oxml.ns import qn

    properties.get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE_FONT)


def _set_chinese_language(document: "Document") -> None:
    """Without it Chinese text counts as English, and a substitute for SimSun is Japanese or Taiwanese."""
    from docx.oxml.ns import qn

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _close_up(paragraph: Any) -> None:
    from docx.shared import Pt

    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
