"""What one file of a user holds: itself, or the files inside a gzip, zip or Access container, nested ones included.

What belongs here: opening containers, and which names are tables. Not here: what the bytes inside mean (`delimited.py`,
`statistical.py`, ...).
"""

import gzip
import io
import os
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from egov_assets.raw.errors import COPY_AGAIN, BadFile
from egov_assets.raw.signatures import ending_by_content

TEXT = ("csv", "txt", "tsv")
STATISTICAL = ("dta", "sav", "zsav", "sas7bdat", "xpt")
WORKBOOKS = ("xlsx", "xls", "xlsm", "xlsb", "ods")
ACCESS = ("mdb", "accdb")
TABLES = (*TEXT, *WORKBOOKS, *STATISTICAL, "parquet")
ENDINGS = (*TABLES, *ACCESS, "zip")  # each also with .gz behind
# What lies beside data and is none: documents, programs and their logs, pictures.
NOTES = (
    *("md", "doc", "docx", "pdf", "rtf", "ppt", "pptx", "htm", "html"),
    *("do", "ado", "smcl", "sthlp", "log", "r", "rmd", "py", "ipynb", "sql", "sps", "sas"),
    *("json", "yml", "yaml", "ini", "bat", "db", "lnk", "url"),
    *("jpg", "jpeg", "png", "gif", "bmp", "tif", "tiff"),
)
# zipfile says NotImplementedError of a member packed by a method that it does not know
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError)
# mdbtools writes 12/18/86 by itself, from which nobody can tell the century
ACCESS_DATES = ("-D", "%Y-%m-%d", "-T", "%Y-%m-%d %H:%M:%S")
EXPORT_SECONDS = 3600  # an Access month of customs exports in about a minute; an hour means it hangs
DEEPEST = 3  # containers within containers; people pack a folder of packed months, nobody packs four times
MOST_MEMBERS = 5_000  # of a container: a year by month and port has a few hundred
# Text packs to a tenth or a twentieth; what grows more than this beyond the first GiB is no data.
LARGEST_GROWTH, ALLOWED_BYTES = 200, 1 << 30


@dataclass(frozen=True)
class Member:
    """One file to read. `source_name` is the name of the user's file, with `/name inside` behind it in a container."""

    path: Path
    source_name: str
    open: Callable[[], IO[bytes]]
    ending: str

    def on_disk(self, scratch: Path) -> Path:
        """The bytes as a plain file, for readers that need one: the user's own, or a copy in `scratch`."""
        if self.source_name == self.path.name and not _is_gzip(self.path.name):
            return self.path
        copy = scratch / f"unpacked.{self.ending}"
        try:
            with self.open() as packed, copy.open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        except DAMAGED as error:
            raise self.refused(f"it breaks off or is damaged ({error})", remedy=COPY_AGAIN) from error
        return copy

    def refused(self, *problems: str, remedy: str) -> BadFile:
        """The file cannot be read; of a file in a container the problems say which."""
        inside = "" if self.source_name == self.path.name else f"in {self.source_name}: "
        return BadFile(self.path, [inside + problem for problem in problems], remedy)


def ending_of(name: str) -> str:
    """The ending that tells the format, in small letters: `csv` for both part.CSV and part.csv.gz; empty if none."""
    return name.lower().removesuffix(".gz").rpartition("/")[2].partition(".")[2].rpartition(".")[2]


def is_hidden(name: str) -> bool:
    """Editors' lock files and what operating systems leave behind; nobody means them as data."""
    base = name.rpartition("/")[2]
    return base.startswith((".", "~$")) or base.lower() in ("thumbs.db", "desktop.ini") or "__MACOSX/" in name


def is_note(name: str) -> bool:
    """A document, program or picture by its ending."""
    return ending_of(name) in NOTES


def members(path: Path, scratch: Path) -> list[Member]:
    """The files to read in a user's file, in the order in which containers list them; one for a plain file.

    Raises  BadFile listing every container that is damaged, every file inside whose format cannot be read, a password,
            a missing program, or what grows without bound
    """
    plain = _opened(path, path.name, _reading(path), path.stat().st_size)
    found, problems = _expanded(plain, scratch, DEEPEST)
    if problems:
        raise BadFile(path, problems, "Correct these, or take them out of it.")
    if not found:
        raise BadFile(path, ["the packed file holds no table"], f"Pack files ending in {', '.join(ENDINGS)}.")
    return found


def _opened(path: Path, name: str, opener: Callable[[], IO[bytes]], packed_bytes: int) -> Member:
    """A member whose stream is unpacked if its name says gzip, and bounded if anything unpacks it."""
    is_packed = _is_gzip(name) or name != path.name
    bound = max(ALLOWED_BYTES, LARGEST_GROWTH * packed_bytes)

    def unpacked() -> IO[bytes]:
        if not is_packed:
            return opener()
        stream = gzip.GzipFile(fileobj=opener()) if _is_gzip(name) else opener()
        return cast("IO[bytes]", _Bounded(stream, bound, path))

    ending = ending_of(name)
    if not ending:
        try:
            with unpacked() as stream:
                ending = ending_by_content(stream.read(4096))
        except DAMAGED as error:
            raise BadFile(path, [f"the packed file is damaged ({error})"], COPY_AGAIN) from error
    return Member(path, name, unpacked, ending)


def _reading(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: path.open("rb")


class _Bounded(io.RawIOBase):
    """A stream of unpacked bytes that ends in a BadFile when there are more than any sound file holds."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, bound: int, path: Path):
        self._stream, self._bound, self._path, self._count = stream, bound, path, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # the type of all buffers has a name from Python 3.12 on
        view = memoryview(buffer)
        block = self._stream.read(len(view))
        self._count += len(block)
        if self._count > self._bound:
            fault = f"it unpacks to more than {self._bound / 2**30:,.0f} GiB, {LARGEST_GROWTH} times what is packed"
            raise BadFile(self._path, [fault], "Unpack it yourself and put the files there unpacked.")
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _is_gzip(name: str) -> bool:
    return name.lower().endswith(".gz")


def _expanded(member: Member, scratch: Path, depth: int) -> tuple[list[Member], list[str]]:
    """The readable files of a member and what is wrong with the others."""
    if member.ending in (*ACCESS, "zip") and not depth:
        return [], [f"in {member.source_name}: containers lie more than {DEEPEST} deep in each other"]
    try:
        if member.ending == "zip":
            return _zip_members(member, scratch, depth - 1)
        if member.ending in ACCESS:
            return _access_tables(member, scratch), []
    except BadFile as bad:
        return [], list(bad.problems)
    if member.ending in TABLES:
        return [member], []
    what = f"its ending .{member.ending}" if ending_of(member.source_name) else f"its content (.{member.ending})"
    return [], list(member.refused(f"{what} is of no format that can be read", remedy="").problems)


def _zip_members(member: Member, scratch: Path, depth: int) -> tuple[list[Member], list[str]]:
    path = member.path
    disk = member.on_disk(_new_folder(scratch))
    try:
        with zipfile.ZipFile(disk) as container:
            inside = [each for each in container.infolist() if not each.is_dir() and not is_hidden(each.filename)]
    except (*DAMAGED, OSError) as error:
        raise member.refused(f"the zip file is damaged ({error})", remedy=COPY_AGAIN) from error
    if len(inside) > MOST_MEMBERS:
        fault = f"the zip file holds {len(inside):,} files, more than {MOST_MEMBERS:,}"
        raise member.refused(fault, remedy="Join them before packing.")
    if any(each.flag_bits & 1 for each in inside):
        raise member.refused("the zip file asks for a password", remedy="Unpack it, and put the files there unpacked.")
    found, problems = [], []
    for each in inside:
        name = zip_name(each)
        if is_note(name):
            continue
        try:
            packed = _opened(path, f"{member.source_name}/{name}", _opener(disk, each), each.compress_size)
        except BadFile as bad:
            problems.append(f"in {member.source_name}/{name}: {'; '.join(bad.problems)}")
            continue
        tables, faults = _expanded(packed, scratch, depth)
        found += tables
        problems += faults
    return found, problems


def _new_folder(scratch: Path) -> Path:
    folder = scratch / f"container_{len(list(scratch.glob('container_*')))}"
    folder.mkdir()
    return folder


def _opener(disk: Path, inside: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: zipfile.ZipFile(disk).open(inside)


def zip_name(inside: zipfile.ZipInfo) -> str:
    """The name as its maker wrote it: without the UTF-8 flag, Windows in China stored GB18030, others UTF-8."""
    if inside.flag_bits & 0x800:
        return inside.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return inside.filename.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return inside.filename


def _access_tables(member: Member, scratch: Path) -> list[Member]:
    """Every table of an Access file, exported as UTF-8 text by mdbtools, dates as 2010-05-17.

    Of a file that breaks off mdbtools exports what is left, complains, and ends as if all were well: each complaint is
    an error here.
    """
    path = member.path
    lister, exporter = shutil.which("mdb-tables"), shutil.which("mdb-export")
    if not (lister and exporter):
        raise member.refused(
            "Access files need the program mdbtools, which is not on this machine",
            remedy="Install mdbtools, or export the tables from Access as csv.",
        )
    folder = _new_folder(scratch)
    disk = member.on_disk(folder)
    # Access 97 stores text in the code page of the machine that wrote it.
    environment = {**os.environ, "MDB_JET3_CHARSET": "GB18030"}
    listed = subprocess.run(
        [lister, "-1", str(disk)], capture_output=True, env=environment, timeout=EXPORT_SECONDS, check=False
    )
    names = [name for name in listed.stdout.decode("utf-8", "replace").splitlines() if name.strip()]
    if listed.returncode or listed.stderr or not names:
        said = listed.stderr.decode("utf-8", "replace").strip() or "no table in it"
        raise member.refused(f"mdbtools cannot read it ({said})", remedy=COPY_AGAIN)
    exported = []
    for number, name in enumerate(names):
        text = folder / f"access_{number}.csv"
        with text.open("wb") as target:
            done = subprocess.run(
                [exporter, *ACCESS_DATES, "--", str(disk), name], stdout=target, stderr=subprocess.PIPE,
                env=environment, timeout=EXPORT_SECONDS, check=False,
            )  # fmt: skip
        if done.returncode or done.stderr:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise member.refused(f"mdbtools cannot export table {name} ({said})", remedy=COPY_AGAIN)
        exported.append(Member(path, f"{member.source_name}/{name}.csv", _reading(text), "csv"))
    return exported
