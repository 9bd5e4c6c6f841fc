"""The estimation sample and one asset per table; `regression_tables` gathers them and writes the files people read."""

import polars as pl

from egov_assets.folders import Folders
from egov_assets.orchestration.lake_asset import lake_asset
from egov_assets.regression_tables.descriptives import descriptive_statistics
from egov_assets.regression_tables.estimate import estimate_table, first_stage_f
from egov_assets.regression_tables.gather import gather_tables, publish_tables
from egov_assets.regression_tables.panel import firm_panel_of, panel_summary
from egov_assets.regression_tables.schema import Descriptives, Estimates, FirmPanel
from egov_assets.regression_tables.specifications import read_specifications


@lake_asset(schema=FirmPanel, group="regression_tables", by_year=False)
def firm_panel(
    firm_match: pl.DataFrame,
    firm_quality: pl.DataFrame,
    clean_firms: pl.DataFrame,
    clean_cities: pl.DataFrame,
    clean_provinces: pl.DataFrame,
    egscore_index: pl.DataFrame,
    iv_instruments: pl.DataFrame,
) -> tuple[pl.DataFrame, dict[str, int]]:
    """The estimation sample: matched firm-years with quality, score, controls and instruments, in the paper's names.

    Source  method.md sections 4, 6, 7
    """
    panel = firm_panel_of(
        firm_match, firm_quality, clean_firms, clean_cities, clean_provinces, egscore_index, iv_instruments
    )
    return panel, panel_summary(panel)


@lake_asset(schema=Descriptives, group="regression_tables", by_year=False)
def table_01_descriptives(firm_panel: pl.DataFrame) -> pl.DataFrame:
    """Table 1: n, mean, sd, min, max of each variable on its own observations.

    Source  method.md section 7
    """
    return descriptive_statistics(firm_panel)


@lake_asset(schema=Estimates, group="regression_tables", by_year=False, kinds=("polars", "pyfixest"))
def table_02_baseline(firm_panel: pl.DataFrame) -> pl.DataFrame:
    """Table 2: quality on digital government, without effects, with firm and year effects, with controls.

    Source  method.md section 8; column 1 in three readings (N-06)
    """
    return estimate_table("table_02", read_specifications()["table_02"], firm_panel)


@lake_asset(schema=Estimates, group="regression_tables", by_year=False, kinds=("polars", "pyfixest"))
def table_06_instruments(firm_panel: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, float]]:
    """Table 6: two-stage least squares with the score of neighbouring cities as instrument.

    Source  method.md section 10, instrument A
    """
    table = read_specifications()["table_06"]
    strengths = {
        f"first_stage_f_column_{number}": first_stage_f(column, firm_panel) for number, column in table.columns.items()
    }
    return estimate_table("table_06", table, firm_panel), strengths


@lake_asset(schema=Estimates, group="regression_tables", by_year=False, kinds=("polars", "pyfixest"))
def regression_tables(
    table_02_baseline: pl.DataFrame, table_06_instruments: pl.DataFrame, firm_panel: pl.DataFrame, folders: Folders
) -> pl.DataFrame:
    """All estimates in one tidy table, also of tables a user adds to `specifications.yml`; writes outputs/tables.

    Out  estimates.parquet, estimates.csv, table_XX.html and table_XX.md for every table
    """
    specifications = read_specifications()
    estimates = gather_tables(specifications, [table_02_baseline, table_06_instruments], firm_panel)
    publish_tables(specifications, estimates, folders.tables)
    return estimates
