"""Delimited text files as they circulate: GB18030 or UTF-8, with or without byte order mark, plain or gzipped."""

import codecs
import csv
import gzip
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import polars as pl

from egov_assets.raw.errors import BadFile

BLOCK_BYTES = 1 << 20  # transcoding keeps one such block in memory, whatever the file's size
ENCODINGS = ("utf-8-sig", "gb18030")  # in this order: GB18030 text is hardly ever valid UTF-8, the reverse is common
DELIMITERS = ",\t;|"
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile)


def read_delimited(path: Path) -> pl.DataFrame:
    """A delimited text file, every column as text, blanks as null, in file order.

    The bytes are transcoded block by block into a temporary UTF-8 file, because polars reads no GB18030.
    Raises  BadFile if it is empty, has only a header, is in no known encoding, or breaks off in the middle
    """
    with tempfile.TemporaryDirectory() as folder:
        utf8 = Path(folder) / "utf8.csv"
        ends_with_newline = _transcode(path, utf8)
        header, delimiter = _header(utf8)
        if not any(header):
            raise BadFile(path, ["the file is empty"], "Put the complete file there, or remove it.")
        repeated = sorted({name for name in header if header.count(name) > 1})
        if repeated:
            raise BadFile(
                path, [f"the header names {', '.join(repeated)} twice"], "Rename or remove the repeated column."
            )
        try:
            frame = pl.read_csv(utf8, separator=delimiter, infer_schema=False)
        except pl.exceptions.NoDataError:
            raise BadFile(path, ["the file is empty"], "Put the complete file there, or remove it.") from None
        except pl.exceptions.ComputeError as error:
            raise BadFile(
                path,
                [f"a line has more fields than the header's {len(header)} ({str(error).splitlines()[0]})"],
                "Re-export it with fields in quotes.",
            ) from error
    if frame.is_empty():
        raise BadFile(path, ["it has a header but no data row"], "Put the complete file there, or remove it.")
    if not ends_with_newline and frame.width > 1 and frame.row(-1)[-1] is None:
        raise BadFile(
            path,
            [f"it breaks off in data row {frame.height:,}: no line end, and {header[-1]} is missing"],
            "Copy the file again.",
        )
    return frame


def _transcode(path: Path, target: Path) -> bool:
    """Write the file as UTF-8; returns whether it ended with a line end.

    A header in Chinese settles the encoding. One in plain ASCII does not: then the lines below decide.
    """
    start = _first_line(path)
    possible = [encoding for encoding in ENCODINGS if _decodes(start, encoding)]
    if not possible:
        raise BadFile(path, ["the header is neither UTF-8 nor GB18030"], "Save the file as UTF-8.")
    for encoding in possible if start.isascii() else possible[:1]:
        last = ""
        try:
            with target.open("w", encoding="utf-8", newline="") as utf8:
                for text in _decoded_blocks(path, encoding):
                    utf8.write(text)
                    last = text or last
        except UnicodeDecodeError:
            continue
        return last.endswith(("\n", "\r"))
    fault = "neither UTF-8 nor GB18030" if start.isascii() else f"not {_name(possible[0])}, as its header is"
    raise BadFile(
        path, [f"some line is {fault}"], "Save the whole file in one encoding, UTF-8 or GB18030."
    )


def _first_line(path: Path) -> bytes:
    try:
        with _opened(path) as stream:
            start = stream.readline(BLOCK_BYTES)
    except DAMAGED as broken:
        raise BadFile(path, [f"the gzip file is damaged ({broken})"], "Copy the file again.") from broken
    if not start.strip():
        raise BadFile(path, ["the file is empty"], "Put the complete file there, or remove it.")
    return start


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded_blocks(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        with _opened(path) as stream:
            while block := stream.read(BLOCK_BYTES):
                # Zero bytes are no text; vendors' exports pad fields with them and polars would keep them.
                yield decoder.decode(block).replace("\x00", "")
        yield decoder.decode(b"", final=True)
    except DAMAGED as error:
        raise BadFile(path, [f"the gzip file breaks off or is damaged ({error})"], "Copy the file again.") from error


def _name(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper()


def _header(utf8: Path) -> tuple[list[str], str]:
    with utf8.open(encoding="utf-8", newline="") as text:
        line = text.readline()
        delimiter = max(DELIMITERS, key=line.count)
        text.seek(0)
        return next(csv.reader(text, delimiter=delimiter), []), delimiter


def _opened(path: Path) -> IO[bytes]:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")
