"""What can be wrong with a user's files, said so that the user can put it right."""

from collections.abc import Sequence
from pathlib import Path

COPY_AGAIN = "Copy the file again."
COMPLETE_OR_REMOVE = "Put the complete file there, or remove it."


class BadFile(Exception):
    """One file that cannot be read as its source; `problems` lists everything found wrong with it."""

    def __init__(self, path: Path, problems: Sequence[str], remedy: str):
        self.path = path
        self.problems = tuple(problems)
        self.remedy = remedy
        super().__init__(f"{path.parent.name}/{path.name}: {'; '.join(problems)}. {remedy}")


class NoRawFiles(Exception):
    """The folder of raw files holds none at all."""

    def __init__(self, raw: Path):
        super().__init__(
            f"{raw} holds no file at all: nothing is made from that, the last good tables stay in place. Is its disk "
            "mounted, was the folder moved? Bring it back, then run again."
        )


class BadSource(Exception):
    """A source cannot be read for a year; lists every bad file, because one at a time would cost a run each."""

    def __init__(self, source: str, year: int, problems: Sequence[str]):
        self.problems = tuple(problems)
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"{source} {year}: nothing was read, the last good table stays in place.\n{lines}")
