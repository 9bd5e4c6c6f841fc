"""The report as one HTML page that needs no other file and no network."""

import base64
from collections.abc import Iterable
from html import escape
from pathlib import Path

from egov_assets.platform.words import Language
from egov_assets.replication.report import Block, Grid, Heading, Paragraph, Picture

STYLE = """
body { font-family: "Times New Roman", SimSun, serif; margin: 2em auto; max-width: 62em;
  line-height: 1.4; padding: 0 1em; }
h2 { margin-top: 2em; border-bottom: 1px solid #ccc; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; border-top: 2px solid; border-bottom: 2px solid; font-size: smaller;
  width: max-content; max-width: 60rem; }
th, td { padding: .1em .8em; text-align: left; vertical-align: top; white-space: pre-line; }
th { white-space: nowrap; }
thead { border-bottom: 1px solid; }
img { max-width: 100%; margin: 1em 0; }
figure { margin: 1em 0; }
nav a { margin-right: 1em; display: inline-block; }
""".strip()


def report_page(blocks: Iterable[Block], pictures: Path, language: Language) -> str:
    """The page; figures are read from the folder `pictures` as .svg and put into it."""
    blocks = list(blocks)
    title = next(block.text for block in blocks if isinstance(block, Heading))
    sections = [block.text for block in blocks if isinstance(block, Heading) and block.level == 2]
    links = " ".join(f'<a href="#{escape(text)}">{escape(text)}</a>' for text in sections)
    body = "\n".join(_element(block, pictures) for block in blocks)
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(title)}</title>
<style>
{STYLE}
</style>
</head>
<body>
<nav>{links}</nav>
{body}
</body>
</html>
"""


def _element(block: Block, pictures: Path) -> str:
    match block:
        case Heading(text, level):
            return f'<h{level} id="{escape(text)}">{escape(text)}</h{level}>'
        case Paragraph(text):
            return f"<p>{escape(text)}</p>"
        case Grid(heads, rows):
            head = "".join(f"<th>{escape(cell)}</th>" for cell in heads)
            lines = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
            return (
                f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table></div>'
            )
        case Picture(name, caption):
            # As an image, not inline: the identifiers inside two SVG files would meet on one page.
            content = base64.b64encode((pictures / f"{name}.svg").read_bytes()).decode("ascii")
            image = f'<img alt="{escape(caption)}" src="data:image/svg+xml;base64,{content}">'
            return f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>"
