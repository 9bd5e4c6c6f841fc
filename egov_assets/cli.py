"""`egov`: reads the command line and hands over to the command's own module in `commands/`.

The study comes first: its years are read when the commands are imported, so `--study` is taken before anything else.
"""

import argparse
import logging
import os
import select
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from egov_assets.platform.folders import Folders, environment_problems, keep_from_others, no_study

BAD_NEWS, CANNOT, INTERRUPTED = 1, 2, 130  # the last is what shells expect of a command ended by Ctrl-C
EXIT_CODES = (
    "Exit codes: 0 done, all is well; 1 done, with bad news: a run failed, a year cannot be read, a file is not as "
    "recorded, two studies differ; 2 cannot be done as asked, the message says why; 130 ended by Ctrl-C."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, one of EXIT_CODES; a reader who went away (`| head`) is bad news."""
    try:
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()
    except KeyboardInterrupt:
        print("egov: ended by Ctrl-C; what was published before is whole.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        if not _reader_is_gone():
            raise
        # Else Python tries once more to hand over the rest, at the end of the process, and complains.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BAD_NEWS


def _reader_is_gone() -> bool:
    """Has the pipe behind standard output lost its other end? Other pipes, as to worker processes, break too."""
    if not hasattr(select, "poll"):  # Windows, where only a reader who went away gives this error
        return True
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _run(arguments: Sequence[str] | None) -> int:
    chosen, rest = _study_option().parse_known_args(arguments)
    if chosen.study:
        os.environ["EGOV_STUDY"] = str(chosen.study.absolute())
    from egov_assets.commands import CannotRun
    from egov_assets.platform.settings_file import SettingsError

    options = _parser().parse_args(rest)
    # Libraries' notices go to the log of a run, which sets it, not between the bars.
    logging.captureWarnings(True)
    logging.basicConfig(handlers=[logging.NullHandler()])
    if problems := environment_problems():
        return _refused(*problems)
    if (problem := no_study()) and options.needs_a_study:
        return _refused(problem, *_near_names())
    folders = Folders.from_environment()
    try:
        if options.needs_a_study:
            keep_from_others(folders.outputs)
            _stop_at_wrong_years(folders)
        return options.command(options, folders)
    except (CannotRun, SettingsError) as reason:
        return _refused(str(reason))


def commands() -> tuple[ModuleType, ...]:
    """The modules of the commands, in the order in which a user meets them."""
    from egov_assets.commands import (
        accept,
        alert,
        backup,
        completion,
        defects,
        demo,
        diff,
        doctor,
        export,
        init,
        match_review,
        notebook,
        package,
        restore,
        run,
        serve,
        status,
        tables,
        trace,
        ui,
        verify,
    )

    return (
        *(init, demo, doctor, run, ui, serve, tables, match_review, notebook, trace, status, verify, diff),
        *(export, package, backup, restore, defects, accept, alert, completion),
    )


def _study_option() -> argparse.ArgumentParser:
    """Before or after the command."""
    option = argparse.ArgumentParser("egov", add_help=False, allow_abbrev=False)
    option.add_argument("--study", type=Path, metavar="DIR", help="folder of the study, if it is not the current one")
    return option


def _parser() -> argparse.ArgumentParser:
    description = "Does digital government raise export quality? The study."
    parser = argparse.ArgumentParser("egov", description=description, epilog=EXIT_CODES, parents=[_study_option()])
    parser.add_argument("--version", action="version", version=f"egov {version('egov_assets')}")
    parser.set_defaults(needs_a_study=True, all_commands=parser)
    subparsers = parser.add_subparsers(required=True, metavar="command")
    for command in commands():
        command.add_parser(subparsers)
    for command, subparser in zip(commands(), subparsers.choices.values(), strict=True):
        subparser.description = (command.__doc__ or "").partition("\n\n")[0]
    return parser


def _stop_at_wrong_years(folders: Folders) -> None:
    """With them the commands were imported with the years of the paper.

    Raises  SettingsError listing all mistakes of the study's settings
    """
    from egov_assets.platform.settings_file import SettingsError
    from egov_assets.platform.years import read_years

    try:
        read_years(folders.study_file)
    except SettingsError:
        from egov_assets.running.study_settings import check_settings

        check_settings(folders)


def _near_names() -> list[str]:
    """What the folder holds instead of a study.yml."""
    from egov_assets.platform.folders import SETTINGS_FILES
    from egov_assets.platform.settings_file import misnamed

    return misnamed(Path(os.environ.get("EGOV_STUDY") or "."), SETTINGS_FILES)


def _refused(*problems: str) -> int:
    print("\n".join(f"egov: {problem}" for problem in problems), file=sys.stderr)
    return CANNOT


if __name__ == "__main__":
    sys.exit(main())
