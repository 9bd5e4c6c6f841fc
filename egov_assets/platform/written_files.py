"""Files for people: each appears whole or not at all."""

import os
from pathlib import Path


def publish_text(text: str, path: Path) -> None:
    """Write UTF-8 text under `path` in one step; a process killed half-way leaves the earlier file as it was."""
    publish_bytes(text.encode("utf-8"), path)


def publish_bytes(content: bytes, path: Path) -> None:
    """Write bytes under `path` in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
