"""Which files belong to a source and year, and in which order; by their names only."""

import re
from collections.abc import Sequence
from pathlib import Path

from egov_assets.platform.availability import Lacking
from egov_assets.platform.folders import NOTE
from egov_assets.raw.errors import NoRawFiles
from egov_assets.raw.packed import ENDINGS, ending_of, is_hidden, is_note
from egov_assets.raw.sources import Source


def source_files(raw: Path, source: Source, year: int | None) -> list[Path]:
    """The files of a source and year, or of one without years, in natural order of paths (part_2 before part_10).

    The order of the folder's listing never matters. Editors' lock files (`~$...`), hidden files and files that are
    notes by their ending (documents, do-files, pictures) are left out; whatever else lies there is for the reader.
    """
    found = {path for pattern in source.files for path in raw.glob(pattern.replace("{year}", str(year)))}
    return sorted(
        (path for path in found if not _is_left_alone(path)),
        key=lambda path: natural_order(path.relative_to(raw).as_posix()),
    )


def files_for(source: Source, year: int) -> list[str]:
    """The patterns below the raw folder by which files of the source and year are known."""
    return [pattern.replace("{year}", str(year)) for pattern in source.files]


def has_files(raw: Path) -> bool:
    """Whether anything lies in the raw folder, but for the note that explains it."""
    return any(not path.is_dir() and path.name != NOTE for path in raw.rglob("*"))


def refuse_if_empty(raw: Path) -> None:
    """A disk that fell away is no source that the study lacks, whose tables would be published without rows.

    Raises  NoRawFiles
    """
    if not has_files(raw):
        raise NoRawFiles(raw)


def misplaced_files(raw: Path, source: Source) -> list[Path]:
    """Files in the folders of a source that no pattern takes, whatever the year: a year without files may be one of
    them."""
    folders = {raw / pattern.partition("/")[0] for pattern in source.files if "/" in pattern}
    lying = {path for folder in folders for path in folder.rglob("*") if path.is_file() and not _is_left_alone(path)}
    taken = {path for pattern in source.files for path in raw.glob(pattern.replace("{year}", "[12][0-9][0-9][0-9]"))}
    return sorted(lying - taken)


def lacking_source(raw: Path, source: Source, year: int) -> Lacking:
    """The pattern that no file of a source fits; nothing where files lie that may be the year's under a wrong name."""
    if source_files(raw, source, year) or misplaced_files(raw, source):
        return ()
    return (files_for(source, year)[0],)


def _is_left_alone(path: Path) -> bool:
    is_folder = path.is_dir() and ending_of(path.name) not in ENDINGS
    return is_folder or is_hidden(path.name) or is_note(path.name)


def missing_parts(paths: Sequence[Path]) -> list[str]:
    """Gaps in files numbered at the end of their names."""
    parts: dict[str, set[int]] = {}
    for path in paths:
        stem = path.name.split(".")[0]
        if numbered := re.fullmatch(r"(.*\D)(\d{1,2})", stem):
            parts.setdefault(numbered[1], set()).add(int(numbered[2]))
    return [
        f"of the parts {stem}1 to {stem}{max(there)}, {', '.join(map(str, gaps))} is not there: is the year complete?"
        for stem, there in parts.items()
        if len(there) > 1 and (gaps := sorted(set(range(1, max(there))) - there))
    ]


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key in which numbers inside a name count as numbers and a stem precedes its own continuation."""
    stem, _, ending = name.partition(".")
    pieces = [piece for piece in re.split(r"(\d+)", stem) if piece]
    return (*((0, int(piece), "") if piece.isdigit() else (1, 0, piece) for piece in pieces), (-1, 0, ending))
