"""`egov verify`: is every file of the lake what was published, and of the raw folder what was read, byte for byte?"""

import argparse

from egov_assets.commands import CannotRun, add_json, print_json
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS

OTHER_FILES = "its raw files are not those that the tables were made from"


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

    Returns 1 if a table is missing or another, or a raw file is not what the tables were made from.
    """
    import dagster as dg

    from egov_assets.definitions import build_definitions
    from egov_assets.raw.file_versions import forget_files_seen
    from egov_assets.running.instance import prepare_home
    from egov_assets.running.planner import mark_lost_tables, places, stale_places, tell_versions_of_files
    from egov_assets.running.unchanged import forget

    if not folders.dagster_home.is_dir():
        raise CannotRun(f"nothing was made in {folders.outputs} yet. `egov run` makes it.")
    graph = build_definitions(folders).resolve_asset_graph()
    forget_files_seen(folders)
    with dg.DagsterInstance.from_config(str(prepare_home(folders))) as instance:
        lost = mark_lost_tables(instance, graph, folders.lake, read_again=True)
        tell_versions_of_files(instance, folders, YEARS)
        inventories = [place for place in places(graph) if place[0] == "file_inventory"]
        others = stale_places(graph, instance, [place for place in inventories if place not in lost])
    wrong = [
        *({"table": table, "year": year, "why": why} for (table, year), why in lost.items()),
        *({"table": None, "year": year, "why": OTHER_FILES} for _, year in others),
    ]
    if wrong:
        forget(folders)
    if options.json:
        print_json({"is_as_recorded": not wrong, "wrong": wrong})
        return 1 if wrong else 0
    for each in wrong:
        print(f"{' '.join(str(each[key]) for key in ('table', 'year') if each[key])}: {each['why']}")
    print("`egov run` makes again what is not." if wrong else "Every table and raw file is as recorded.")
    return 1 if wrong else 0
