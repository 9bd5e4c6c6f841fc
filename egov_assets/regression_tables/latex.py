"""A printed table in LaTeX: a fragment to \\input, and a document of all tables that compiles.

booktabs, threeparttable, numbers aligned at the decimal point by dcolumn with their stars outside, a \\label.
"""

import textwrap
from collections.abc import Iterable, Sequence

from egov_assets.regression_tables.printed import PrintedTable, decimal_parts, is_chinese

CHARACTERS = str.maketrans({
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "{": r"\{", "}": r"\}",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "×": r"$\times$", "<": r"$<$", ">": r"$>$",
})  # fmt: skip
PACKAGES = "booktabs,dcolumn,makecell,threeparttable,adjustbox"
LABEL_CHARACTERS, HEAD_CHARACTERS = 42, 18  # of a line, at half of that in Chinese; beyond, text is broken


def to_latex(printed: PrintedTable) -> str:
    """A table environment to \\input; its first line names the packages and the compiler that it needs."""
    columns = len(printed.heads[0]) - 1
    parts = [part for line in (*printed.body, *printed.foot) for cell in line[1:] if (part := decimal_parts(cell))]
    before = max((len(part[0]) for part in parts), default=1)
    after = max((len(part[1].removeprefix(".")) for part in parts), default=0)
    lines = [
        r"\begin{table}[htbp]",
        r"\centering\small",
        rf"\caption{{{_text(_without_number(printed.title))}}}",
        rf"\label{{tab:{printed.name}}}",
        r"\smallskip",
        # At its own size a table of five columns leaves the text, and one of forty lines leaves the page.
        r"\begin{adjustbox}{max width=\linewidth, max totalheight=0.85\textheight}",
        r"\begin{threeparttable}",
        rf"\begin{{tabular}}{{l*{{{columns}}}{{D{{.}}{{.}}{{{before}.{after}}}}}}}",
        r"\toprule",
        *_span_rows(printed),
        *(_head_row(cells) for cells in printed.heads),
        r"\midrule",
        *(_row(cells) for cells in printed.body),
        *([r"\midrule"] if printed.foot else []),
        *(_row(cells) for cells in printed.foot),
        r"\bottomrule",
        r"\end{tabular}",
        r"\begin{tablenotes}[flushleft]\footnotesize",
        *(rf"\item {_text(note)}" for note in printed.notes),
        r"\end{tablenotes}",
        r"\end{threeparttable}",
        r"\end{adjustbox}",
        r"\end{table}",
        "",
    ]
    body = "\n".join(lines)
    packages, compiler = (f"ctex,{PACKAGES}", "xelatex") if _has_chinese(body) else (PACKAGES, "pdflatex")
    return f"% \\usepackage{{{packages}}} in the preamble; compile with {compiler}\n{body}"


def latex_document(tables: Sequence[PrintedTable], ending: str) -> str:
    """A document that takes in each table's fragment, which stands beside it as <name><ending>.tex."""
    chinese = _has_chinese("".join(to_latex(table) for table in tables))
    return "\n".join([
        f"% compile with {'xelatex' if chinese else 'pdflatex'}",
        r"\documentclass[a4paper]{article}",
        rf"\usepackage{{{'ctex,' if chinese else ''}{PACKAGES}}}",
        r"\usepackage[margin=2.2cm]{geometry}",
        r"\begin{document}",
        *(rf"\input{{{table.name}{ending}.tex}}\clearpage" for table in tables),
        r"\end{document}",
        "",
    ])  # fmt: skip


def _has_chinese(text: str) -> bool:
    return any(is_chinese(character) for character in text)


def _without_number(title: str) -> str:
    """LaTeX numbers tables itself."""
    return title.split("  " if title.startswith("表") else ". ", 1)[-1]


def _text(text: str) -> str:
    return text.translate(CHARACTERS).replace("R2", "$R^2$")


def _broken(text: str, characters: int, place: str) -> str:
    """The text in lines of so many characters, or of half as many Chinese ones."""
    width = characters // 2 if _has_chinese(text) else characters
    lines = textwrap.wrap(text, width, break_long_words=_has_chinese(text)) if len(text) > width * 1.2 else [text]
    inside = r" \\ ".join(_text(line) for line in lines)
    return inside if len(lines) < 2 else rf"\makecell[{place}]{{{inside}}}"


def _span_rows(printed: PrintedTable) -> Iterable[str]:
    for spans in printed.spans:
        cells, rules, at = [""], [], 2
        for text, width in spans:
            cells.append(rf"\multicolumn{{{width}}}{{c}}{{{_broken(text, HEAD_CHARACTERS * width, 'cb')}}}")
            if text:
                rules.append(rf"\cmidrule(lr){{{at}-{at + width - 1}}}")
            at += width
        yield " & ".join(cells) + r" \\"
        yield " ".join(rules)


def _head_row(cells: tuple[str, ...]) -> str:
    centred = (rf"\multicolumn{{1}}{{c}}{{{_broken(cell, HEAD_CHARACTERS, 'ct')}}}" for cell in cells[1:])
    return " & ".join([_broken(cells[0], LABEL_CHARACTERS, "lt"), *centred]) + r" \\"


def _row(cells: tuple[str, ...]) -> str:
    return " & ".join([_broken(cells[0], LABEL_CHARACTERS, "lt"), *map(_cell, cells[1:])]) + r" \\"


def _cell(text: str) -> str:
    """A number in math, where a hyphen is a minus and stars stand above the line; other text in the middle."""
    parts = decimal_parts(text)
    if parts is None:
        if not text:
            return ""
        minus = _text(text).replace("[-", "[$-$").replace(", -", ", $-$").replace("(-", "($-$")
        minus = f"$-${minus[1:]}" if text[0] == "-" else minus
        return rf"\multicolumn{{1}}{{c}}{{{_broken_or(minus, text)}}}"
    before, after = parts
    stars = after[len(after.rstrip("*")) :]
    after = after.removesuffix(stars) + (f"^{{{stars}}}" if stars else "")
    return before.replace(",", "{,}").replace("<", "{<}") + after


def _broken_or(minus: str, text: str) -> str:
    return _broken(text, HEAD_CHARACTERS, "ct") if minus == _text(text) else minus
