"""What the files at hand allow, derived from the asset graph: tables, and variables of the firm panel by year.

What belongs here: walking the graph. Not here: which files are there, and what the cleaning makes of them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import dagster as dg

from egov_assets.platform.availability import Lacking, Needs, words_of_lacking
from egov_assets.platform.column_lineage import Source, column_sources
from egov_assets.platform.contract import ALL_OR_NONE, MADE_FROM, OPTIONAL

CLEAN = "clean"  # the group of the tables whose columns can be looked at before anything runs
PANEL = "firm_panel"
Place = tuple[str, int | None]  # table, year; None for a table of all years


@dataclass(frozen=True)
class Graph:
    """The tables as their specs declare them, upstream first."""

    specs: Mapping[str, dg.AssetSpec]

    @classmethod
    def of(cls, specs: Iterable[dg.AssetSpec]) -> "Graph":
        """Sorted so that a table stands behind its inputs."""
        waiting = {spec.key.to_user_string(): spec for spec in sorted(specs, key=lambda spec: spec.key)}
        sorted_specs: dict[str, dg.AssetSpec] = {}
        while waiting:
            ready = [name for name, spec in waiting.items() if not waiting.keys() & _inputs(spec).keys()]
            sorted_specs |= {name: waiting.pop(name) for name in ready}
        return cls(sorted_specs)

    def lacking(self, of_sources: Mapping[Place, Lacking], years: Sequence[int]) -> dict[Place, Lacking]:
        """What each table that cannot be made lacks, given what the raw tables do."""
        found: dict[Place, Lacking] = {}

        def of(table: str, year: int | None) -> Lacking:
            return found.get((table, None)) or found.get((table, year), ())

        for name, spec in self.specs.items():
            for year in years if spec.partitions_def else (None,):
                needs = _needs(spec, year, years)
                if lacking := of_sources.get((name, year), ()) or needs.lacking(of):
                    found[name, year] = lacking
        return found

    def ends(self, table: str, column: str) -> set[Source]:
        """The columns of clean and raw tables without which a column of a table has no value."""
        return self._ends(table, column)[0]

    def _ends(self, table: str, column: str) -> tuple[set[Source], bool]:
        """Its ends, and whether it comes only from inputs that can be away while what is made of it stays."""
        spec = self.specs[table]
        inputs = {name: _columns(self.specs[name]) for name in _inputs(spec) if name in self.specs}
        if spec.group_name == CLEAN:
            return {(table, column)}, False
        made_from = cast("Mapping[str, str]", spec.metadata.get(MADE_FROM, {}))
        found: set[Source] = set()
        spared: set[Source] = set()
        for name, its_column in column_sources([column], inputs, made_from)[column]:
            if name in self.specs:
                ends, can_be_away = self._ends(name, its_column)
                (spared if can_be_away or name in spec.metadata.get(ALL_OR_NONE, ()) else found).update(ends)
        if not found and not spared:
            return {(table, column)}, False
        return (found, False) if found else (spared, True)


def _inputs(spec: dg.AssetSpec) -> dict[str, dg.AssetDep]:
    return {dep.asset_key.to_user_string(): dep for dep in spec.deps}


def _columns(spec: dg.AssetSpec) -> list[str]:
    schema = spec.metadata.get("dagster/column_schema")
    return [column.name for column in schema.columns] if schema else []


def _needs(spec: dg.AssetSpec, year: int | None, years: Sequence[int]) -> Needs:
    def read(dep: dg.AssetDep) -> Sequence[int | None]:
        return years if year is None or isinstance(dep.partition_mapping, dg.AllPartitionMapping) else (year,)

    return Needs(
        year,
        {name: read(dep) for name, dep in _inputs(spec).items()},
        spec.metadata.get(OPTIONAL, ()),
        spec.metadata.get(ALL_OR_NONE, ()),
    )


PrintedColumn = tuple[str, str]  # table, number


@dataclass(frozen=True)
class ColumnsReady:
    """Printed columns of which the same is true: the years they can use, and for each other year what is not there."""

    columns: tuple[str, ...]
    years: tuple[int, ...]
    lacking: Mapping[int, tuple[str, ...]]

    @property
    def words(self) -> str:
        can = f"uses {', '.join(map(str, self.years))}" if self.years else "cannot be computed"
        return "; ".join([can, *(f"{year}: {', '.join(what)}" for year, what in self.lacking.items())])


def columns_ready(
    graph: Graph,
    variables: Mapping[PrintedColumn, Sequence[str]],
    lacking: Mapping[Place, Lacking],
    filled: Mapping[int, Mapping[str, Collection[str]]],
    years: Sequence[int],
) -> list[ColumnsReady]:
    """What the files allow, for printed columns (table, number -> variables of the panel); like columns together.

    lacking  as `Graph.lacking` gives
    filled   year -> clean table -> its columns that have a value, of the years that the cleaning would publish
    """
    alike: dict[tuple, dict[str, list[str]]] = {}
    ends: dict[str, set[Source]] = {}
    for (table, number), names in variables.items():
        for name in (plain := {"company_id", "firm_id", *(each.removeprefix("D.") for each in names)}) - ends.keys():
            ends[name] = graph.ends(PANEL, name)
        needed = sorted(set().union(*(ends[name] for name in plain)))
        found = tuple((year, words) for year in years if (words := _missing(needed, year, lacking, filled)))
        alike.setdefault(found, {}).setdefault(table, []).append(number)
    return [
        ColumnsReady(
            tuple(f"{table} ({', '.join(numbers)})" for table, numbers in tables.items()),
            tuple(year for year in years if year not in dict(found)),
            dict(found),
        )
        for found, tables in alike.items()
    ]


def _missing(
    needed: Sequence[Source],
    year: int,
    lacking: Mapping[Place, Lacking],
    filled: Mapping[int, Mapping[str, Collection[str]]],
) -> tuple[str, ...]:
    if year not in filled:
        return ("its clean tables would not be published",)
    files = {table: {*lacking.get((table, year), ()), *lacking.get((table, None), ())} for table, _ in needed}
    patterns = set().union(*files.values())
    empty: dict[str, list[str]] = {}
    for table, column in needed:
        # that a table without files has no values goes without saying
        if not files[table] and column not in filled[year].get(table, [column]):
            empty.setdefault(table, []).append(column)
    said = [words_of_lacking(tuple(sorted(patterns)))] if patterns else []
    return (*said, *(f"no value of {', '.join(columns)} in {table}" for table, columns in empty.items()))
