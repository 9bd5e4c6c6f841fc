"""Writes the demo economy to disk: raw files as a user would have them and, apart from them, the truth behind them."""

from pathlib import Path

from egov_assets.demo_economy.economy import simulate
from egov_assets.demo_economy.oracle import write_truth
from egov_assets.demo_economy.raw_files.defect_list import DefectList
from egov_assets.demo_economy.raw_files.printer import README, Progress, file_steps, print_raw_files
from egov_assets.demo_economy.raw_files.registers import registers_of
from egov_assets.demo_economy.truth import Truth
from egov_assets.platform.written_files import unfinished_folder

MARK = "README.md"


class FolderHoldsOtherData(FileExistsError):
    """A folder to be replaced by the demo economy was not written by it."""


def write_demo_economy(truth: Truth, raw_folder: Path, truth_folder: Path, progress: Progress | None = None) -> None:
    """Simulate the economy of `truth`; write its raw files and its truth tables. Equal truths make equal bytes.

    Both folders are written beside their place under another name and renamed when complete, so a killed run leaves
    the demo of before or none. An earlier demo is replaced, anything else is refused.

    progress  called as (what, done, total) after each step
    Raises    FolderHoldsOtherData naming every folder that exists, is not empty and is no earlier demo
    """
    _refuse_other_data(raw_folder, truth_folder)
    tell, steps = progress or _silent, file_steps(truth) + 2
    economy = simulate(truth)
    tell("simulation", 1, steps)
    with unfinished_folder(raw_folder) as raw, unfinished_folder(truth_folder) as hidden:
        registers = registers_of(economy, truth.seed, truth.match_noise)
        with DefectList(hidden / "defects.parquet") as listed:
            print_raw_files(economy, registers, raw, listed, lambda what, done, _: tell(what, 1 + done, steps))
        (hidden / MARK).write_text(README, encoding="utf-8")
        write_truth(economy, registers.links(), hidden)
    tell("truth tables", steps, steps)


def _silent(what: str, done: int, total: int) -> None:
    """Progress for nobody."""


def _refuse_other_data(*folders: Path) -> None:
    foreign = [str(folder) for folder in folders if _holds_more_than_notes(folder) and not _is_demo(folder / MARK)]
    if foreign:
        raise FolderHoldsOtherData(
            f"{', '.join(foreign)}: not empty, and not written by the demo economy. "
            "Move your files away, or write the demo into a study of its own: `egov init DIR`."
        )


def _holds_more_than_notes(folder: Path) -> bool:
    return any(not path.is_dir() and path.name != MARK for path in folder.rglob("*"))


def _is_demo(mark: Path) -> bool:
    return mark.is_file() and mark.read_text(encoding="utf-8").startswith(README.splitlines()[0])
