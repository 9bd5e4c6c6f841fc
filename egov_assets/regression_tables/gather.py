"""All tables in one: tidy for scripts, rendered for people."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from egov_assets.orchestration.lake import write_table
from egov_assets.regression_tables.estimate import estimate_table
from egov_assets.regression_tables.files import publish_text
from egov_assets.regression_tables.render import printed_table, to_html, to_markdown
from egov_assets.regression_tables.specifications import Table


def gather_tables(
    specifications: Mapping[str, Table], estimated: Sequence[pl.DataFrame], panel: pl.DataFrame
) -> pl.DataFrame:
    """Tidy estimates of every specified table, sorted: those estimated already, and the rest estimated here."""
    together = pl.concat(estimated)
    done = set(together["table"])
    added = [estimate_table(name, table, panel) for name, table in specifications.items() if name not in done]
    return pl.concat([together, *added]).sort("table", "column", "variant", "term")


def publish_tables(specifications: Mapping[str, Table], estimates: pl.DataFrame, folder: Path) -> None:
    """Write estimates.parquet, estimates.csv and each table as .html and .md into the folder, each file in one step."""
    write_table(estimates, folder / "estimates.parquet")
    publish_text(estimates.write_csv(), folder / "estimates.csv")
    for name, table in specifications.items():
        printed = printed_table(name, table, estimates)
        publish_text(to_html(printed), folder / f"{name}.html")
        publish_text(to_markdown(printed), folder / f"{name}.md")
