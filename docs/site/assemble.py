"""The pages of the repository put together for the site: `python -m docs.site.assemble`, the first half of `make docs`.

Pages keep their places, so that links between them hold on the site as on a forge. A link to code, which the site does
not show, becomes its text. Needs nothing but Python.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "build" / "docs"
SHOWN = ("*.md", "deploy/*.md", "docs/*.md", "docs/pictures/*.png", "docs/examples/**/*.yml", "docs/site/*.js")
LINK = re.compile(r"\[(?P<text>[^\]]*)\]\((?P<target>[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")


def shown_files(root: Path = ROOT) -> list[Path]:
    """Everything the site is made of, in order."""
    return sorted(path for pattern in SHOWN for path in root.glob(pattern))


def local_links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """(text, file or folder, anchor without #) of every link and picture of a page that stays in the repository."""
    for link in LINK.finditer(page.read_text(encoding="utf-8")):
        if not link["target"].startswith(("http:", "https:", "mailto:")):
            path = (page.parent / link["target"]).resolve() if link["target"] else page
            yield link["text"], path, (link["anchor"] or "").removeprefix("#")


def for_the_site(page: Path, shown: set[Path]) -> str:
    """The page's text; links to what the site does not show are text."""

    def kept(link: re.Match[str]) -> str:
        is_outside = link["target"].startswith(("http:", "https:", "mailto:")) or not link["target"]
        return link[0] if is_outside or (page.parent / link["target"]).resolve() in shown else link["text"]

    return LINK.sub(kept, page.read_text(encoding="utf-8"))


def main() -> None:
    shutil.rmtree(TARGET, ignore_errors=True)
    shown = set(shown_files())
    for path in shown:
        place = TARGET / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            place.write_text(for_the_site(path, shown), encoding="utf-8")
        else:
            shutil.copyfile(path, place)


if __name__ == "__main__":
    main()
