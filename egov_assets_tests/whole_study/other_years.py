"""Studies of other years than the paper's, each in a folder of its own from `egov init` to the last table.

    python -m egov_assets_tests.whole_study.other_years FOLDER [one_year | to_2013 | early | part_of_the_survey]...

The test beside it makes the cheapest; all four take some minutes.
"""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from egov_assets.platform.folders import Folders

SCALE = "0.05"
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Years:
    """The years of a study as its study.yml writes them, and the years whose survey is taken away."""

    written: str
    without_survey: tuple[int, ...] = ()


STUDIES = {
    "one_year": Years("[2003]"),
    "to_2013": Years("[2010..2013]"),
    "early": Years("[2000..2006]"),
    "part_of_the_survey": Years("[2007..2012]", without_survey=(2007, 2008, 2009)),
}


@dataclass(frozen=True)
class Made:
    """A study that was made, and what `egov run` said."""

    folders: Folders
    said: str
    seconds: float

    def table(self, name: str) -> pl.DataFrame:
        """All years of a table of the lake."""
        return pl.read_parquet(self.folders.lake / name / "**" / "*.parquet", hive_partitioning=False)


def make(place: Path, name: str) -> Made:
    """Write the study's files, its demo economy, and every table.

    Raises  RuntimeError with what a command said, if one fails
    """
    study = place / name
    _egov(place, "init", "--like", "egov", name)
    settings = study / "study.yml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    written = [f"years: {STUDIES[name].written}" if line.startswith("years:") else line for line in lines]
    settings.write_text("\n".join(written) + "\n", encoding="utf-8")
    _egov(study, "demo", "--scale", SCALE)
    for year in STUDIES[name].without_survey:
        shutil.rmtree(study / "raw" / "firm_survey" / str(year))
    begun = time.monotonic()
    said = _egov(study, "run")
    return Made(Folders(study / "raw", study / "outputs", study / "truth"), said, time.monotonic() - begun)


def _egov(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EGOV_")}
    done = subprocess.run(
        [sys.executable, "-m", "egov_assets.cli", *arguments],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"egov {' '.join(arguments)} in {folder}:\n{done.stdout}{done.stderr}")
    return done.stdout


def described(made: Made) -> str:
    """What came of a study: rows by year, and how many estimates there are or why not."""
    estimates = made.table("regression_tables")
    computed = estimates["reason"].is_null()
    by_year = {
        name: dict(made.table(name).group_by("year").len().sort("year").iter_rows())
        for name in ("clean_exports", "clean_firms", "firm_panel")
    }
    rows = "\n".join(
        f"  {name}: {', '.join(f'{y} {n:,}' for y, n in found.items())}" for name, found in by_year.items()
    )
    found = f"{computed.sum()} estimates, {(~computed).sum()} with a reason instead"
    return f"{rows}\n  {found}; {made.seconds:.0f} s"


if __name__ == "__main__":
    for each in sys.argv[2:] or STUDIES:
        print(f"{each} {STUDIES[each].written}\n{described(make(Path(sys.argv[1]), each))}", flush=True)
