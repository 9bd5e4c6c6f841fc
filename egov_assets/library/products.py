"""HS codes of several years as codes of one revision."""

from collections.abc import Sequence

import polars as pl

from egov_assets.library.frames import UnusableFrame
from egov_assets.platform.commodities import products_of_year


def harmonise_hs(codes: Sequence[str], years: Sequence[int], *, families: bool = False) -> pl.Series:
    """The product of each code: its code in the oldest HS revision among the years, or the first code of its family.

    codes     HS6 codes as declared
    years     the year of each; they set the revision
    families  all codes that the correlations of the years' revisions tie together are one product
    Missing   null where the revision of the year has no such code
    Raises    UnusableFrame if there are not as many years as codes; ValueError if no revision is known of any year
    Source    tables of the United Nations Statistics Division (platform/reference/README.md)
    """
    if len(codes) != len(years):
        raise UnusableFrame(f"{len(codes):,} codes and {len(years):,} years. Give each code its year.")
    declared = pl.DataFrame({"hs6_code": codes, "year": years}, schema={"hs6_code": pl.String, "year": pl.Int32})
    different = declared["year"].unique().sort().to_list()
    lists = [
        products_of_year(year, different, families).with_columns(year=pl.lit(year, pl.Int32)) for year in different
    ]
    known = pl.concat(lists) if lists else pl.DataFrame(schema=declared.schema | {"product_code": pl.String})
    return declared.join(known, on=["hs6_code", "year"], how="left", maintain_order="left")["product_code"]
