"""The tariff that a company meets on what it imports."""

import polars as pl

from egov_assets.moderators.settings import ModeratorSettings
from egov_assets.paper.study import FIRST_YEAR_OF_HS2012


def input_tariffs(
    imports: pl.DataFrame,
    tariffs: pl.DataFrame,
    bridge: pl.DataFrame,
    classes: pl.DataFrame,
    settings: ModeratorSettings,
) -> pl.DataFrame:
    """One row per importer and year, sorted: company_id, year, input_tariff (percent), tariffed_import_value_usd.

    imports       clean_imports: company_id, hs6_2007_code, year, import_value_usd
    tariffs       raw_tariffs; from FIRST_YEAR_OF_HS2012 on in HS2012
    bridge        the shipped hs2012_to_hs2007: hs2012, hs2007; a code of 2007 has the mean rate of its codes of 2012
    classes       the shipped hs6_classes: hs6, bec_end_use
    input_tariff  mean of the rates, weighted by import value, over the goods of `settings.input_tariff`
    Missing       companies without such imports, or whose goods have no rate
    Source        method.md section 9, table 4 column 4
    """
    of_2012 = pl.col("year") >= FIRST_YEAR_OF_HS2012
    bridged = tariffs.filter(of_2012).join(bridge, left_on="hs6_code", right_on="hs2012", how="left", validate="m:1")
    rates = (
        pl.concat(
            [
                tariffs.filter(~of_2012).select("year", "tariff_percent", hs6_2007_code="hs6_code"),
                bridged.select("year", "tariff_percent", hs6_2007_code=pl.coalesce("hs2007", "hs6_code")),
            ]
        )
        .sort("hs6_2007_code", "year", "tariff_percent")
        .group_by("hs6_2007_code", "year", maintain_order=True)
        .agg(pl.col("tariff_percent").mean())
    )
    if settings.input_tariff == "intermediates":
        goods = classes.filter(pl.col("bec_end_use") == "intermediate")["hs6"]
        imports = imports.filter(pl.col("hs6_2007_code").is_in(goods.implode()))
    value = pl.col("import_value_usd")
    return (
        imports.join(rates, on=["hs6_2007_code", "year"], validate="m:1")
        .sort("company_id", "year", "hs6_2007_code")
        .group_by("company_id", "year", maintain_order=True)
        .agg(
            input_tariff=(value * pl.col("tariff_percent")).sum() / value.sum(),
            tariffed_import_value_usd=value.sum(),
        )
    )
