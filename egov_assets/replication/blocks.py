"""What a report consists of, in the order of reading; how each block looks is decided per kind of file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """level 1 is the title, 2 a section, 3 a part of one; `anchor` is what links lead to."""

    text: str
    level: int
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Lead:
    """The answer: a number large, its interval, and a sentence."""

    number: str
    interval: str
    text: str


@dataclass(frozen=True)
class Notice:
    """Something to know before believing; `kind` is demo, warning or well."""

    kind: str
    text: str


@dataclass(frozen=True)
class Shares:
    """Counts that add to a whole, as words, count and the verdict they are of."""

    caption: str
    parts: tuple[tuple[str, int, str], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count, _ in self.parts)


@dataclass(frozen=True)
class Grid:
    """A table: heads and rows of text.

    verdicts  of each row, or of none; the column `verdict_at` says them in words
    links     of each row the anchor of what explains the number in the column `link_at`, or of none
    anchors   of each row its own name for such links, or of none
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    verdicts: tuple[str, ...] = ()
    verdict_at: int = -1
    links: tuple[str, ...] = ()
    link_at: int = -1
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A figure by its name in the folder of figures, without ending, and what stands below it."""

    name: str
    caption: str
    is_small: bool = False


Block = Heading | Paragraph | Lead | Notice | Shares | Grid | Picture
