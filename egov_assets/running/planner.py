"""What is not up to date and why, and in which order it can be made: the one engine of staleness.

Dagster decides: it keeps with every table the versions of its inputs and of its code, and says which are others now;
the badges of the UI are the same answer. Here the versions of the user's files are told to it, and the answer becomes
runs: tables that wait for nothing else go first, and what they turn out to be decides what is stale after them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import dagster as dg
from dagster._core.definitions.assets.graph.base_asset_graph import BaseAssetGraph, BaseAssetNode
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleCause, StaleStatus
from dagster._core.loader import LoadingContext
from dagster._utils.aiodataloader import BlockingDataLoader, DataLoader

from egov_assets.platform.code_version import what_changed
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import file_hash, table_path
from egov_assets.raw.file_versions import file_versions

Place = tuple[str, int | None]  # table, year; None for a table of all years

DATA_VERSION, CODE_VERSION = "dagster/data_version", "dagster/code_version"
PREPARING = ("raw", "clean")  # a year is compared with the others when its clean tables are there
NEVER_MADE, GONE, DAMAGED = "was never made", "its file is gone", "its file is not what was published"
OF_PEOPLE = "a file for people that is written with it is gone or another"
LOST = (GONE, DAMAGED, OF_PEOPLE)
COMPARISON = "drift"  # the check that holds a year of a table against the others


def tell_versions_of_files(instance: dg.DagsterInstance, folders: Folders, years: Sequence[int]) -> None:
    """Let Dagster know which files lie there now, where they are others than those it knows of."""
    for (asset, year), version in file_versions(folders, years).items():
        key, partition = dg.AssetKey(asset), None if year is None else str(year)
        if _tags(instance, key, partition, is_made_here=False).get(DATA_VERSION) != version:
            told = dg.AssetObservation(key, partition=partition, tags={DATA_VERSION: version})
            instance.report_runless_asset_event(told)


def mark_lost_tables(
    instance: dg.DagsterInstance, graph: BaseAssetGraph, lake: Path, read_again: bool = False
) -> dict[Place, str]:
    """Let Dagster know of tables whose file is not what was published, so that it calls them stale; returns what is.

    read_again  hold every file against its hash, whatever its time; else only see whether it is there
    """
    lost: dict[Place, str] = {}
    for table, year in places(graph):
        key, partition = dg.AssetKey(table), None if year is None else str(year)
        tags = _tags(instance, key, partition)
        if not tags:
            continue
        path = table_path(lake, table, year)
        if not path.exists():
            why = GONE
        elif read_again and file_hash(path) != tags.get(DATA_VERSION):
            why = DAMAGED
        else:
            continue
        lost[table, year] = why
    mark(instance, lost)
    return lost


def mark(instance: dg.DagsterInstance, lost: Mapping[Place, str]) -> None:
    """Let Dagster call these tables stale, each for one of the reasons in LOST.

    The version of what a table holds stays: what was made from it is not in doubt. Dagster has no event for a lost
    file; a table of another code version is one that it asks to be made again.
    """
    for (table, year), why in lost.items():
        key, partition = dg.AssetKey(table), None if year is None else str(year)
        tags = _tags(instance, key, partition)
        if tags and tags.get(CODE_VERSION) != why:
            kept = {DATA_VERSION: tags[DATA_VERSION], CODE_VERSION: why}
            instance.report_runless_asset_event(dg.AssetMaterialization(key, why, partition=partition, tags=kept))


def places(graph: BaseAssetGraph) -> list[Place]:
    """Every table that is made here, by year where it is, sorted."""
    found: list[Place] = []
    for key in sorted(graph.materializable_asset_keys):
        definition = graph.get(key).partitions_def
        years = [int(year) for year in definition.get_partition_keys()] if definition else []
        found += [(key.to_user_string(), year) for year in years] or [(key.to_user_string(), None)]
    return found


def stale_places(graph: BaseAssetGraph, instance: dg.DagsterInstance, among: Iterable[Place]) -> dict[Place, str]:
    """Of these places, what Dagster calls missing or stale, and why in a word."""
    resolver = CachingStaleStatusResolver(instance, graph, _Loading(instance))
    found: dict[Place, str] = {}
    for table, year in among:
        key, partition = dg.AssetKey(table), None if year is None else str(year)
        status = resolver.get_status(key, partition)
        if status is StaleStatus.MISSING:
            found[table, year] = NEVER_MADE
        elif status is StaleStatus.STALE:
            words = [_words(graph, instance, cause) for cause in resolver.get_stale_causes(key, partition)]
            lost = [each for each in words if each in LOST]
            found[table, year] = "; ".join(dict.fromkeys(lost or words))
    return found


def code_versions(instance: dg.DagsterInstance, among: Iterable[Place]) -> dict[Place, str]:
    """The version of code and settings with which each place was made last; "" of what was never made."""
    return {
        (table, year): _tags(instance, dg.AssetKey(table), None if year is None else str(year)).get(CODE_VERSION, "")
        for table, year in among
    }


def made_from(graph: BaseAssetGraph, made: Collection[Place]) -> list[Place]:
    """The places that read one of these directly, sorted."""
    found: set[Place] = set()
    for table, year in made:
        above = graph.get(dg.AssetKey(table))
        for child in above.child_keys:
            below = graph.get(child)
            if not below.is_materializable:
                continue
            if below.partitions_def is None:
                found.add((child.to_user_string(), None))
            elif year is not None and _reads_the_same_year(below, above):
                found.add((child.to_user_string(), year))
            else:
                found |= {(child.to_user_string(), int(each)) for each in below.partitions_def.get_partition_keys()}
    return sorted(found, key=lambda place: (place[0], place[1] or 0))


def _words(graph: BaseAssetGraph, instance: dg.DagsterInstance, cause: StaleCause) -> str:
    if cause.dependency is not None:
        year = f" {cause.dependency.partition_key}" if cause.dependency.partition_key else ""
        return f"{cause.dependency.asset_key.to_user_string()}{year} changed"
    before = _tags(instance, cause.asset_key, cause.partition_key).get(CODE_VERSION, "")
    if before in LOST:
        return before
    changed = what_changed(before, graph.get(cause.asset_key).code_version or "")
    return f"{' and '.join(changed)} changed" if changed else cause.reason


def _tags(
    instance: dg.DagsterInstance, key: dg.AssetKey, partition: str | None, is_made_here: bool = True
) -> Mapping[str, str]:
    """The versions that Dagster keeps of what it knows last of an asset; none if it knows of none."""
    record = instance.get_latest_data_version_record(key, not is_made_here, partition)
    return (record.event_log_entry.tags or {}) if record else {}


class _Loading(LoadingContext):
    """What the resolver fetches its records through."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance
        self._loaders: dict[type, tuple[DataLoader, BlockingDataLoader]] = {}

    @property
    def instance(self) -> dg.DagsterInstance:
        return self._instance

    @property
    def loaders(self) -> dict[type, tuple[DataLoader, BlockingDataLoader]]:
        return self._loaders


@dataclass(frozen=True)
class Phases:
    """The order of making, read off the graph: in one phase a year needs nothing of another year.

    phase      table -> its phase
    compared   tables whose years are compared by a check of their own, which waits for all years and holds back what
               is made from the table
    """

    phase: Mapping[str, int]
    compared: Collection[str]

    @classmethod
    def of(cls, graph: BaseAssetGraph) -> "Phases":
        compared = {key.asset_key.to_user_string() for key in graph.asset_check_keys if key.name == COMPARISON}
        phase: dict[str, int] = {}
        for level in graph.toposorted_asset_keys_by_level:
            for key in level:
                node = graph.get(key)
                earlier = [0]
                for parent in node.parent_keys:
                    above = graph.get(parent)
                    name = parent.to_user_string()
                    if not above.is_materializable:
                        continue
                    same_run = _reads_the_same_year(node, above)
                    waits = name in compared and node.group_name not in PREPARING
                    earlier.append(phase[name] + (0 if same_run and not waits else 1))
                phase[key.to_user_string()] = max(earlier)
        return cls(phase, compared)

    def first(self, waiting: Iterable[Place]) -> list[Place]:
        """Of the places that wait, those of the lowest phase, sorted; none if none waits."""
        in_order = sorted(waiting, key=lambda place: (place[0], place[1] or 0))
        lowest = min((self.phase[table] for table, _ in in_order), default=None)
        return [place for place in in_order if self.phase[place[0]] == lowest]


def _reads_the_same_year(node: BaseAssetNode, above: BaseAssetNode) -> bool:
    """Can a table be made in the run that makes its input? Both of a year, or both of all years."""
    if bool(node.partitions_def) != bool(above.partitions_def):
        return False
    mapping = node.partition_mappings.get(above.key)
    return not isinstance(mapping, dg.AllPartitionMapping)


@dataclass(frozen=True)
class Wanted:
    """What a run shall make: by default what is not up to date, and what that leaves stale.

    everything  every table again
    year        this year's tables again
    chapters    the tables of these chapters again, and nothing else
    tables      only what is not up to date of these tables and of what they are made from
    """

    everything: bool = False
    year: int | None = None
    chapters: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()

    @property
    def is_all_that_is_stale(self) -> bool:
        return not self.chapters and not self.tables


class UnknownTable(ValueError):
    """A table was asked for that the study does not have."""


def chosen(graph: BaseAssetGraph, stale: Collection[Place], wanted: Wanted) -> set[Place]:
    """What is to be made, as far as it is known now.

    Raises  UnknownTable naming the nearest known one
    """
    known = {table for table, _ in places(graph)}
    if unknown := [table for table in wanted.tables if table not in known]:
        near = get_close_matches(unknown[0], known, n=1, cutoff=0.0)[0]
        raise UnknownTable(f"there is no table {unknown[0]}; the nearest is {near}")
    again = {
        place
        for place in places(graph)
        if wanted.everything
        or (wanted.year is not None and place[1] == wanted.year)
        or graph.get(dg.AssetKey(place[0])).group_name in wanted.chapters
    }
    if wanted.chapters:
        return again
    if not wanted.tables:
        return {*stale} | again
    only = dg.AssetSelection.assets(*wanted.tables).upstream().resolve(graph)
    if any(graph.get(key).group_name == "clean" for key in only):
        # One call of dbt cleans all sources of a year, and reads the raw tables of all.
        only |= dg.AssetSelection.groups("raw").resolve(graph)
    return {place for place in {*stale} | again if dg.AssetKey(place[0]) in only}


@dataclass(frozen=True)
class Part:
    """What one run makes: tables of a year, or of all years, or only the comparison of a year's tables with others."""

    tables: tuple[str, ...]
    year: int | None
    is_comparison: bool = False

    @property
    def places(self) -> set[Place]:
        return {(table, self.year) for table in self.tables}


def next_parts(
    graph: BaseAssetGraph, phases: Phases, stale: Mapping[Place, str], wanted: Wanted, done: Collection[Part]
) -> list[Part]:
    """What to run next, side by side; nothing if all is done.

    done  the parts made before, by the same command
    """
    made = {place for part in done if not part.is_comparison for place in part.places}
    compared = {place for part in done if part.is_comparison for place in part.places}
    first = _without_a_gap(graph, phases, phases.first(chosen(graph, stale, wanted) - made))
    if not first or phases.phase[first[0][0]] > 0:
        due = {place for place in made if place[0] in phases.compared} | _compared_parents(graph, phases, first)
        if due - compared:
            return _parts(due - compared, is_comparison=True)
    return _parts(first)


def _without_a_gap(graph: BaseAssetGraph, phases: Phases, waiting: Collection[Place]) -> list[Place]:
    """Of places of one phase, those that can be made now: of a table between two of them, nobody knows yet whether it
    will be another, so what is made from it waits."""
    years = {year for _, year in waiting}
    ready: set[Place] = set()
    open_ones: set[Place] = set()  # those that wait, and those that may still become stale
    for level in graph.toposorted_asset_keys_by_level:
        for key in level:
            node, table = graph.get(key), key.to_user_string()
            for year in years:
                parents = {
                    (parent.to_user_string(), year)
                    for parent in node.parent_keys
                    if graph.get(parent).is_materializable and _reads_the_same_year(node, graph.get(parent))
                }
                if (table, year) in waiting and not parents & open_ones:
                    ready.add((table, year))
                elif (table, year) in waiting or parents & (ready | open_ones):
                    open_ones.add((table, year))
    return [place for place in waiting if place in ready]


def _compared_parents(graph: BaseAssetGraph, phases: Phases, first: Iterable[Place]) -> set[Place]:
    """The compared tables that these read: nothing is made of a year before it was held against the others."""
    found: set[Place] = set()
    for table, year in first:
        node = graph.get(dg.AssetKey(table))
        for parent in node.parent_keys:
            above = graph.get(parent)
            if parent.to_user_string() in phases.compared and above.partitions_def:
                years = [year] if _reads_the_same_year(node, above) else above.partitions_def.get_partition_keys()
                found |= {(parent.to_user_string(), int(each)) for each in years if each is not None}
    return found


def _parts(first: Iterable[Place], is_comparison: bool = False) -> list[Part]:
    tables: dict[int | None, list[str]] = {}
    for table, year in first:
        tables.setdefault(year, []).append(table)
    in_order = sorted(tables.items(), key=lambda each: each[0] or 0)
    return [Part(tuple(sorted(names)), year, is_comparison) for year, names in in_order]


def what_is_made(graph: BaseAssetGraph, part: Part) -> str:
    """A run in a word or two: its chapters in the order of the story, or that it compares years."""
    if part.is_comparison:
        return "comparison of years"
    groups = [
        graph.get(key).group_name
        for level in graph.toposorted_asset_keys_by_level
        for key in level
        if key.to_user_string() in part.tables
    ]
    return ", ".join(dict.fromkeys(group for group in groups if group))
