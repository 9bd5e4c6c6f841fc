"""A printed table as HTML and Markdown."""

from egov_assets.platform.pages import page
from egov_assets.regression_tables.printed import PrintedTable, decimal_parts


def to_markdown(printed: PrintedTable) -> str:
    """The table in Markdown, ending with a newline."""
    heads = tuple(" ".join(filter(None, cells)) for cells in zip(*printed.lines_above, strict=True))
    lines = [f"**{printed.title}**", "", _row(heads), _row(("---", *("---:" for _ in heads[1:])))]
    lines += [_row(cells) for cells in (*printed.body, *printed.foot)]
    return "\n".join([*lines, "", "\n\n".join(note.replace("*", r"\*") for note in printed.notes), ""])


def to_html(printed: PrintedTable) -> str:
    """The table as one HTML page without outside resources: top, header and bottom rule only.

    Figures are equally wide, and what stands before and behind the decimal point has the table's longest width.
    """
    lines = [(label, [(decimal_parts(cell), cell) for cell in cells]) for label, *cells in printed.body + printed.foot]
    parts = [part for _, cells in lines for part, _ in cells if part]
    before, after = (max((len(part[at]) for part in parts), default=0) for at in (0, 1))
    return page(
        "regression_table", printed.title, printed.language, table=printed, lines=lines, before=before, after=after
    )


def _row(cells: tuple[str, ...]) -> str:
    # A star is emphasis in Markdown.
    return "| " + " | ".join(cell.replace("*", r"\*") for cell in cells) + " |"
