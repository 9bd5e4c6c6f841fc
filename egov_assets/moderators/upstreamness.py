"""Stages from a sector's product to final use, from an input-output table (Antras, Chor, Fally and Hillberry 2012).

    python -m egov_assets.moderators.upstreamness

prints the shipped table's upstreamness beside the published one of the World Input-Output Database.
"""

from pathlib import Path

import numpy as np
import polars as pl

from egov_assets.platform.cells import hs6_codes
from egov_assets.platform.reference import table as reference
from egov_assets.raw.input_output import BadInputOutput, read_input_output, uses_and_totals
from egov_assets.raw.lists import list_rows, list_source, unread

DECIMALS = 9  # beyond them a solver's order of operations shows
PUBLISHED_YEAR = 2011  # the last of the database's release of 2013
PRODUCTS = "input_output/products.csv"  # below the raw folder: the sector of each product


def sector_upstreamness(table: pl.DataFrame) -> pl.DataFrame:
    """One row per sector: sector_code, sector_name, gross_output_10k_cny, upstreamness_open, upstreamness_closed.

    table   as `read_input_output` gives
    U = (I - D)^-1 1, where D_ij is the share of i's product that j uses as input, and U is at least 1
    open    share of what is used at home: output less exports and additions to inventories, plus imports
    closed  share of gross output
    Source  method.md section 11.3
    """
    _, uses, totals = uses_and_totals(table)
    output = totals["gross_output"]
    at_home = output - totals["exports"] + totals["imports"] - totals["inventory_change"]
    names = table.select("sector_code", "sector_name").unique(maintain_order=True)
    return names.with_columns(
        gross_output_10k_cny=pl.Series(output),
        upstreamness_open=pl.Series(_stages(uses, at_home)),
        upstreamness_closed=pl.Series(_stages(uses, output)),
    )


def _stages(uses: np.ndarray, available: np.ndarray) -> np.ndarray:
    """(n,) of uses (n, n) and what is available of each product (n,); a product of which there is nothing has 1."""
    shares = np.divide(uses, available[:, None], out=np.zeros_like(uses), where=available[:, None] > 0)
    return np.linalg.solve(np.eye(len(shares)) - shares, np.ones(len(shares))).round(DECIMALS)


def upstreamness_of_products(concordance: pl.DataFrame, sectors: pl.DataFrame, reading: str) -> pl.DataFrame:
    """hs6_2007_code, product_upstreamness: that of the sector that makes the product; products without one left out.

    concordance  hs6_2007_code, sector_code
    sectors      as `sector_upstreamness` gives
    reading      open or closed
    """
    return concordance.join(sectors, on="sector_code", validate="m:1").select(
        "hs6_2007_code", product_upstreamness=f"upstreamness_{reading}"
    )


def product_sectors(raw: Path) -> pl.DataFrame:
    """hs6_2007_code, sector_code: input_output/products.csv (columns hs6, sector_code) or the shipped concordance.

    Raises  BadInputOutput listing every row without a product of six digits or without a sector
    """
    rows, problems = list_rows(raw, list_source("products", PRODUCTS, {"hs6": (), "sector_code": ()}, {}))
    if rows is None and not problems:
        shipped = reference("hs6_to_gbt4754").filter(pl.col("hs_version") == "HS2007")
        return shipped.select(hs6_2007_code="hs6", sector_code="io2012_code").drop_nulls()
    if rows is None:
        raise BadInputOutput("\n".join(problems))
    meant = rows.with_columns(hs6_codes(rows["hs6"]))
    for column in ("hs6", "sector_code"):
        problems += unread(rows.filter(meant[column].is_null()), column)
    if problems:
        raise BadInputOutput("\n".join(problems))
    return meant.select(hs6_2007_code="hs6", sector_code="sector_code")


def beside_published(sectors: pl.DataFrame) -> pl.DataFrame:
    """One row per published sector of goods: our upstreamness (mean weighted by output) and the published one.

    sectors  of the shipped table; a sector belongs to the published one that makes most of its products
    Columns  published_sector, sectors, upstreamness, published, difference; sorted by published sector number
    """
    published = reference("upstreamness_china_wiod2013").filter(pl.col("year") == str(PUBLISHED_YEAR))
    divisions = published.select(
        "sector_no",
        published_sector="sector_name",
        published=pl.col("upstreamness").cast(pl.Float64),
        isic=pl.col("isic3_2d_codes").str.split(";"),
    ).explode("isic")
    made = (
        reference("hs6_to_gbt4754")
        .filter(pl.col("hs_version") == "HS2007")
        .select(sector_code="io2012_code", isic=pl.col("isic3_4d").str.head(2))
        .join(divisions, on="isic")
        .group_by("sector_code", "sector_no", "published_sector", "published")
        .len()
        .sort(["sector_code", "len", "sector_no"], descending=[False, True, False])
        .unique("sector_code", keep="first", maintain_order=True)
    )
    weight = pl.col("gross_output_10k_cny")
    return (
        sectors.join(made, on="sector_code", validate="1:1")
        .group_by("sector_no", "published_sector", "published")
        .agg(sectors=pl.len(), upstreamness=(weight * pl.col("upstreamness_open")).sum() / weight.sum())
        .sort(pl.col("sector_no").cast(pl.Int32))
        .with_columns(difference=pl.col("upstreamness") - pl.col("published"))
        .select("published_sector", "sectors", "upstreamness", "published", "difference")
    )


def rank_correlation(compared: pl.DataFrame) -> float:
    """Spearman's, of our upstreamness with the published one."""
    return float(compared.select(pl.corr("upstreamness", "published", method="spearman")).item())


if __name__ == "__main__":
    found = beside_published(sector_upstreamness(read_input_output(Path("no folder: the shipped table"))))
    with pl.Config(tbl_rows=40, float_precision=2, tbl_hide_dataframe_shape=True, fmt_str_lengths=50):
        print(found)
    print(f"rank correlation {rank_correlation(found):.2f}")
