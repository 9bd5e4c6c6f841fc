"""`egov match-review`: a sample of matched firms to judge by hand, and the precision that the judgements imply.

On the demo, whose true links are known, `egov match-review score` needs no judgement.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from egov_assets.commands import CannotRun
from egov_assets.platform.folders import Folders
from egov_assets.platform.years import YEARS

if TYPE_CHECKING:
    from rich.table import Table

    from egov_assets.validation.match_scores import Score

PAIRS_PER_STEP = 60  # none wrong among 60 bounds the share of wrong pairs by 6 %


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    review = commands.add_parser(
        "match-review",
        help="write matched firms to judge by hand, or report their precision",
        epilog="Example: egov match-review write --pairs 30",
    )
    actions = review.add_subparsers(required=True, metavar="action")
    write = actions.add_parser(
        "write",
        help="write the sheet; its column same_firm is to be filled in with 1 or 0",
        epilog="Example: egov match-review write --pairs 30",
    )
    write.add_argument("--pairs", type=int, default=PAIRS_PER_STEP, help="of each step; %(default)s unless told")
    write.set_defaults(command=write_sheet)
    report = actions.add_parser(
        "report",
        help="read the sheet back and print the precision of each step",
        epilog="Example: egov match-review report judged.csv",
    )
    report.add_argument("sheet", type=Path, nargs="?", help="the filled-in sheet, unless it is where it was written")
    report.set_defaults(command=report_precision)
    known = actions.add_parser(
        "score",
        help="on the demo: precision and recall of the last run against the truth",
        epilog="Example: egov match-review score",
    )
    known.set_defaults(command=print_scores)


def write_sheet(options: argparse.Namespace, folders: Folders) -> int:
    """Write the sheet, unless one with answers would be lost.

    Raises  CannotRun if firms have not been matched yet, a sheet exists already, or no pair is asked for
    """
    from egov_assets.firm_match.review import review_sample
    from egov_assets.platform.lake import TableMissing, scan_table
    from egov_assets.platform.spreadsheets import publish_csv

    path = _sheet(folders)
    if options.pairs < 1:
        raise CannotRun(f"--pairs is {options.pairs}; judge at least 1 pair of each step")
    if path.exists():
        raise CannotRun(f"{path} exists and may hold answers. Move it away to write a new one.")
    try:
        matched = scan_table(folders.lake, "firm_match", YEARS).collect()
    except TableMissing as reason:
        raise CannotRun(str(reason)) from reason
    sample = review_sample(matched, options.pairs)
    publish_csv(sample, path)
    print(f"{sample.height} pairs to judge: {path}\nFill in same_firm (1 or 0), then `egov match-review report`.")
    return 0


def report_precision(options: argparse.Namespace, folders: Folders) -> int:
    """Print precision and its interval by step.

    Raises  CannotRun if the sheet is missing, not usable or without answers
    """
    from rich.console import Console
    from rich.table import Table

    from egov_assets.firm_match.review import ReviewUnusable, precision_of, read_review

    path = options.sheet or _sheet(folders)
    if not path.exists():
        raise CannotRun(f"there is no {path}; `egov match-review write` makes one")
    try:
        found = precision_of(read_review(path))
    except ReviewUnusable as reason:
        raise CannotRun(str(reason)) from reason
    if not found:
        raise CannotRun(f"{path}: no pair is judged yet. Fill in same_firm with 1 or 0.")
    shown = Table("step", "judged", "same firm", "precision", "95 % interval", title="Precision of the firm match")
    for step in found:
        interval = f"{step.low:.3f} to {step.high:.3f}"
        shown.add_row(step.method, str(step.judged), str(step.same), f"{step.share:.3f}", interval)
    Console().print(shown)
    return 0


def print_scores(_: argparse.Namespace, folders: Folders) -> int:
    """Print links, matched pairs, precision and recall by year.

    Raises  CannotRun if there is no truth (the data are no demo), or firms have not been matched yet
    """
    import polars as pl
    from rich.console import Console
    from rich.table import Table

    from egov_assets.platform.lake import TableMissing, scan_table
    from egov_assets.validation.match_scores import reachable_links, score

    truth = folders.truth / "firm_links.parquet"
    if not truth.exists():
        raise CannotRun(f"there is no {truth}: only the demo economy knows the true links")
    try:
        tables = ("firm_match", "clean_export_firms", "clean_firms")
        matched, customs, survey = (scan_table(folders.lake, table, YEARS).collect() for table in tables)
    except TableMissing as reason:
        raise CannotRun(str(reason)) from reason
    links = reachable_links(pl.read_parquet(truth), customs, survey)
    shown = Table("year", "true links", "matched", "precision", "recall", title="The firm match against the truth")
    for year in YEARS:
        _add_score(shown, str(year), score(*(pairs.filter(pl.col("year") == year) for pairs in (matched, links))))
    _add_score(shown, "all", score(matched, links))
    Console().print(shown)
    return 0


def _add_score(shown: "Table", years: str, found: "Score") -> None:
    shown.add_row(years, str(found.links), str(found.matched), f"{found.precision:.4f}", f"{found.recall:.4f}")


def _sheet(folders: Folders) -> Path:
    return folders.outputs / "firm_match" / "review.csv"
