"""`egov export`: the analysis panel, or any table, for Stata, Excel, R and Python, with labels in both languages."""

import argparse
from difflib import get_close_matches
from pathlib import Path

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS

PANEL = "firm_panel"
FORMATS = ("parquet", "csv", "xlsx", "dta")


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = commands.add_parser(
        "export",
        help="write the analysis panel, or any table, as Parquet, CSV, Excel and Stata files with labels",
        epilog="Example: egov export firm_panel regression_tables --format dta --language zh",
    )
    export.add_argument("tables", nargs="*", metavar="TABLE", default=[PANEL], help=f"{PANEL} unless told")
    export.add_argument("--format", action="append", choices=FORMATS, help="again for another; all unless told")
    export.add_argument("--language", choices=("en", "zh"), default="en", help="of the labels")
    export.add_argument("--to", type=Path, metavar="DIR", help="outputs/export unless told")
    export.set_defaults(command=export_tables)


def export_tables(options: argparse.Namespace, folders: Folders) -> int:
    """Write each table in each format, years together, and beside the panel for Stata the do-file of Table 2 (3)."""
    from egov_assets.definitions import build_definitions
    from egov_assets.handover.labels import column_labels
    from egov_assets.handover.table_files import WRITERS, TooLong
    from egov_assets.platform.lake import TableMissing, scan_table

    specs = {spec.key.to_user_string(): spec for spec in build_definitions(folders).resolve_all_asset_specs()}
    known = {name: spec for name, spec in specs.items() if "dagster/column_schema" in spec.metadata}
    if unknown := [table for table in options.tables if table not in known]:
        near = get_close_matches(unknown[0], known, n=1, cutoff=0.0)[0]
        raise CannotRun(f"there is no table {unknown[0]}; the nearest is {near}")
    folder = options.to or folders.outputs / "export"
    for table in options.tables:
        try:
            rows = scan_table(folders.lake, table, YEARS).collect()
        except TableMissing as reason:
            raise CannotRun(str(reason)) from reason
        spec = known[table]
        labels = column_labels(spec.metadata["dagster/column_schema"], spec.group_name or "", options.language)
        for form in options.format or FORMATS:
            path = folder / f"{table}.{form}"
            try:
                WRITERS[form](rows, labels, path)
            except TooLong as reason:
                raise CannotRun(f"{path}: {reason}") from reason
            print(f"{path}  {rows.height:,} rows, {rows.width} columns")
            if form == "dta":
                for each in labels:
                    if each.name != each.stata_name:
                        print(f"  {each.name} is {each.stata_name} in Stata")
                if table == PANEL:
                    _write_do_file(folders, folder)
    return 0


def _write_do_file(folders: Folders, folder: Path) -> None:
    """Beside the panel; a word why not, of a study that has no such column."""
    from egov_assets.handover.do_file import BASELINE, NoDoFile, do_file
    from egov_assets.platform.lake import TableMissing, scan_table
    from egov_assets.platform.written_files import publish_text
    from egov_assets.regression_tables.specifications import read_specifications

    table, number = BASELINE
    specification = read_specifications(folders.study_file).get(table)
    if specification is None or number not in specification.columns:
        return
    try:
        estimates = scan_table(folders.lake, "regression_tables", YEARS).collect().filter(table=table, column=number)
        panel = scan_table(folders.lake, PANEL, YEARS).collect()
        text = do_file(specification.columns[number], estimates, panel, f"{table} ({number})")
    except (TableMissing, NoDoFile) as reason:
        print(f"  no do-file: {reason}")
        return
    path = folder / f"{table}_column_{number}.do"
    publish_text(text, path)
    print(f"{path}  not run in Stata; prints the numbers expected beside those found")
