"""What moved between two studies, or two versions of one, and why: files, settings or code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from egov_assets.handover.compare import compare
from egov_assets.platform.code_version import what_changed
from egov_assets.platform.lake import file_hash, scan_table, table_path
from egov_assets.regression_tables.estimate import PRINTED_VARIANT
from egov_assets.running.planner import Place, code_versions

INVENTORY, ESTIMATES = "file_inventory", "regression_tables"
CELL = ["table", "column", "term"]
ONLY_BEFORE, ONLY_AFTER = "is not there any more", "was not there"


class NoLake(FileNotFoundError):
    """A folder is neither a study nor its outputs."""


@dataclass(frozen=True)
class MovedTable:
    """A table whose file is another: how, and why.

    own_causes  changed code, library, section or files, as recorded when it was made; empty if none is recorded
    follows     the tables it is made from that moved too
    """

    table: str
    year: int | None
    how: str
    own_causes: tuple[str, ...]
    follows: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """All that moved.

    estimates  table, column, term, before, after, std_error (of before)
    verdicts   table, cell, before, after
    """

    files: tuple[str, ...]
    tables: tuple[MovedTable, ...]
    estimates: pl.DataFrame
    verdicts: pl.DataFrame

    @property
    def is_equal(self) -> bool:
        return not self.tables


def lake_of(place: Path) -> Path:
    """The lake of a study, of its outputs, or the lake itself.

    Raises  NoLake
    """
    for lake in (place / "outputs" / "lake", place / "lake"):
        if lake.is_dir():
            return lake
    if any(place.glob("*/data.parquet")):
        return place
    raise NoLake(f"{place} is no study with outputs, no outputs and no lake: there is no lake in it.")


def moved(before: Path, after: Path, specs: Mapping[str, dg.AssetSpec], key_metadata: str) -> Moved:
    """Hold two lakes against each other.

    specs         this software's assets by name: their keys, and what they are made from
    key_metadata  where a spec keeps the columns that identify a row
    """
    places = sorted({*_places(before), *_places(after)}, key=lambda place: (place[0], place[1] or 0))
    other = {place: how for place in places if (how := _how(before, after, place, specs, key_metadata))}
    parents = {name: {dep.asset_key.to_user_string() for dep in spec.deps} for name, spec in specs.items()}
    names = {table for table, _ in other}
    files = files_moved(before, after)
    versions = [_versions(lake, other) for lake in (before, after)]
    tables = tuple(
        MovedTable(
            table,
            year,
            how,
            (
                *(["raw files"] if table == INVENTORY and files else []),
                *_changed(*(each.get((table, year), "") for each in versions)),
            ),
            tuple(sorted(parents.get(table, set()) & names)),
        )
        for (table, year), how in other.items()
    )
    return Moved(files, tables, estimates_moved(before, after), verdicts_moved(before, after))


def files_moved(before: Path, after: Path) -> tuple[str, ...]:
    """A sentence for each raw file that came, went or has another content, as the runs read them."""
    hashes = [_inventory(lake) for lake in (before, after)]
    names = sorted({*hashes[0], *hashes[1]})
    words = {name: _of_file(hashes[0].get(name), hashes[1].get(name)) for name in names}
    return tuple(f"{name} {what}" for name, what in words.items() if what)


def estimates_moved(before: Path, after: Path) -> pl.DataFrame:
    """Printed estimates that are others, the one that moved by most standard errors first."""
    columns = {"before": pl.Float64, "after": pl.Float64, "std_error": pl.Float64}
    empty = pl.DataFrame(schema={**dict.fromkeys(CELL, pl.String), **columns})
    if not all(table_path(lake, ESTIMATES).exists() for lake in (before, after)):
        return empty
    old, new = (
        scan_table(lake, ESTIMATES, ()).filter(pl.col("variant") == PRINTED_VARIANT).collect()
        for lake in (before, after)
    )
    joined = old.select(*CELL, "std_error", before="estimate").join(
        new.select(*CELL, after="estimate"), on=CELL, how="full", coalesce=True
    )
    size = ((pl.col("after") - pl.col("before")).abs() / pl.col("std_error")).fill_null(float("inf"))
    others = joined.filter(pl.col("before").ne_missing(pl.col("after")))
    return others.sort(size, *CELL, descending=[True, False, False, False]).select(empty.columns)


def verdicts_moved(before: Path, after: Path) -> pl.DataFrame:
    """Cells of any table with a column `verdict` whose verdict is another."""
    found = [pl.DataFrame(schema=dict.fromkeys(("table", "cell", "before", "after"), pl.String))]
    for path in sorted(before.glob("*/data.parquet")):
        table = path.parent.name
        if "verdict" not in pl.read_parquet_schema(path) or not table_path(after, table).exists():
            continue
        sides = [scan_table(lake, table, ()).collect() for lake in (before, after)]
        key = [name for name in (*CELL, "id", "statement") if all(name in side.columns for side in sides)]
        old, new = (side.select(*key, "verdict").unique(key, maintain_order=True) for side in sides)
        both = old.join(new, on=key, how="full", coalesce=True, nulls_equal=True, suffix="_after")
        cell = pl.concat_str(pl.col(key).cast(pl.String), separator=" ", ignore_nulls=True)
        found.append(
            both.filter(pl.col("verdict").ne_missing(pl.col("verdict_after")))
            .select(table=pl.lit(table), cell=cell, before="verdict", after="verdict_after")
            .sort("cell")
        )
    return pl.concat(found)


def _places(lake: Path) -> list[Place]:
    yearly = [
        (path.parents[1].name, int(path.parent.name.removeprefix("year=")))
        for path in lake.glob("*/year=*/data.parquet")
    ]
    return [*((path.parent.name, None) for path in lake.glob("*/data.parquet")), *yearly]


def _how(before: Path, after: Path, place: Place, specs: Mapping[str, dg.AssetSpec], key_metadata: str) -> str:
    """In what a table differs; nothing if its file is the same."""
    paths = [table_path(lake, *place) for lake in (before, after)]
    if not paths[0].exists() or not paths[1].exists():
        return ONLY_BEFORE if paths[0].exists() else ONLY_AFTER
    if file_hash(paths[0]) == file_hash(paths[1]):
        return ""
    key = specs[place[0]].metadata.get(key_metadata, ()) if place[0] in specs else ()
    old, new = (pl.read_parquet(path, hive_partitioning=False) for path in paths)
    return compare(old, new, key).words


def _versions(lake: Path, places: Mapping[Place, Any]) -> dict[Place, str]:
    """With which code and settings each was made; none of outputs without a run history."""
    home = lake.parent / ".dagster"
    if not (home / "dagster.yaml").is_file():
        return {}
    with dg.DagsterInstance.from_config(str(home)) as instance:
        return code_versions(instance, places)


def _changed(before: str, after: str) -> list[str]:
    """What changed between two versions; nothing where one was not recorded, or not in parts."""
    return what_changed(before, after) if "=" in before and "=" in after else []


def _inventory(lake: Path) -> dict[str, str]:
    files = sorted(lake.glob(f"{INVENTORY}/**/data.parquet"))
    listed = [pl.read_parquet(file, hive_partitioning=False).select("source_file", "sha256") for file in files]
    return dict(pl.concat(listed).unique().sort("source_file", "sha256").iter_rows()) if listed else {}


def _of_file(before: str | None, after: str | None) -> str:
    if before is None:
        return "is new"
    return "is gone" if after is None else "" if before == after else "has another content"


def root_causes(tables: Sequence[MovedTable]) -> dict[str, list[str]]:
    """Cause -> the tables that it moved directly, in order; the others follow from these."""
    found: dict[str, list[str]] = {}
    for each in tables:
        for cause in each.own_causes:
            if each.table not in found.setdefault(cause, []):
                found[cause].append(each.table)
    return found
