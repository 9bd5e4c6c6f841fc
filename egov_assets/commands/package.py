"""`egov package`: a replication archive of the study, in the form that data editors of journals ask for."""

import argparse
import tempfile
from pathlib import Path

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import NOTE, STUDY_FILE, Folders
from egov_assets.platform.years import YEARS

STAND_IN_SCALE = 0.05


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    package = commands.add_parser(
        "package",
        help="write a replication archive: code, settings, results, hashes, data as far as they may travel",
        epilog="Example: egov package --to my_replication.zip",
    )
    package.add_argument("--to", type=Path, metavar="FILE", help="outputs/replication.zip unless told")
    package.add_argument(
        "--with-raw-files", action="store_true", help="put the raw files in: only if their holders let them travel"
    )
    package.set_defaults(command=write_package)


def write_package(options: argparse.Namespace, folders: Folders) -> int:
    """Write the archive; the raw files stay here unless told, and an invented economy stands in for them."""
    from egov_assets.definitions import build_definitions
    from egov_assets.handover.package import archive_files, write_archive
    from egov_assets.platform.lake import TableMissing

    path = options.to or folders.outputs / "replication.zip"
    specs = {spec.key.to_user_string(): spec for spec in build_definitions(folders).resolve_all_asset_specs()}
    extra = _answers(folders) if options.with_raw_files else _stand_in()
    try:
        files = archive_files(folders, specs, extra, options.with_raw_files)
    except TableMissing as reason:
        raise CannotRun(str(reason)) from reason
    write_archive(files, path)
    print(f"{path}  {len(files)} files, {path.stat().st_size / 2**20:.1f} MiB")
    print(
        "The raw files are in it." if options.with_raw_files else "The raw files are not in it; stand_in/ is invented."
    )
    print("Its README.md says what is where, and how to run it.")
    return 0


def _answers(folders: Folders) -> dict[str, Path]:
    """The truth of a demo: with the invented raw files travel the answers, which stand beside print."""
    paths = sorted(path for path in folders.truth.rglob("*") if path.is_file())
    return {f"truth/{path.relative_to(folders.truth).as_posix()}": path for path in paths}


def _stand_in() -> dict[str, bytes]:
    """A study of these years on an invented economy, without its answers."""
    from egov_assets.demo_economy.truth import read_truth
    from egov_assets.demo_economy.write import write_demo_economy

    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw"
        truth = read_truth(years=list(YEARS)).with_changes(scale=STAND_IN_SCALE)
        write_demo_economy(truth, raw, Path(scratch) / "truth")
        paths = sorted(path for path in raw.rglob("*") if path.is_file())
        files = {f"stand_in/raw/{path.relative_to(raw).as_posix()}": path.read_bytes() for path in paths}
    assert f"stand_in/raw/{NOTE}" in files, "the demo says of itself that it is invented"
    return {f"stand_in/{STUDY_FILE}": f"years: {list(YEARS)}\n".encode(), **files}
