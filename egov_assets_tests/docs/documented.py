"""Commands as they stand in the code of the pages: in fences, in indented lines, and between backticks."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from docs.site.assemble import ROOT, shown_files

FENCE = re.compile(r"(?ms)^ *```(\w*)\n(.*?)^ *```")
INLINE = re.compile(r"`([^`\n]+)`")
# Behind nothing or what begins a command in a shell; `sudo -u egov` names an account.
COMMAND = re.compile(
    r"(?:^|&&|;|\||\$\(|-- )\s*(?:[\w./\\]*[/\\])?"
    r"(?P<program>egov|make|py(?:thon)? -m)(?P<rest>(?: [^;&|#)]*)?)(?=[;&|#)]|$)"
)
MEANT = {"…": "", "...": "a reason", "YEAR": "2011"}  # what a reader puts in the place of these
HISTORY = ROOT / "CHANGELOG.md"  # names commands that are gone
FROM_THE_PARSER = ROOT / "docs" / "commands.md"  # with brackets around what may be left out


class Documented(NamedTuple):
    page: Path
    program: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.program} {' '.join(self.words)}"


def documented() -> list[Documented]:
    """Every command of egov, make and `python -m` on the pages of the site, once a page."""
    pages = [path for path in shown_files() if path.suffix == ".md" and path not in (HISTORY, FROM_THE_PARSER)]
    return list(dict.fromkeys(each for page in pages for each in commands_in(page)))


def commands_in(page: Path) -> Iterator[Documented]:
    for line in code_in(page.read_text("utf-8")):
        for found in COMMAND.finditer(line):
            words = shlex.split(found["rest"].replace("\\", ""))
            yield Documented(page, found["program"], tuple(filter(None, (MEANT.get(word, word) for word in words))))


def code_in(text: str) -> Iterator[str]:
    """Line by line what a page prints as code; comments, prompts and blanks around it are none of it."""
    for fence in FENCE.finditer(text):
        if fence[1] in ("", "sh"):
            yield from map(str.strip, fence[2].splitlines())
    plain = FENCE.sub("", text)
    for line in plain.splitlines():
        if line.startswith("    "):
            yield line.strip()
        yield from INLINE.findall(line)
