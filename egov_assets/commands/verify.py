"""`egov verify`: is every file of the lake what was published, and of the raw folder what was read, byte for byte?"""

import argparse
from dataclasses import asdict

from egov_assets.commands import CannotRun, add_json, print_json
from egov_assets.platform.folders import Folders


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verify = commands.add_parser(
        "verify",
        help="hold every table and raw file against its recorded hash",
        epilog="Example: egov verify",
    )
    add_json(verify)
    verify.set_defaults(command=verify_study)


def verify_study(options: argparse.Namespace, folders: Folders) -> int:
    """Read everything again, whatever its time; what is not as recorded is named, and `egov run` makes it again.

    Lineage page and catalogue are drawn anew. Returns 1 if anything is not as recorded.
    """
    import dagster as dg

    from egov_assets.definitions import build_definitions
    from egov_assets.running.as_recorded import hold_against_records
    from egov_assets.running.instance import prepare_home
    from egov_assets.running.jobs import MADE_AGAIN
    from egov_assets.running.lease import NotHeld, held

    if not folders.dagster_home.is_dir():
        raise CannotRun(f"nothing was made in {folders.outputs} yet. `egov run` makes it.")
    graph = build_definitions(folders).resolve_asset_graph()
    with dg.DagsterInstance.from_config(str(prepare_home(folders))) as instance:
        try:
            with held(folders):
                wrong = hold_against_records(instance, graph, folders)
        except NotHeld as reason:
            raise CannotRun(str(reason)) from reason
        except OSError as reason:
            raise CannotRun(f"{reason.filename} cannot be read or written: {reason.strerror}.") from reason
    if options.json:
        print_json({"is_as_recorded": not wrong, "wrong": [asdict(each) for each in wrong]})
        return 1 if wrong else 0
    print("\n".join(each.words for each in wrong) or "Every table and raw file is as recorded.")
    if wrong:
        print(MADE_AGAIN)
    return 1 if wrong else 0
