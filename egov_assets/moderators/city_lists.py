"""E-government policy documents and the innovation index: from lists to city-years."""

from collections.abc import Callable, Sequence

import polars as pl

from egov_assets.platform.cells import is_filled, numbers
from egov_assets.platform.cells import years as years_of
from egov_assets.raw.city_lists import INNOVATION, POLICIES, BadCityList


def city_years(
    policies: pl.DataFrame | None,
    innovation: pl.DataFrame | None,
    prefectures: pl.DataFrame,
    years: Sequence[int],
    keyword: str,
) -> pl.DataFrame:
    """One row per prefecture and year: city_code, year, sma_city, sma_city_dated, innov, sorted.

    sma_city        1, in every year, if a document up to the last year holds `keyword` in its title; else 0
    sma_city_dated  1 from the year of the first such document on; else 0
    innov           innovation index, 0 to 100; missing where the list has no number
    Missing         both dummies without any policy list
    Raises          BadCityList listing every year and index value that is there and cannot be read, or the places with
                    two index values in a year
    Source          method.md sections 11.1 column 3 and 12 column 4
    """
    calendar = pl.DataFrame({"year": years}, schema={"year": pl.Int32})
    grid = prefectures.select(city_code="code").join(calendar, how="cross")
    if policies is None:
        grid = grid.with_columns(pl.lit(None, pl.Int32).alias(name) for name in ("sma_city", "sma_city_dated"))
    else:
        dated = policies.with_columns(year=_read(POLICIES, policies, "year", years_of))
        named = dated.filter(pl.col("title").str.contains(keyword, literal=True), pl.col("year") <= max(years))
        first = named.group_by("city_code").agg(first_year=pl.col("year").min())
        grid = grid.join(first, on="city_code", how="left", validate="m:1").select(
            "city_code",
            "year",
            sma_city=pl.col("first_year").is_not_null().cast(pl.Int32),
            sma_city_dated=(pl.col("first_year") <= pl.col("year")).fill_null(False).cast(pl.Int32),
        )
    if innovation is None:
        return grid.with_columns(innov=pl.lit(None, pl.Float64)).sort("city_code", "year")
    plain = innovation.with_columns(pl.col("innov").str.strip_suffix("%"))  # of an index from 0 to 100
    scores = plain.select(
        "city_code",
        year=_read(INNOVATION, plain, "year", years_of),
        innov=_read(INNOVATION, plain, "innov", numbers),
    ).unique()
    twice = scores.filter(pl.len().over("city_code", "year") > 1).select("city_code", "year").unique().sort(pl.all())
    if not twice.is_empty():
        places = ", ".join(f"{code} {year}" for code, year in twice.iter_rows())
        raise BadCityList(f"{INNOVATION}: two different values for {places}. Keep one row per city and year.")
    return grid.join(scores, on=["city_code", "year"], how="left", validate="1:1").sort("city_code", "year")


def _read(name: str, rows: pl.DataFrame, column: str, rule: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """A column by a rule for cells.

    Raises  BadCityList naming every cell that holds something the rule cannot read
    """
    meant = rule(rows[column])
    unread = rows.filter(meant.is_null() & is_filled(rows[column])).unique(maintain_order=True)
    if not unread.is_empty():
        cells = "; ".join(f"{row['city_code']}: {row[column]!r}" for row in unread.iter_rows(named=True))
        raise BadCityList(f"{name}: {column} cannot be read ({cells}). Write years as 2011 and numbers as 60.6.")
    return meant
