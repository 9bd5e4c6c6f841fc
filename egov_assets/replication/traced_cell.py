"""What there is to say of one printed cell: what it is, its sample, the tables and files it rests on; ten lines first.

What belongs here: putting together what `trace.py` finds. Not: printing it, drawing the way.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from egov_assets.platform.changed_files import BESIDE
from egov_assets.platform.folders import SETTINGS_FILES, Folders
from egov_assets.platform.lake import scan_table
from egov_assets.platform.words import labels_of, words_of
from egov_assets.platform.years import YEARS
from egov_assets.regression_tables.estimate import PRINTED_VARIANT, WEAK_INSTRUMENT_VARIANT
from egov_assets.regression_tables.specifications import Column, read_specifications
from egov_assets.replication.trace import (
    OF_EVERY_ROW,
    NoSuchCell,
    Tables,
    Version,
    find_cell,
    listed_since,
    panel_columns,
    raw_versions,
    require_known,
    rests_on,
    sample_by_year,
    table_versions,
)

PANEL, ESTIMATES = "firm_panel", "regression_tables"
STAGES = {"first_stage_cluster_city": "first stage", "reduced_form_cluster_city": "reduced form"}
TABLE_1, DESCRIPTIVES = "table_01", "table_01_descriptives"


@dataclass(frozen=True)
class TracedCell:
    """One cell.

    what      lines on the number itself
    variants  every variant of an estimate, the printed one first; of Table 1 the row of the variable
    sample    firm-years by year, as `sample_by_year` gives
    tables    nearest first, the cell's own table at the head; edges: (table, what it is made from)
    versions  the files of the tables, then those of the user
    late      raw tables that are older than their list of files
    """

    title: str
    what: tuple[str, ...]
    variants: pl.DataFrame
    sample: pl.DataFrame
    tables: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...]
    late: tuple[str, ...] = field(default=())

    @property
    def raw_files(self) -> list[Version]:
        """The user's files, and those shipped with the software."""
        return [each for each in self.versions if each.name not in self.tables]

    @property
    def lines(self) -> list[str]:
        """At most ten lines."""
        complete = self.sample.rows()[-1][1:]
        years = ", ".join(f"{year} {n:,}" for year, n in zip(self.sample.columns[1:], complete, strict=True))
        folders = Counter(each.name.partition("/")[0] for each in self.raw_files)
        files = ", ".join(f"{folder} {n}" if n > 1 else folder for folder, n in folders.items())
        since = [each for each in self.raw_files if each.since]
        return [
            *self.what,
            f"Firm-years with all variables: {years}",
            f"Rests on {len(self.tables)} tables: {', '.join(self.tables[:6])}{', …' if len(self.tables) > 6 else ''}",
            f"and on {len(self.raw_files)} files: {files}",
            *([f"{len(since)} of them changed or went since: `egov run` takes that in"] if since else []),
            *(
                [f"Listed again after {', '.join(self.late)} read them: `egov run --all` reads anew"]
                if self.late
                else []
            ),
        ]


def traced_cell(
    folders: Folders, graph: Tables, reads: Mapping[str, Sequence[str]], table: str, column: str, term: str
) -> TracedCell:
    """Trace a cell of a regression table (table_02 3 egscore) or of Table 1 (table_01 qua mean).

    table   its printed name, or the name of its asset
    reads   table -> patterns of files that it reads beside its inputs
    Raises  NoSuchCell naming the nearest; TableMissing if no run has made it
    """
    specifications = read_specifications(folders.study_file)
    assets = {each.asset or name: name for name, each in specifications.items()} | {DESCRIPTIVES: TABLE_1}
    name = assets.get(table, table)
    panel = scan_table(folders.lake, PANEL, YEARS).collect()
    if name == TABLE_1:
        row = _row_of_table_1(folders, column, term)
        what: tuple[str, ...] = (f"{row[term][0]:,.6g}: {labels_of(ESTIMATES, 'en').of(term).lower()} of {column}",)
        needed, sample, made_by, variants = {column}, sample_by_year(panel, [column]), DESCRIPTIVES, row
    else:
        estimates = scan_table(folders.lake, ESTIMATES, YEARS).collect()
        variants = find_cell(estimates, name, column, term)
        require_known("table of the settings", name, list(specifications))  # the lake may know one that was taken out
        require_known(f"column of {name}", column, list(specifications[name].columns))
        specification = specifications[name].columns[column]
        sample = sample_by_year(panel, specification.variables)
        needed = panel_columns(specification, panel.schema)
        stages = estimates.filter(
            pl.col("variant").is_in(list(STAGES)), table=name, column=column, term=specification.instrument
        )
        what = tuple(_of_estimate(specification, variants, stages))
        made_by = specifications[name].asset or name
    order, edges = rests_on({PANEL: sorted({*OF_EVERY_ROW, *needed})}, graph)
    chain = [made_by, *order]
    raw_tables = [each for each in chain if each.startswith("raw_")]
    patterns = [f"{BESIDE}{each}" for each in SETTINGS_FILES] + [one for each in chain for one in reads.get(each, ())]
    versions = [version for each in chain for version in table_versions(folders, each)]
    return TracedCell(
        f"{name} ({column}) {term}",
        what,
        variants,
        sample,
        tuple(chain),
        ((made_by, PANEL), *edges),
        (*versions, *raw_versions(folders, raw_tables, patterns)),
        tuple(listed_since(folders, raw_tables)),
    )


def _row_of_table_1(folders: Folders, variable: str, statistic: str) -> pl.DataFrame:
    rows = scan_table(folders.lake, DESCRIPTIVES, YEARS).collect()
    require_known("statistic", statistic, [name for name in rows.columns if name != "variable"])
    require_known("variable", variable, rows["variable"].to_list())
    row = rows.filter(variable=variable)
    if row[statistic][0] is None:
        raise NoSuchCell(f"{variable} has no {statistic}: no firm-year has it.")
    return row


def _of_estimate(column: Column, variants: pl.DataFrame, stages: pl.DataFrame) -> Iterator[str]:
    """What the number is, in lines: estimate, observations, how it was found, what others would give.

    stages  of an instrumented column the rows of the instrument in STAGES
    """
    cell = variants.row(0, named=True)
    if cell["reason"]:
        yield f"No estimate: {words_of(ESTIMATES, 'en').of(cell['reason'])}"
        return
    yield (
        f"{cell['estimate']:.6g}, standard error {cell['std_error']:.4g}, p {cell['p_value']:.3g}, "
        f"95 % from {cell['ci_low']:.4g} to {cell['ci_high']:.4g}"
    )
    effects = " and ".join(column.fixed_effects) or ("random" if column.estimator == "random_effects" else "no")
    sample = f"{cell['n']:,} firm-years in {cell['n_clusters']:,} cities"
    yield f"{column.outcome} on {', '.join(column.regressors)}; {effects} effects; {sample}"
    tested = variants.filter(variant=WEAK_INSTRUMENT_VARIANT)
    if tested.height:
        low, high = tested["ar_low"][0], tested["ar_high"][0]
        ends = "" if low is None else f" {low:.4g} to {high:.4g}"
        found = [
            f"{STAGES[row['variant']]} {row['estimate']:.4g} ({row['std_error']:.2g})"
            for row in stages.drop_nulls("estimate").sort("variant").to_dicts()
        ]
        strength = f"F {tested['effective_f'][0]:.1f}, Anderson-Rubin {tested['ar_shape'][0]}{ends}"
        yield f"Instrument {column.instrument}: {', '.join([strength, *found])}"
    readings = [f"{name}_{PRINTED_VARIANT}" for name in column.readings]
    of_readings = pl.any_horizontal(False, *(pl.col("variant").str.starts_with(f"{each}_") for each in column.readings))
    others = variants.filter(pl.col("variant") != PRINTED_VARIANT, ~of_readings).drop_nulls("std_error")
    if others.height:
        errors = sorted(others["std_error"])
        yield f"{len(errors)} other errors and samples: standard errors from {errors[0]:.4g} to {errors[-1]:.4g}"
    read_otherwise = variants.filter(pl.col("variant").is_in(readings)).drop_nulls("estimate")
    if read_otherwise.height:
        yield "Read otherwise: " + ", ".join(
            f"{row['variant'].removesuffix(f'_{PRINTED_VARIANT}')} {row['estimate']:.4g} ({row['std_error']:.2g})"
            for row in read_otherwise.to_dicts()
        )
