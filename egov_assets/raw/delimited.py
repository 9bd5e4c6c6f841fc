"""Delimited text files as they circulate: GB18030 or UTF-8, with or without byte order mark, plain or packed."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from egov_assets.raw.errors import COMPLETE_OR_REMOVE, COPY_AGAIN, BadFile
from egov_assets.raw.packed import DAMAGED, Member
from egov_assets.raw.text_table import TextTable

BLOCK_BYTES = 1 << 20  # transcoding keeps one such block in memory, whatever the file's size
ENCODINGS = ("utf-8-sig", "gb18030")  # in this order: GB18030 text is hardly ever valid UTF-8, the reverse is common
DELIMITERS = ",\t;|"
LONGEST_FIELD_LINES = 20  # an address may hold a line break; a field of more lines is a quote that nobody closed
csv.field_size_limit(1 << 24)  # 16 million characters; Python's own limit of 131,072 is no limit of the files


def read_delimited(member: Member, scratch: Path) -> TextTable:
    """A delimited text file, every column as text, blanks as null, in file order; memory does not grow with the file.

    The bytes are transcoded block by block into a UTF-8 file in `scratch`, because polars reads no GB18030.
    Raises  BadFile if it is empty, in no known encoding, breaks off in the middle, or has lines that do not fit
    """
    path, utf8 = member.path, scratch / "utf8.csv"
    encoding, last_line = _transcode(member, utf8)
    header, delimiter = _header(utf8)
    if not any(header):
        raise BadFile(path, ["the file is empty"], COMPLETE_OR_REMOVE)
    _refuse_repeated(path, header)
    fields_of_last = len(next(csv.reader([last_line], delimiter=delimiter), []))
    if last_line and 0 < fields_of_last < len(header) and '"' not in last_line:
        raise BadFile(
            path,
            [f"it breaks off in its last line, which has {fields_of_last} of {len(header)} fields and no line end"],
            COPY_AGAIN,
        )
    parquet = scratch / "rows.parquet"
    try:
        _as_parquet(utf8, parquet, delimiter)
    except pl.exceptions.ComputeError:
        _requote(path, utf8, len(header), delimiter)
        _as_parquet(utf8, parquet, ",")
    utf8.unlink()
    return TextTable(member.source_name, f"{member.ending}, {_name(encoding)}", pl.scan_parquet(parquet))


def _as_parquet(utf8: Path, parquet: Path, delimiter: str) -> None:
    lines = pl.scan_csv(utf8, separator=delimiter, infer_schema=False)
    lines.sink_parquet(parquet, compression="lz4")


def _refuse_repeated(path: Path, header: list[str]) -> None:
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if repeated:
        raise BadFile(path, [f"the header names {', '.join(repeated)} twice"], "Rename or remove the repeated column.")


def _requote(path: Path, utf8: Path, width: int, delimiter: str) -> None:
    """Write the lines anew with quotes where they belong: people write them in mid-field, polars takes none there.

    Raises  BadFile naming the first line whose fields do not fit or whose quote is never closed
    """
    clean = utf8.with_name("requoted.csv")
    with utf8.open(encoding="utf-8", newline="") as text, clean.open("w", encoding="utf-8", newline="") as target:
        reader, writer = csv.reader(text, delimiter=delimiter), csv.writer(target, lineterminator="\n")
        line = 1
        try:
            for row in reader:
                if any(field.count("\n") > LONGEST_FIELD_LINES for field in row):
                    fault = f"the quote opened in line {line:,} is never closed"
                    raise BadFile(path, [fault], "Remove the quote, or double it.")
                if len(row) > width:
                    fault = f"line {line:,} has {len(row)} fields, more than the header's {width}"
                    raise BadFile(path, [fault], "Re-export it with fields in quotes.")
                writer.writerow(row)
                line = reader.line_num + 1
        except csv.Error as error:
            raise BadFile(path, [f"line {line:,} cannot be split into fields ({error})"], COPY_AGAIN) from error
    clean.replace(utf8)


def _transcode(member: Member, target: Path) -> tuple[str, str]:
    """Write the file as UTF-8; returns its encoding and the text behind the last line end.

    A header in Chinese settles the encoding. One in plain ASCII does not: then the lines below decide.
    """
    start = _first_line(member)
    possible = [encoding for encoding in ENCODINGS if _decodes(start, encoding)]
    if not possible:
        raise BadFile(member.path, ["the header is neither UTF-8 nor GB18030"], "Save the file as UTF-8.")
    for encoding in possible if start.isascii() else possible[:1]:
        try:
            return encoding, _write_utf8(member, encoding, target)
        except UnicodeDecodeError:
            continue
    fault = "neither UTF-8 nor GB18030" if start.isascii() else f"not {_name(possible[0])}, as its header is"
    raise BadFile(member.path, [f"some line is {fault}"], "Save the whole file in one encoding, UTF-8 or GB18030.")


def _write_utf8(member: Member, encoding: str, target: Path) -> str:
    last_line = ""
    with target.open("w", encoding="utf-8", newline="") as utf8:
        for text in _decoded_blocks(member, encoding):
            utf8.write(text)
            # CR and LF only: splitlines() also cuts at characters that are text here
            behind = text[max(text.rfind("\n"), text.rfind("\r")) + 1 :]
            last_line = behind if len(behind) < len(text) else last_line + behind
    return last_line


def _first_line(member: Member) -> bytes:
    try:
        with member.open() as stream:
            start = stream.readline(BLOCK_BYTES)
    except DAMAGED as broken:
        raise BadFile(member.path, [f"the packed file is damaged ({broken})"], COPY_AGAIN) from broken
    if not start.strip(b"\x00\r\n\t "):
        raise BadFile(member.path, ["the file is empty"], COMPLETE_OR_REMOVE)
    return start


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded_blocks(member: Member, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with member.open() as stream:
            while block := stream.read(BLOCK_BYTES):
                # Zero bytes are no text; vendors' exports pad fields with them and polars would keep them.
                yield decoder.decode(block).replace("\x00", "")
        yield decoder.decode(b"", final=True)
    except DAMAGED as error:
        raise BadFile(member.path, [f"the packed file breaks off or is damaged ({error})"], COPY_AGAIN) from error


def _name(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper()


def _header(utf8: Path) -> tuple[list[str], str]:
    with utf8.open(encoding="utf-8", newline="") as text:
        line = text.readline()
        delimiter = max(DELIMITERS, key=line.count)
        text.seek(0)
        return next(csv.reader(text, delimiter=delimiter), []), delimiter
