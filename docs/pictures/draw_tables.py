"""Pictures of Tables 2, 4 and 6 in Word, LaTeX and HTML, one a language: `python -m docs.pictures.draw_tables` after
`egov run`; needs LibreOffice, LaTeX, Poppler and Chromium.
"""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

from egov_assets.platform.folders import Folders
from egov_assets.platform.words import LANGUAGES
from egov_assets_tests.running.browser import browser_page

PAGES = {"table_02": 2, "table_04": 4, "table_06": 6}  # of all_tables.tex, which has a table a page
DOTS_PER_INCH = 150
WIDTH, MARGIN = 760, 20  # pixels of one table, and around it
ABOVE_PAGE_NUMBER = 0.92  # of a page's height
GREYS = 16  # text needs no more


def main() -> None:
    """One picture a language beside this file: a table a row; Word, LaTeX, HTML."""
    tables = Folders.from_environment().tables
    for language in LANGUAGES:
        ending = "" if language == "en" else f"_{language}"
        with tempfile.TemporaryDirectory() as made:
            rows = _forms(tables, ending, Path(made))
        picture = _grid(rows).convert("L").quantize(GREYS)
        picture.save(Path(__file__).with_name(f"tables_{language}.png"), optimize=True)


def _forms(tables: Path, ending: str, made: Path) -> list[list[Image.Image]]:
    documents = [tables / f"{name}{ending}.docx" for name in PAGES]
    _run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", made, *documents], tables)
    of_latex = f"all_tables{ending}"
    compiler = "xelatex" if ending == "_zh" else "pdflatex"
    _run([compiler, "-interaction=nonstopmode", f"-output-directory={made}", f"{of_latex}.tex"], tables)
    rows = []
    for name, page in PAGES.items():
        with browser_page(1000, 800) as shown:
            shown.goto((tables / f"{name}{ending}.html").as_uri())
            shown.screenshot(path=made / "shown.png", full_page=True)
        forms = (_page(made / f"{name}{ending}.pdf", 1), _page(made / f"{of_latex}.pdf", page))
        rows.append([_cut(each) for each in (*forms, Image.open(made / "shown.png").convert("RGB"))])
    return rows


def _page(document: Path, number: int) -> Image.Image:
    picture = document.with_suffix("")
    page = ["-f", number, "-l", number, "-singlefile", "-r", DOTS_PER_INCH]
    _run(["pdftoppm", "-png", *page, document, picture], document.parent)
    shown = Image.open(picture.with_suffix(".png")).convert("RGB")
    return shown.crop((0, 0, shown.width, int(shown.height * ABOVE_PAGE_NUMBER)))


def _cut(picture: Image.Image) -> Image.Image:
    """Without what is white around it, as wide as the others."""
    cut = picture.crop(ImageOps.invert(picture).getbbox())
    return cut.resize((WIDTH, cut.height * WIDTH // cut.width), Image.Resampling.LANCZOS)


def _grid(rows: list[list[Image.Image]]) -> Image.Image:
    heights = [max(each.height for each in row) + 2 * MARGIN for row in rows]
    grid = Image.new("RGB", (len(rows[0]) * (WIDTH + 2 * MARGIN), sum(heights)), "white")
    for at, row in enumerate(rows):
        for place, each in enumerate(row):
            grid.paste(each, (place * (WIDTH + 2 * MARGIN) + MARGIN, sum(heights[:at]) + MARGIN))
    return grid


def _run(command: list[object], folder: Path) -> None:
    subprocess.run([str(part) for part in command], cwd=folder, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
