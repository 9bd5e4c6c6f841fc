"""Write, audit, publish: a table is judged while it is written beside the lake, and renamed into it only if it passes.

A frame is one block; a table larger than memory comes in several, each judged as it comes. Knows nothing of Dagster.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl

from egov_assets.platform.check_results import CheckResult, SchemaResult, judge_schema
from egov_assets.platform.contract import Table
from egov_assets.platform.lake import write_blocks

FIRST_ROWS = 5
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Judged:
    """A check of the chapter's own with its result; one that stops keeps the table unpublished if it fails."""

    name: str
    result: CheckResult
    stops: bool
    seconds: float

    @property
    def is_in_the_way(self) -> bool:
        return self.stops and not self.result.passed


@dataclass(frozen=True)
class Audit:
    """What was found about a table: by its schema, over all blocks seen, and by its own checks."""

    schema: SchemaResult
    words: str  # of the schema's judgement
    seconds: float  # of that judgement
    checks: tuple[Judged, ...] = ()

    @property
    def problems(self) -> list[str]:
        """Why the table cannot be published; empty if it can."""
        of_the_schema = [] if self.schema.passed else [self.words]
        return of_the_schema + [each.result.words for each in self.checks if each.is_in_the_way]


@dataclass(frozen=True)
class Published:
    """A table in the lake: the SHA-256 of its file, its rows, the first of them, and its audit."""

    version: str
    rows: int
    first_rows: pl.DataFrame
    audit: Audit


class Refused(Exception):
    """The table is not published; what was there before stays."""

    def __init__(self, audit: Audit) -> None:
        super().__init__("; ".join(audit.problems))
        self.audit = audit


def publish(
    blocks: Iterable[pl.DataFrame], schema: type[Table], path: Path, judge: Callable[[pl.DataFrame], Sequence[Judged]]
) -> Published:
    """Judge every block by the schema, write them one behind the other, and rename the file if the table's checks pass.

    blocks  in the order of the schema's key; each is sorted by it
    judge   the checks of the table's own, after the last block and given that: the whole table where there is one block
    Raises  Refused at the first block that breaks the schema, or if a check that stops fails
    """
    rows, seconds = 0, 0.0
    first = pl.DataFrame()
    audit: Audit | None = None

    def audited() -> Iterator[pl.DataFrame]:
        nonlocal rows, seconds, first, audit
        block: pl.DataFrame | None = None
        for given in blocks:
            found, took = timed(partial(judge_schema, given, schema))
            seconds += took
            if not found.passed:
                behind = "" if block is None else ", in one block; what follows was not judged"
                raise Refused(Audit(found, found.words + behind, seconds))
            first = found.frame.head(FIRST_ROWS) if block is None else first
            block = found.frame
            rows += block.height
            yield block
        if block is not None:
            sound = SchemaResult(first, first.clear(), 0)
            audit = Audit(sound, f"all {rows:,} rows keep to the schema", seconds, tuple(judge(block)))
            if audit.problems:
                raise Refused(audit)

    version = write_blocks(audited(), path)
    assert audit, "no block, no table: write_blocks refuses it"
    return Published(version, rows, first, audit)


def timed(judge: Callable[[], Answer]) -> tuple[Answer, float]:
    """What `judge` returns, and how many seconds it took; checks tell their cost (benchmarks/checks.py)."""
    start = time.perf_counter()
    return judge(), time.perf_counter() - start
