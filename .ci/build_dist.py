"""Wheel and source archive of the last commit, the same bytes whoever builds them: `python .ci/build_dist.py <folder>`.

Every date in them is that of the commit, every mode and order fixed. Both are built twice, and nothing is handed over
unless the two agree. Built by the setuptools of the lock file, from committed files alone.
"""

import gzip
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

from setuptools import build_meta

ROOT = Path(__file__).parents[1]
QUIET = {"--global-option": "--quiet"}


def main(target: Path) -> int:
    """Write both files into the folder; exit code 1 if two builds differ."""
    os.environ["SOURCE_DATE_EPOCH"] = _git("log", "-1", "--format=%ct").decode().strip()
    os.umask(0o022)
    first, second = _built(), _built()
    if first != second:
        differ = sorted(name for name in first.keys() | second.keys() if first.get(name) != second.get(name))
        print(f"two builds differ in {', '.join(differ)}; nothing is written", file=sys.stderr)
        return 1
    target.mkdir(parents=True, exist_ok=True)
    for name, content in first.items():
        (target / name).write_bytes(content)
        print(target / name)
    return 0


def _built() -> dict[str, bytes]:
    """Name and content of both files; the wheel is built from the source archive, which so is known to be complete."""
    here = Path.cwd()
    with TemporaryDirectory() as folder:
        source, unpacked, made = (Path(folder) / name for name in ("source", "unpacked", "made"))
        with tarfile.open(fileobj=io.BytesIO(_git("archive", "HEAD"))) as committed:
            committed.extractall(source, filter="data")
        try:
            os.chdir(source)
            archive = made / build_meta.build_sdist(str(made), QUIET)
            archive.write_bytes(_with_fixed_dates(archive.read_bytes()))
            with tarfile.open(archive) as packed:
                packed.extractall(unpacked, filter="data")
            os.chdir(unpacked / archive.name.removesuffix(".tar.gz"))
            build_meta.build_wheel(str(made), QUIET)
        finally:
            os.chdir(here)
        return {path.name: path.read_bytes() for path in sorted(made.iterdir())}


def _with_fixed_dates(archive: bytes) -> bytes:
    """The archive again, its members in order, with one date and no owner: setuptools takes those of the disk."""
    date, written = int(os.environ["SOURCE_DATE_EPOCH"]), io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(archive)) as before,
        gzip.GzipFile(fileobj=written, mode="wb", filename="", mtime=date) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as after,
    ):
        for member in sorted(before.getmembers(), key=lambda each: each.name):
            member.mtime, member.uid, member.gid, member.uname, member.gname = date, 0, 0, "", ""
            member.pax_headers = {}
            after.addfile(member, before.extractfile(member) if member.isfile() else None)
    return written.getvalue()


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", "-C", str(ROOT), *arguments], check=True, capture_output=True).stdout


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
