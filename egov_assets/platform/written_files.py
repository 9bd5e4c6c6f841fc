"""Files and folders appear whole or not at all: written beside their place under another name, then renamed to it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from egov_assets.platform.processes import is_alive


@contextmanager
def unfinished_file(path: Path) -> Iterator[Path]:
    """A place to write beside `path`, renamed to it at the end; if that fails, the earlier file stays as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = _beside(path)
    unfinished.unlink(missing_ok=True)  # of a killed process that had our number
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        with suppress(OSError):  # a folder that cannot be written to holds nothing to remove
            unfinished.unlink(missing_ok=True)


@contextmanager
def unfinished_folder(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder` that takes its place at the end; if that fails, the earlier one stays.

    Not in one step: no system exchanges folders, so for a moment there is none. What killed processes left is removed.
    """
    unfinished, earlier = _beside(folder), folder.with_name(f".{folder.name}.earlier")
    for left in folder.parent.glob(f".{escape(folder.name)}.*.unfinished"):
        if left == unfinished or not is_alive(int(left.name.split(".")[-2])):
            shutil.rmtree(left)
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        shutil.rmtree(earlier, ignore_errors=True)
        if folder.exists():
            folder.rename(earlier)
        unfinished.rename(folder)
        shutil.rmtree(earlier, ignore_errors=True)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def publish_text(text: str, path: Path) -> None:
    """Write UTF-8 text under `path` in one step; a process killed half-way leaves the earlier file as it was."""
    publish_bytes(text.encode("utf-8"), path)


def publish_bytes(content: bytes, path: Path) -> None:
    """Write bytes under `path` in one step."""
    with unfinished_file(path) as unfinished:
        unfinished.write_bytes(content)


def _beside(path: Path) -> Path:
    """The process number keeps two processes that write one target out of each other's unfinished file."""
    return path.with_name(f".{path.name}.{os.getpid()}.unfinished")
