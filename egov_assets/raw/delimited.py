"""Delimited text as it circulates: UTF-8, GB18030 or UTF-16 with its mark, titles above the header, stray quotes."""

import codecs
import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import polars as pl

from egov_assets.raw.errors import COMPLETE_OR_REMOVE, COPY_AGAIN
from egov_assets.raw.packed import DAMAGED, Member
from egov_assets.raw.quotes import (
    LINES_SHOWN,
    BrokenLine,
    OddLines,
    delimiters_inside,
    requoted,
    swallows_a_delimiter,
)
from egov_assets.raw.text_table import HEADER_SEARCH_ROWS, MOST_COLUMNS, KnownColumns, TextTable, header_row

BLOCK_BYTES = 1 << 20  # transcoding keeps one such block in memory, whatever the file's size
ENCODINGS = ("utf-8-sig", "gb18030")  # in this order: GB18030 text is hardly ever valid UTF-8, the reverse is common
DELIMITERS = ",\t;|"
QUOTE = '"'
COUNTED = DELIMITERS + QUOTE
MARKS_OF_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BYTES_SHOWN = 8
csv.field_size_limit(1 << 24)  # 16 million characters; Python's own limit of 131,072 is no limit of the files


@dataclass(frozen=True)
class Transcoded:
    """What writing a file as UTF-8 tells about it.

    lines    its physical lines
    counts   how often each of COUNTED stands in it
    unended  the text behind the last line end
    """

    encoding: str
    lines: int
    counts: Mapping[str, int]
    unended: str

    @property
    def has_quotes(self) -> bool:
        return self.counts[QUOTE] > 0


@dataclass(frozen=True)
class Header:
    """The header of a file.

    above, delimiters_above  lines above it, and delimiters in them
    is_known                 does it name known columns?
    """

    above: int
    delimiters_above: int
    names: list[str]
    delimiter: str
    is_known: bool


def read_delimited(member: Member, scratch: Path, known: KnownColumns) -> TextTable:
    """A delimited text file, every column as text, blanks as null, in file order; memory does not grow with the file.

    The bytes are transcoded block by block into a UTF-8 file in `scratch`, because polars reads no GB18030.
    `known` finds the header below titles: the first line near the top that names most known columns, else the first
    that is not blank.
    Raises  BadFile if it is empty, in no known encoding, breaks off in the middle, or has lines that do not fit
    """
    utf8 = scratch / "utf8.csv"
    text = _transcode(member, utf8)
    header = _header(utf8, known)
    if not any(header.names):
        raise member.refused("the file is empty", remedy=COMPLETE_OR_REMOVE)
    _refuse_header(member, header)
    _refuse_broken_end(member, text, header)
    parquet = scratch / "rows.parquet"
    odd = OddLines()
    try:
        _as_parquet(utf8, parquet, header.delimiter, header.above, text.has_quotes)
        is_whole = _is_whole(parquet, text, header)
    except pl.exceptions.ComputeError:
        is_whole = False
    if not is_whole:
        clean = scratch / "requoted.csv"
        try:
            odd = requoted(utf8, clean, header.above, len(header.names), header.delimiter)
        except BrokenLine as broken:
            raise member.refused(*broken.problems, remedy=broken.remedy) from broken
        _as_parquet(clean, parquet, header.delimiter, 0, has_quotes=True)
        clean.unlink()
    utf8.unlink()
    no_rows = {"header": 1, "above the header": header.above, "line break in a field": odd.breaks}
    return TextTable(
        member.source_name,
        f"{member.ending}, {_name(text.encoding)}",
        pl.scan_parquet(parquet),
        lines=text.lines,
        no_rows={what: count for what, count in no_rows.items() if count},
        remarks=tuple(_remarks(odd, len(header.names))),
    )


def _as_parquet(utf8: Path, parquet: Path, delimiter: str, above: int, has_quotes: bool) -> None:
    quote = QUOTE if has_quotes else None
    lines = pl.scan_csv(utf8, separator=delimiter, infer_schema=False, skip_lines=above, quote_char=quote)
    lines.sink_parquet(parquet, compression="lz4")


def _is_whole(parquet: Path, text: Transcoded, header: Header) -> bool:
    """Is every line a row with all its fields?

    polars fills up what a line lacks, and joins what stray quotes enclose.
    """
    rows = pl.scan_parquet(parquet)
    last = pl.col(rows.collect_schema().names()[-1])
    count, last_is_empty = rows.select(pl.len(), last.is_null().any()).collect().row(0)
    if text.has_quotes and count + header.above + 1 != text.lines:
        return False
    if not last_is_empty:  # a line that lacks fields lacks the last
        return True
    if text.has_quotes and swallows_a_delimiter(parquet, header.delimiter):
        return False
    enclosed = delimiters_inside(parquet, header.delimiter) if text.has_quotes else 0
    between_fields = (len(header.names) - 1) * (count + 1)
    return text.counts[header.delimiter] == header.delimiters_above + between_fields + enclosed


def _remarks(odd: OddLines, width: int) -> Iterator[str]:
    if odd.literal:
        yield f"quotes that enclose nothing, read as text: in {len(odd.literal):,} lines, first line {odd.literal[0]:,}"
    if odd.short:
        first = ", ".join(f"{number:,} ({fields})" for number, fields in odd.short[:LINES_SHOWN])
        yield (
            f"lines with fewer fields than the header's {width}, whose end is read as empty: {len(odd.short):,}, "
            f"line {first}{', …' if len(odd.short) > LINES_SHOWN else ''}"
        )


def _refuse_header(member: Member, header: Header) -> None:
    if len(header.names) > MOST_COLUMNS:
        fault = f"the header has {len(header.names):,} columns, more than {MOST_COLUMNS:,}"
        raise member.refused(fault, remedy="Keep the columns that are needed.")
    plain = [name.strip() for name in header.names]
    twice = sorted({name for name in plain if name and plain.count(name) > 1})
    if twice and header.is_known:  # a line of values where no header is known repeats what it likes
        fault = f"the header names {', '.join(twice)} twice"
        raise member.refused(fault, remedy="Rename or remove the repeated column.")


def _refuse_broken_end(member: Member, text: Transcoded, header: Header) -> None:
    fields, width = len(next(csv.reader([text.unended], delimiter=header.delimiter), [])), len(header.names)
    if text.unended and 0 < fields < width and QUOTE not in text.unended:
        fault = f"it breaks off in its last line, which has {fields} of {width} fields and no line end"
        raise member.refused(fault, remedy=COPY_AGAIN)


def _transcode(member: Member, target: Path) -> Transcoded:
    """Write the file as UTF-8 with line feeds.

    A header in Chinese settles the encoding. One in plain ASCII does not: then the lines below decide.
    """
    start = _start(member)
    if start.startswith(MARKS_OF_UTF16):
        possible = ["utf-16"]
    elif start.count(b"\x00") * 3 > len(start):
        fault = "every second byte is zero, which is UTF-16 without its mark"
        raise member.refused(fault, remedy="Save the file as UTF-8.")
    else:
        first = re.split(rb"[\r\n]", start.lstrip(), maxsplit=1)[0]
        possible = [encoding for encoding in ENCODINGS if _decodes(first, encoding)]
        possible = possible if first.isascii() else possible[:1]
    problems = []
    for encoding in possible:
        try:
            return _write_utf8(member, encoding, target, cr_only=b"\n" not in start and b"\r" in start)
        except _NotEncoded as broken:
            problems.append(str(broken))
    if not possible:
        problems = [f"the first line is neither UTF-8 nor GB18030 (bytes {first[:BYTES_SHOWN].hex(' ')})"]
    raise member.refused(*problems, remedy="Save the whole file in one encoding, UTF-8 or GB18030.")


class _NotEncoded(Exception):
    """A line whose bytes are not of the encoding."""


def _write_utf8(member: Member, encoding: str, target: Path, cr_only: bool) -> Transcoded:
    unended, lines = "", 0
    counts = dict.fromkeys(COUNTED, 0)
    with target.open("w", encoding="utf-8", newline="") as utf8:
        for text in _decoded_blocks(member, encoding):
            text = text.replace("\r", "\n") if cr_only else text
            utf8.write(text)
            lines += text.count("\n")
            for mark in COUNTED:
                counts[mark] += text.count(mark)
            behind = text[text.rfind("\n") + 1 :]
            unended = behind if len(behind) < len(text) else unended + behind
    return Transcoded(encoding, lines + bool(unended), counts, unended)


def _start(member: Member) -> bytes:
    try:
        with member.open() as stream:
            start = stream.read(BLOCK_BYTES)
    except DAMAGED as broken:
        fault = f"the packed file is damaged ({broken})"
        raise member.refused(fault, remedy=COPY_AGAIN) from broken
    if not start.strip(b"\x00\r\n\t "):
        raise member.refused("the file is empty", remedy=COMPLETE_OR_REMOVE)
    return start


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded_blocks(member: Member, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = 0
    try:
        with member.open() as stream:
            while True:
                block = stream.read(BLOCK_BYTES)
                # Zero bytes are no text; vendors' exports pad fields with them and polars would keep them.
                text = decoder.decode(block, final=not block).replace("\x00", "")
                lines += text.count("\n")
                yield text
                if not block:
                    return
    except UnicodeDecodeError as error:
        line = lines + error.object[: error.start].count(b"\n") + 1
        odd = error.object[error.start : error.start + BYTES_SHOWN].hex(" ")
        raise _NotEncoded(f"line {line:,} is not {_name(encoding)} (bytes {odd})") from error
    except DAMAGED as error:
        fault = f"the packed file breaks off or is damaged ({error})"
        raise member.refused(fault, remedy=COPY_AGAIN) from error


def _name(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper()


def _header(utf8: Path, known: KnownColumns) -> Header:
    with utf8.open(encoding="utf-8", newline="\n") as text:
        first = list(islice(text, HEADER_SEARCH_ROWS))
    told = first[0][4:5] if first[0].lower().startswith("sep=") else ""  # Excel's own first line
    delimiters = [told or max(DELIMITERS, key=line.count) for line in first]
    rows = [next(csv.reader([line], delimiter=each), []) for line, each in zip(first, delimiters, strict=True)]
    row = header_row(rows, known)
    is_known = row is not None
    if row is None:
        row = next((place for place, line in enumerate(first) if line.strip() and not (told and place == 0)), 0)
    delimiters_above = sum(line.count(delimiters[row]) for line in first[:row])
    return Header(row, delimiters_above, rows[row], delimiters[row], is_known)
