"""`egov demo`: write the raw files of an invented economy with a known answer."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS

if TYPE_CHECKING:
    from egov_assets.running.progress import ChapterBars


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser(
        "demo",
        help="write the raw files of an invented economy with a known answer",
        epilog="Example: egov demo --scale 0.1 --seed 7",
    )
    demo.add_argument("--scale", type=float, help="size; 1 is about 200,000 customs lines a year")
    demo.add_argument("--seed", type=int, help="another seed makes another economy with the same truth")
    demo.add_argument("--truth", type=Path, metavar="FILE", help="a YAML file of settings that differ, or `sparse`")
    demo.set_defaults(command=write_demo)


def write_demo(options: argparse.Namespace, folders: Folders) -> int:
    """Write the economy the options describe, in the place of an earlier one."""
    from rich.console import Console

    from egov_assets.running.progress import ChapterBars

    with ChapterBars(Console()) as bars:
        write_economy(folders, bars, options.truth, scale=options.scale, seed=options.seed)
    print(f"Raw files   {folders.raw}\nThe truth   {folders.truth}")
    return 0


def write_economy(
    folders: Folders, bars: "ChapterBars", truth_file: Path | None = None, **changes: float | None
) -> None:
    """Write raw files and truth: the shipped settings with the study's years, the file's over them, then the changes
    that are not None.

    Raises  CannotRun if a folder holds other data; SettingsError listing every mistake of the truth file
    """
    from egov_assets.demo_economy.truth import read_truth
    from egov_assets.demo_economy.write import FolderHoldsOtherData, write_demo_economy

    try:
        truth = read_truth(truth_file, years=list(YEARS)).with_changes(
            **{name: value for name, value in changes.items() if value is not None}
        )
        write_demo_economy(truth, folders.raw, folders.truth, progress=bars.follow("demo_economy"))
    except FolderHoldsOtherData as reason:
        raise CannotRun(str(reason)) from reason
