"""What becomes of the rows of a study's own source: which are rejected, and which name a key again."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from egov_assets.doctor.found import SourceFound
from egov_assets.raw.errors import BadSource
from egov_assets.raw.own_rows import every_row_is_used, judged_rows, no_key_stands_twice
from egov_assets.raw.own_sources import OwnSource
from egov_assets.raw.tables import YearRead, rows_read


def with_its_rows(raw: Path, found: SourceFound, own: OwnSource, read: YearRead) -> SourceFound:
    """What was found of an own source, and what its checks will say of the year's rows; nothing more if it cannot be
    read."""
    if not found.files or not found.is_readable:
        return found
    try:
        texts = rows_read(raw, found.source, found.year, read, list(own.headers)).collect()
    except BadSource as corrections:
        return replace(found, faults=(*found.faults, *corrections.problems))
    rows = judged_rows(texts, found.year, own)
    twice, rejected = no_key_stands_twice(rows), every_row_is_used(rows)
    return replace(
        found,
        faults=(*found.faults, *_said(twice.passed, twice.words)),
        doubts=(*found.doubts, *_said(rejected.passed, rejected.words)),
    )


def _said(passed: bool, words: str) -> Sequence[str]:
    return () if passed else (words,)
