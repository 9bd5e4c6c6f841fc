"""Files that hold the very same bytes under two names or two years, found before a line of them is read."""

from collections.abc import Sequence
from pathlib import Path

from egov_assets.platform.lake import file_hash
from egov_assets.raw.sources import Source
from egov_assets.raw.year_files import source_files


def under_another_year(raw: Path, source: Source, year: int, years: Sequence[int]) -> list[str]:
    """Files of a source and year whose content stands under another year as well, one sentence each.

    One of the two is not what its place says. Only files of equal size are read.
    """
    mine = _plain(source_files(raw, source, year))
    others = [(other, path) for other in years if other != year for path in _plain(source_files(raw, source, other))]
    return [
        f"{path.relative_to(raw).as_posix()} is the same file as {twin.relative_to(raw).as_posix()} of {other}"
        for path in mine
        for other, twin in others
        if twin != path and _same(path, twin)
    ]


def under_another_name(raw: Path, source: Source, year: int) -> list[str]:
    """Files of a source and year whose content stands under an earlier name of the same year, one sentence each."""
    paths = _plain(source_files(raw, source, year))
    return [
        f"{path.relative_to(raw).as_posix()} is the same file as {twin.relative_to(raw).as_posix()}"
        for place, path in enumerate(paths)
        for twin in paths[:place]
        if _same(path, twin)
    ]


def _plain(paths: Sequence[Path]) -> list[Path]:
    """Those that can be opened; the reader says what is wrong with the others."""
    return [path for path in paths if path.is_file()]


def _same(one: Path, other: Path) -> bool:
    size = one.stat().st_size
    return size > 0 and size == other.stat().st_size and file_hash(one) == file_hash(other)
