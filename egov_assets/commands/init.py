"""`egov init DIR`: the folder of a new study, with its settings, a folder for each source, and what to do."""

import argparse
from pathlib import Path

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    init = commands.add_parser(
        "init",
        help="write the folder of a new study",
        epilog="Example: egov init my_study --like egov",
    )
    init.add_argument("folder", type=Path, metavar="DIR")
    init.add_argument(
        "--like",
        choices=("egov",),
        default="none",
        help="egov: the paper's study, its tables and the comparison with print",
    )
    init.set_defaults(command=write_study, needs_a_study=False)


def write_study(options: argparse.Namespace, _: Folders) -> int:
    """Write what the folder lacks of a study; nothing is replaced."""
    from egov_assets.running.new_study import study_files

    study = options.folder.absolute()
    try:
        missing = {name: text for name, text in study_files(options.like).items() if not (study / name).exists()}
        for name, text in missing.items():
            (study / name).parent.mkdir(parents=True, exist_ok=True)
            (study / name).write_text(text, encoding="utf-8")
    except OSError as reason:
        place = reason.filename or study
        raise CannotRun(f"{place} cannot be written: {reason.strerror}. Name another place.") from reason
    print(f"{study}: {len(missing)} files written, what was there is as it was")
    print(f"Next        {study / 'CHECKLIST.md'}")
    return 0
