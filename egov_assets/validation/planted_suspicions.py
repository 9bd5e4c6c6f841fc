"""Is a year gone wrong noticed? Defects of whole files, planted one at a time at a first import.

Each is planted in the raw rows of one year of a finished study, the year is cleaned anew, and all years are compared
with nothing accepted before. `python -m egov_assets.validation.planted_suspicions`, after `egov run` on the demo,
prints what was said of the year, whether it stops, and sound years that were named; exit code 1 if a grave one goes on.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.checks.suspicions import suspicions_of
from egov_assets.checks.watched import WATCHED
from egov_assets.clean.build_year import READS, build_year, publish
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table, table_path, write_table
from egov_assets.platform.years import YEARS
from egov_assets.validation.defects_of_files import DEFECTS, Defect

HEAD = "| planted in one year | in | first said of it | the year | sound years named |\n|---|---|---|---|---|"


@dataclass(frozen=True)
class Noticed:
    """What came of a defect: the first suspicion of its year, whether the year stops, and the other years named."""

    defect: Defect
    words: str | None
    stops: bool
    blamed: tuple[int, ...]

    @property
    def row(self) -> str:
        words = self.words or "**nothing**"
        stops = "stops" if self.stops else "**goes on**" if self.defect.is_grave else "goes on"
        blamed = ", ".join(map(str, self.blamed)) or "none"
        return f"| {self.defect.name} | {self.defect.table} {self.defect.year} | {words} | {stops} | {blamed} |"


def folders_in(place: Path) -> Folders:
    return Folders(raw=place / "raw", outputs=place / "outputs", truth=place / "truth")


def plant(defect: Defect, sound: Path, place: Path) -> Folders:
    """A study below `place` with the tables of the lake `sound`, and the defect in the raw rows of its year."""
    folders = folders_in(place)
    for table in {*READS, *WATCHED}:
        for year in YEARS:
            copy = table_path(folders.lake, table, year)
            copy.parent.mkdir(parents=True)
            copy.symlink_to(table_path(sound, table, year).absolute())
    rows = scan_table(sound, defect.table, [defect.from_year or defect.year]).collect()
    planted = defect.plant(rows).with_columns(pl.lit(defect.year, pl.Int32).alias("year"))
    spoiled = table_path(folders.lake, defect.table, defect.year)
    spoiled.unlink()
    write_table(planted, spoiled)
    return folders


def judge(defect: Defect, sound: Path, place: Path) -> Noticed:
    """Plant a defect in a copy of the lake `sound`, below `place`, clean its year, and compare all years.

    A year that the cleaning itself refuses is noticed and stops.
    """
    folders = plant(defect, sound, place)
    with build_year(folders.lake, defect.year) as build:
        if build.bad:
            return Noticed(defect, f"{build.bad[0].name} fails", True, ())
        publish(build, folders.lake)
    return among_years(defect, folders)


def among_years(defect: Defect, folders: Folders) -> Noticed:
    """What the clean tables of a year with a defect, and of the sound years beside it, are suspected of."""
    found = {
        year: [(table, drift) for table in WATCHED for drift in suspicions_of(folders, table, year)[0]]
        for year in YEARS
    }
    of_year = sorted(found.pop(defect.year), key=lambda each: not each[1].is_grave)
    words = f"{of_year[0][0]}: {of_year[0][1].words}" if of_year else None
    stops = any(drift.is_grave for _, drift in of_year)
    return Noticed(defect, words, stops, tuple(year for year in found if found[year]))


def judge_all(defects: Sequence[Defect], sound: Path) -> Iterator[Noticed]:
    """Each defect in turn, in a folder of its own that is gone afterwards."""
    for defect in defects:
        with tempfile.TemporaryDirectory(prefix="planted-") as place:
            yield judge(defect, sound, Path(place))


def summary(noticed: Sequence[Noticed]) -> str:
    grave = [each for each in noticed if each.defect.is_grave]
    return (
        f"{sum(each.words is not None for each in noticed)} of {len(noticed)} noticed; "
        f"{sum(each.stops for each in grave)} of the {len(grave)} gravest stop the year; "
        f"in {sum(bool(each.blamed) for each in noticed)} a sound year is named"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", metavar="WORDS", default="", help="the defects whose name holds these words")
    options = parser.parse_args()
    print(HEAD)
    noticed = []
    for each in judge_all([each for each in DEFECTS if options.only in each.name], Folders.from_environment().lake):
        print(each.row, flush=True)
        noticed.append(each)
    print(f"\n{summary(noticed)}")
    return int(any(each.defect.is_grave and not each.stops for each in noticed))


if __name__ == "__main__":
    sys.exit(main())
