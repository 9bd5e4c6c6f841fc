"""Links, pictures and pages of the site; without the program that builds it, which is strict about the same."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.site.assemble import ROOT, for_the_site, local_links, shown_files

PAGES = [path for path in shown_files() if path.suffix == ".md"]
HEADING = re.compile(r"(?m)^#+ +(.+?) *$")


def anchors(page: Path) -> set[str]:
    """Of its headings, as forges and the site name them."""
    plain = re.sub(r"(?ms)^```.*?^```", "", page.read_text("utf-8"))
    titles = (re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title) for title in HEADING.findall(plain))
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", title.lower())) for title in titles}


def named(entries: object) -> Iterator[str]:
    """The pages of a navigation, which nests lists and tables."""
    if isinstance(entries, str):
        yield entries
    else:
        for each in entries.values() if isinstance(entries, dict) else entries:
            yield from named(each)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_and_picture_of_a_page_leads_somewhere(page: Path):
    broken = [
        f"{text}: {path}{'#' + anchor if anchor else ''}"
        for text, path, anchor in local_links(page)
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path))
    ]
    assert broken == []


def test_every_page_stands_in_the_navigation_once():
    navigation = list(named(tomllib.loads((ROOT / "zensical.toml").read_text("utf-8"))["project"]["nav"]))
    assert sorted(navigation) == sorted(page.relative_to(ROOT).as_posix() for page in PAGES)


def test_every_picture_is_shown_on_a_page():
    linked = {path for page in PAGES for _, path, _ in local_links(page)}
    pictures = set((ROOT / "docs" / "pictures").glob("*.png"))
    assert sorted(picture.name for picture in pictures - linked) == []


def test_on_the_site_links_to_code_are_text_and_links_to_pages_stay(tmp_path: Path):
    page, other = tmp_path / "page.md", tmp_path / "other.md"
    page.write_text("[code](code.py), [page](other.md#part), [away](https://example.org), [here](#part)")
    assert (
        for_the_site(page, {page, other}) == "code, [page](other.md#part), [away](https://example.org), [here](#part)"
    )
