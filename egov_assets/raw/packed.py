"""What one file of a user holds: itself, or the files inside a gzip, zip or Access container.

What belongs here: opening containers. What does not: what the bytes inside mean (`delimited.py`, `stata.py`, ...).
"""

import gzip
import os
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from egov_assets.raw.errors import COPY_AGAIN, BadFile

TEXT = ("csv", "txt")
WORKBOOKS = ("xlsx", "xls", "xlsm")
ACCESS = ("mdb", "accdb")
ENDINGS = (*TEXT, *WORKBOOKS, *ACCESS, "dta", "parquet", "zip")  # all but zip and Access also with .gz behind
# zipfile says NotImplementedError of a member packed by a method that it does not know
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile, NotImplementedError)
# mdbtools writes 12/18/86 by itself, from which nobody can tell the century
ACCESS_DATES = ("-D", "%Y-%m-%d", "-T", "%Y-%m-%d %H:%M:%S")
EXPORT_SECONDS = 3600  # an Access month of customs exports in about a minute; an hour means it hangs


@dataclass(frozen=True)
class Member:
    """One file to read. `source_name` is the name of the user's file, with `/name inside` behind it in a container."""

    path: Path
    source_name: str
    open: Callable[[], IO[bytes]]

    @property
    def ending(self) -> str:
        return ending_of(self.source_name)

    def on_disk(self, scratch: Path) -> Path:
        """The bytes as a plain file, for readers that need one: the user's own, or a copy in `scratch`."""
        if self.source_name == self.path.name and not _is_gzip(self.path.name):
            return self.path
        copy = scratch / f"unpacked.{self.ending}"
        try:
            with self.open() as packed, copy.open("wb") as plain:
                shutil.copyfileobj(packed, plain)
        except DAMAGED as error:
            raise BadFile(self.path, [f"it breaks off or is damaged ({error})"], COPY_AGAIN) from error
        return copy


def ending_of(name: str) -> str:
    """The ending that tells the format, in small letters: `csv` for both part.CSV and part.csv.gz."""
    return name.lower().removesuffix(".gz").rpartition(".")[2]


def members(path: Path, scratch: Path) -> list[Member]:
    """The files to read in a user's file, in natural order as the container lists them; one for a plain file.

    Raises  BadFile if a container is damaged, holds nothing readable, or needs a password or a missing program
    """
    ending = ending_of(path.name)
    if ending == "zip":
        return _zip_members(path)
    if ending in ACCESS:
        return _access_tables(path, scratch)
    return [Member(path, path.name, lambda: gzip.open(path, "rb") if _is_gzip(path.name) else path.open("rb"))]


def _is_gzip(name: str) -> bool:
    return name.lower().endswith(".gz")


def _zip_members(path: Path) -> list[Member]:
    try:
        with zipfile.ZipFile(path) as container:
            inside = [each for each in container.infolist() if not each.is_dir() and _is_wanted(each.filename)]
    except (*DAMAGED, OSError) as error:
        raise BadFile(path, [f"the zip file is damaged ({error})"], COPY_AGAIN) from error
    if not inside:
        raise BadFile(path, ["the zip file holds no table"], f"Pack files ending in {', '.join(ENDINGS[:-1])}.")
    if any(each.flag_bits & 1 for each in inside):
        raise BadFile(path, ["the zip file asks for a password"], "Unpack it, and put the files there unpacked.")
    return [Member(path, f"{path.name}/{zip_name(each)}", _opener(path, each)) for each in inside]


def _opener(path: Path, inside: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: zipfile.ZipFile(path).open(inside)


def _is_wanted(name: str) -> bool:
    base = name.rpartition("/")[2].lower()
    return base.rpartition(".")[2] in (*TEXT, *WORKBOOKS, "dta", "parquet") and not base.startswith((".", "~$"))


def zip_name(inside: zipfile.ZipInfo) -> str:
    """The name as its maker wrote it: without the UTF-8 flag, Windows in China stored GB18030."""
    if inside.flag_bits & 0x800:
        return inside.filename
    try:
        return inside.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return inside.filename


def _access_tables(path: Path, scratch: Path) -> list[Member]:
    """Every table of an Access file, exported as UTF-8 text by mdbtools, dates as 2010-05-17.

    Of a file that breaks off mdbtools exports what is left, complains, and ends as if all were well: each complaint is
    an error here.
    """
    lister, exporter = shutil.which("mdb-tables"), shutil.which("mdb-export")
    if not (lister and exporter):
        raise BadFile(
            path,
            ["Access files need the program mdbtools, which is not on this machine"],
            "Install mdbtools, or export the tables from Access as csv.",
        )
    # Access 97 stores text in the code page of the machine that wrote it.
    environment = {**os.environ, "MDB_JET3_CHARSET": "GB18030"}
    listed = subprocess.run(
        [lister, "-1", str(path)], capture_output=True, env=environment, timeout=EXPORT_SECONDS, check=False
    )
    names = [name for name in listed.stdout.decode("utf-8", "replace").splitlines() if name.strip()]
    if listed.returncode or listed.stderr or not names:
        said = listed.stderr.decode("utf-8", "replace").strip() or "no table in it"
        raise BadFile(path, [f"mdbtools cannot read it ({said})"], COPY_AGAIN)
    exported = []
    for number, name in enumerate(names):
        text = scratch / f"access_{number}.csv"
        with text.open("wb") as target:
            done = subprocess.run(
                [exporter, *ACCESS_DATES, "--", str(path), name], stdout=target, stderr=subprocess.PIPE,
                env=environment, timeout=EXPORT_SECONDS, check=False,
            )  # fmt: skip
        if done.returncode or done.stderr:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise BadFile(path, [f"mdbtools cannot export table {name} ({said})"], COPY_AGAIN)
        exported.append(Member(path, f"{path.name}/{name}.csv", lambda text=text: text.open("rb")))
    return exported
