"""`egov completion bash`: a script with which the shell completes commands and options."""

import argparse

from egov_assets.platform.folders import Folders

SHELLS = ("bash", "zsh", "fish", "tcsh")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    completion = commands.add_parser(
        "completion",
        help="print a script that completes commands and options in your shell",
        epilog='Example: eval "$(egov completion bash)" in ~/.bashrc',
    )
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(command=print_completion, needs_a_study=False)


def print_completion(options: argparse.Namespace, _: Folders) -> int:
    """Print the script; it names what there is now, and starts no Python when it completes."""
    import shtab

    print(shtab.complete(options.all_commands, options.shell))
    return 0
