"""The figures of a study's own sources as columns of the firm panel."""

from collections.abc import Mapping
from pathlib import Path

import pandera.polars as pa
import polars as pl

from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.settings_file import SettingsError
from egov_assets.raw.own_sources import SECTION, OwnSource, declared_or_none, read_own_sources
from egov_assets.regression_tables.groups import GROUPS
from egov_assets.regression_tables.schema import FirmPanel
from egov_assets.regression_tables.where import panel_columns

JOINS = "own_sources"  # the fact of the panel that counts what met
FIRM = "company_id"  # what is about goods becomes about firms, by customs number


def columns_of_study(study_file: Path) -> dict[str, pl.DataType]:
    """The columns of the study's panel and their types: those of every study, then those of its own sources.

    Raises  SettingsError if the section cannot be used, or a source's column is named like one that the panel has
    """
    own = [column for each in read_own_sources(study_file).values() for column in each.columns]
    if taken := [name for name in own if name in {*GROUPS, *panel_columns()}]:
        raise SettingsError(f"{study_file}: {SECTION}: the panel has {', '.join(taken)} already. Name yours otherwise.")
    return {**panel_columns(), **{name: pl.Float64() for name in own}}


def panel_of(own: Mapping[str, OwnSource]) -> type[FirmPanel]:
    """The model of the panel of a study with these sources."""
    if not own:
        return FirmPanel
    columns = {column: each for source in own.values() for column, each in source.columns.items()}
    members = {name: pa.Field(nullable=True, description=each.description) for name, each in columns.items()}
    made_from = {column: f"raw_{name}.{column}" for name, source in own.items() for column in source.columns}
    return type(
        "FirmPanel",
        (FirmPanel,),
        {
            **members,
            "__annotations__": dict.fromkeys(members, float),
            "__doc__": FirmPanel.__doc__,
            "_made_from": FirmPanel._made_from | made_from,
        },
    )


def own_sources_of(study_file: Path | None) -> dict[str, OwnSource]:
    """As `declared_or_none`; none as well if the panel has a column of theirs already, which `check_settings` says."""
    own = declared_or_none(study_file)
    is_new = not any(column in panel_columns() for source in own.values() for column in source.columns)
    return own if is_new else {}


def with_own_columns(
    panel: pl.DataFrame, own: Mapping[str, OwnSource], tables: Mapping[str, pl.DataFrame], exports: pl.LazyFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The panel with a column for every figure of every source, and what met: one row per source and year.

    tables   raw_<source> -> its rows of all years
    exports  clean_exports. What is about goods (HS6, in the revision of the study) becomes the mean over the goods that
             a firm exports in the year, weighted by their export value, of those for which the source has a figure
    Joins    left, by code and year: no firm-year is dropped, and what meets nothing has no value
    Counts   rows of the source, of these rejected, and met by no firm-year; firm-years, and of these without a row
    """
    counted = [pl.DataFrame(schema=JOINED)]
    keyed = panel.with_columns(division_2002_code=pl.col("industry_2002_code").str.slice(0, 2))
    for name, source in own.items():
        rows, key = tables[f"raw_{name}"], [source.code, "year"]
        used = rows.filter(pl.col("rejected").is_null()).select(*key, *source.columns)
        goods = exports.select(FIRM, "year", "export_value_usd", hs6_code="hs6_2007_code")
        sold = goods.join(keyed.lazy().select(FIRM, "year"), on=[FIRM, "year"], how="semi")
        is_of_goods = source.about == "hs6"
        met_by = sold.select(key).unique().collect() if is_of_goods else keyed.select(key).unique()
        figures = _of_firms(used, sold, list(source.columns)) if is_of_goods else used
        on = [FIRM, "year"] if is_of_goods else key
        keyed = keyed.join(figures, on=on, how="left", validate="m:1", maintain_order="left")
        by_year = [
            rows.group_by("year").agg(rows=pl.len(), rejected=pl.col("rejected").count()),
            used.join(met_by, on=key, how="anti").group_by("year").agg(meet_no_firm=pl.len()),
            keyed.group_by("year").agg(firm_years=pl.len()),
            keyed.join(figures, on=on, how="anti").group_by("year").agg(firm_years_without=pl.len()),
        ]
        joined = keyed.select("year").unique()
        for each in by_year:
            joined = joined.join(each, on="year", how="full", coalesce=True)
        counts = joined.select(pl.lit(name).alias("source"), "year", pl.col(list(JOINED)[2:]).fill_null(0))
        counted.append(counts.cast(pl.Schema(JOINED)).sort("year"))
    return keyed.drop("division_2002_code"), pl.concat(counted)


JOINED: Mapping[str, type[pl.DataType]] = {
    "source": pl.String,
    "year": pl.Int32,
    "rows": pl.Int64,
    "rejected": pl.Int64,
    "meet_no_firm": pl.Int64,
    "firm_years": pl.Int64,
    "firm_years_without": pl.Int64,
}


def own_sources_meet_firms(facts: Mapping[str, pl.DataFrame]) -> CheckResult:
    """Of every own source that has rows in a year, some meet a firm of that year."""
    joins = facts[JOINS]
    strange = joins.filter(pl.col("rows") > 0, pl.col("firm_years_without") == pl.col("firm_years"))
    words = [
        f"{row['source']} {row['year']}: {row['rows']:,} rows, of which {row['rejected']:,} are rejected and "
        f"{row['meet_no_firm']:,} meet no firm; {row['firm_years_without']:,} of {row['firm_years']:,} firms have none"
        for row in joins.iter_rows(named=True)
    ]
    remedy = " Is the key of another coding?" if strange.height else ""
    return CheckResult(strange.is_empty(), f"{'; '.join(words)}.{remedy}", {"sources_and_years": joins.height})


def _of_firms(of_goods: pl.DataFrame, sold: pl.LazyFrame, columns: list[str]) -> pl.DataFrame:
    """company_id, year and the means of the columns over the firm's goods, weighted by export value."""

    def mean(column: str) -> pl.Expr:
        weight = pl.when(pl.col(column).is_not_null()).then("export_value_usd")
        return ((pl.col(column) * weight).sum() / weight.sum()).fill_nan(None).alias(column)

    # Sorted: sums of floats depend on their order, and equal inputs give equal bytes.
    flows = (
        sold.join(of_goods.lazy(), on=["hs6_code", "year"]).collect().sort(FIRM, "year", "hs6_code", "export_value_usd")
    )
    return flows.group_by(FIRM, "year", maintain_order=True).agg(mean(column) for column in columns)
