"""A printed table as HTML, Markdown and LaTeX."""

import re

from egov_assets.platform.pages import page
from egov_assets.regression_tables.printed import PrintedTable, is_chinese

LATEX_CHARACTERS = str.maketrans({
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "×": r"$\times$", "<": r"$<$", ">": r"$>$",
})  # fmt: skip


def to_markdown(printed: PrintedTable) -> str:
    """The table in Markdown, ending with a newline."""
    heads = tuple(" ".join(cells).strip() for cells in zip(*printed.heads, strict=True))
    lines = [f"**{printed.title}**", "", _row(heads), _row(("---", *("---:" for _ in heads[1:])))]
    lines += [_row(cells) for cells in (*printed.body, *printed.foot)]
    return "\n".join([*lines, "", "\n\n".join(note.replace("*", r"\*") for note in printed.notes), ""])


def to_html(printed: PrintedTable) -> str:
    """The table as one HTML page without outside resources: top, header and bottom rule only."""
    return page("regression_table", printed.title, printed.language, table=printed)


def to_latex(printed: PrintedTable) -> str:
    """A table environment to \\input; its first line names the packages and the compiler that it needs."""
    lines = [
        r"\begin{table}[htbp]",
        r"\centering\small",
        rf"\caption{{{_latex(_without_number(printed.title))}}}",
        r"\smallskip",
        # At its own size a table of five columns leaves the text, and one of forty lines leaves the page.
        r"\begin{adjustbox}{max width=\linewidth, max totalheight=0.8\textheight}",
        rf"\begin{{tabular}}{{l{'c' * (len(printed.heads[0]) - 1)}}}",
        r"\toprule",
        *(_latex_row(cells) for cells in printed.heads),
        r"\midrule",
        *(_latex_row(cells) for cells in printed.body),
        *([r"\midrule"] if printed.foot else []),
        *(_latex_row(cells) for cells in printed.foot),
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{adjustbox}",
        "",
        r"\smallskip",
        r"\begin{minipage}{\linewidth}\footnotesize",
        "\n\n".join(_latex(note) for note in printed.notes),
        r"\end{minipage}",
        r"\end{table}",
        "",
    ]
    body = "\n".join(lines)
    has_chinese = any(is_chinese(character) for character in body)
    packages, compiler = ("ctex,booktabs,adjustbox", "xelatex") if has_chinese else ("booktabs,adjustbox", "pdflatex")
    return f"% \\usepackage{{{packages}}} in the preamble; compile with {compiler}\n{body}"


def _without_number(title: str) -> str:
    """LaTeX numbers tables itself."""
    return title.split("  " if title.startswith("表") else ". ", 1)[-1]


def _latex(text: str) -> str:
    return text.translate(LATEX_CHARACTERS).replace("R2", "$R^2$")


def _latex_row(cells: tuple[str, ...]) -> str:
    # In text a hyphen is a short stroke, no minus.
    return " & ".join(re.sub(r"(?<!\w)-(?=\d)", "$-$", _latex(cell)) for cell in cells) + r" \\"


def _row(cells: tuple[str, ...]) -> str:
    # A star is emphasis in Markdown.
    return "| " + " | ".join(cell.replace("*", r"\*") for cell in cells) + " |"
