"""Lines of delimited text that are not simply the header's fields side by side.

What belongs here: quotes, which enclose a field or are characters of a name that somebody typed; fields over several
lines; lines with too many or too few fields. Not here: encodings, and where the header is (`delimited.py`).
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import polars as pl

LONGEST_FIELD_LINES = 20  # an address may hold a line break; a field of more lines is a quote that nobody closed
LINES_SHOWN = 5
REMEDY = "Remove the quote, or double it and put the field in quotes; or export the file anew."


class BrokenLine(Exception):
    """A line that cannot be split into the header's fields; `problems` name it by number."""

    def __init__(self, *problems: str, remedy: str = REMEDY):
        self.problems, self.remedy = problems, remedy
        super().__init__("; ".join(problems))


def swallows_a_delimiter(parquet: Path, delimiter: str) -> bool:
    """Is there a row that lacks its last field while another holds a delimiter, as after two stray quotes?"""
    rows = pl.scan_parquet(parquet)
    *others, last = rows.collect_schema().names()
    if not others:
        return False
    holds_one = pl.any_horizontal(pl.col(name).str.contains(delimiter, literal=True) for name in others)
    return rows.filter(pl.col(last).is_null() & holds_one.fill_null(False)).head(1).collect().height > 0


def delimiters_inside(parquet: Path, delimiter: str) -> int:
    """How many delimiters stand inside fields."""
    counts = pl.scan_parquet(parquet).select(pl.all().str.count_matches(delimiter, literal=True).sum())
    return sum(counts.collect().row(0))


@dataclass
class OddLines:
    """Lines that needed a decision; 1 is the first of the file.

    breaks       line breaks inside fields
    literal      lines with quotes that are text
    wide, short  lines with more, or fewer, fields than the header, and how many
    """

    breaks: int = 0
    literal: list[int] = field(default_factory=list)
    wide: list[tuple[int, int]] = field(default_factory=list)
    short: list[tuple[int, int]] = field(default_factory=list)

    def count(self, number: int, fields: int, width: int) -> None:
        if fields > width:
            self.wide.append((number, fields))
        elif fields < width:
            self.short.append((number, fields))


def requoted(text: Path, target: Path, above: int, width: int, delimiter: str) -> OddLines:
    """Write the header and all lines anew with quotes where they belong.

    A quoted field may run over a few lines. Quotes enclose nothing, and are characters of the text, where the line has
    as many fields as the header by itself and they would take fields from it, or would join it to another whole line.
    What a line with too few fields lacks is read as empty; an empty line is no such line.
    Raises  BrokenLine for lines with too many fields, pairs of lines that are one line broken in two, and a quote that
            is never closed
    """
    form, odd = _Form(delimiter), OddLines()
    # Line feeds only: Python's universal line ends would also cut at a carriage return inside a field.
    with (
        text.open(encoding="utf-8", newline="\n") as source,
        target.open("w", encoding="utf-8", newline="") as clean,
    ):
        writer = csv.writer(clean, delimiter=delimiter, lineterminator="\n")
        lines = _Lines(source, above)
        while (line := lines.take(1)) is not None:
            line = _bare(line)
            if '"' not in line:
                if line:
                    odd.count(lines.number, line.count(delimiter) + 1, width)
                clean.write(line + "\n")
                continue
            stands_alone = line.count(delimiter) + 1 == width
            fields, more = form.fields(line), 0
            if fields is None:
                fields, more = _over_lines(line, lines, form, width if stands_alone else None)
            if stands_alone and (fields is None or len(fields) < width) and not more:
                fields = line.split(delimiter)
                odd.literal.append(lines.number)
            if fields is None:
                fields = _loose(line, lines, delimiter)
            odd.count(lines.number, len(fields), width)
            writer.writerow(fields)
            lines.take(more)
            odd.breaks += more
    _refuse_wide(odd.wide, width)
    _refuse_halves(odd.short, width)
    return odd


class _Lines:
    """Physical lines with their numbers, some of them looked at before they are taken."""

    def __init__(self, source: Iterator[str], above: int):
        self._source, self.number = source, 0
        self._seen: list[str] = []
        self.take(above)

    def look(self, count: int) -> list[str]:
        while len(self._seen) < count and (line := next(self._source, None)) is not None:
            self._seen.append(line)
        return self._seen[:count]

    def take(self, count: int) -> str | None:
        """The last of the next `count` lines; None at the end."""
        lines = self.look(count)
        del self._seen[: len(lines)]
        self.number += len(lines)
        return lines[-1] if lines else None


class _Form:
    """A record each of whose fields is enclosed in quotes wholly or begins with none."""

    def __init__(self, delimiter: str):
        other = re.escape(delimiter)
        field = rf'(?:"(?:[^"]|"")*"|[^"{other}\n][^{other}\n]*|)'
        self.delimiter, self._field = delimiter, re.compile(field)
        self._record = re.compile(f"{field}(?:{other}{field})*")

    def fields(self, record: str) -> list[str] | None:
        """The fields without their quotes; None if the record is not of this form."""
        if not self._record.fullmatch(record):
            return None
        fields, place = [], 0
        while place <= len(record):
            found = self._field.match(record, place)
            assert found, "the whole record matched the same form"
            field = found[0]
            fields.append(field[1:-1].replace('""', '"') if field.startswith('"') else field)
            place += len(field) + 1
        return fields


def _over_lines(line: str, lines: _Lines, form: _Form, width: int | None) -> tuple[list[str] | None, int]:
    """The fields of a record that begins in this line, and how many more lines it takes; None if there is none.

    width  fields of the header if the line has as many by itself: then one that ends in such a line is no record
    """
    record = line
    for more, following in enumerate(lines.look(LONGEST_FIELD_LINES), start=1):
        record += "\n" + _bare(following)
        if '"' in following and (fields := form.fields(record)) is not None:
            ends_alone = width is not None and _bare(following).count(form.delimiter) + 1 == width
            return (None, 0) if ends_alone else (fields, more)
    return None, 0


def _loose(line: str, lines: _Lines, delimiter: str) -> list[str]:
    """The fields of a line whose quotes are closed with text around them, as Python's csv reads it."""
    try:
        fields = next(csv.reader([line + "\n"], delimiter=delimiter))
    except csv.Error as error:
        raise BrokenLine(f"line {lines.number:,} cannot be split into fields ({error})") from error
    if fields[-1].endswith("\n"):
        last = lines.number + len(lines.look(LONGEST_FIELD_LINES))
        raise BrokenLine(f"the quote opened in line {lines.number:,} is not closed to line {last:,}")
    return fields


def _bare(line: str) -> str:
    return line.removesuffix("\n").removesuffix("\r")


def _refuse_wide(wide: list[tuple[int, int]], width: int) -> None:
    if wide:
        first = [f"line {number:,} has {fields} fields" for number, fields in wide[:LINES_SHOWN]]
        more = f" ({len(wide):,} such lines)" if len(wide) > LINES_SHOWN else ""
        fault = f"{', '.join(first)}, more than the header's {width}{more}"
        raise BrokenLine(fault, remedy="Re-export it with fields in quotes.")


def _refuse_halves(short: list[tuple[int, int]], width: int) -> None:
    """Two lines, one behind the other, that share one field and have the header's number together."""
    pairs = [
        (first, behind)
        for (first, fields), (behind, more) in pairwise(short)
        if behind == first + 1 and fields + more - 1 == width
    ]
    if pairs:
        shown = ", ".join(f"{first:,} and {behind:,}" for first, behind in pairs[:LINES_SHOWN])
        of_all = f" ({len(pairs):,} such pairs)" if len(pairs) > LINES_SHOWN else ""
        raise BrokenLine(
            f"lines {shown} have fewer fields than the header, and together its {width}, as a line break in a field "
            f"makes it{of_all}",
            remedy="Put such fields in quotes, or complete the lines to the header's number of fields.",
        )
