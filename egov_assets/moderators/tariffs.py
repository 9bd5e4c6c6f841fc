"""The tariff that a company meets on what it imports."""

import polars as pl

from egov_assets.moderators.settings import ModeratorSettings


def input_tariffs(
    imports: pl.DataFrame,
    tariffs: pl.DataFrame,
    bridge: pl.DataFrame,
    classes: pl.DataFrame,
    settings: ModeratorSettings,
) -> pl.DataFrame:
    """One row per importer and year, sorted: company_id, year, input_tariff (percent), tariffed_import_value_usd.

    imports       clean_imports: company_id, hs6_2007_code, year, import_value_usd
    tariffs       raw_tariffs, each year in its own HS revision
    bridge        year, hs6_code, product_code, hs2007_code: what is declared in a year, and its product, which has
                  the mean rate of its codes
    classes       the shipped hs6_classes: hs6, bec_end_use
    input_tariff  mean of the rates, weighted by import value, over the goods of `settings.input_tariff`
    Missing       companies without such imports, or whose goods have no rate
    Source        method.md section 9, table 4 column 4
    """
    rates = (
        tariffs.join(bridge, on=["year", "hs6_code"], how="inner", validate="1:1")
        .select("year", "tariff_percent", hs6_2007_code="product_code")
        .sort("hs6_2007_code", "year", "tariff_percent")
        .group_by("hs6_2007_code", "year", maintain_order=True)
        .agg(pl.col("tariff_percent").mean())
    )
    if settings.input_tariff == "intermediates":
        intermediate = classes.filter(pl.col("bec_end_use") == "intermediate")["hs6"]
        goods = bridge.filter(pl.col("hs2007_code").is_in(intermediate.implode()))["product_code"].unique()
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
