"""Code lists and published facts that the product ships; `README.md` beside this file gives each table's source."""

from functools import cache
from pathlib import Path

import polars as pl

FOLDER = Path(__file__).parent

# Everything else is a code, a name or a flag and stays text: leading zeros carry meaning.
_MEASURES: dict[str, dict[str, type[pl.DataType]]] = {
    "prefectures": {"lon": pl.Float64, "lat": pl.Float64},
    "terrain_proxy": {"relief_index_proxy": pl.Float64, "mean_elevation_m": pl.Float64},
    "io_china_2012_sectors": {"upstreamness_closed": pl.Float64, "upstreamness_open_inv": pl.Float64},
    "province_year_facts": {
        "year": pl.Int32,
        "gdp_100m_cny": pl.Float64,
        "resident_population_10k": pl.Float64,
        "domain_names_10k": pl.Float64,
        "broadband_subscribers_urban_10k": pl.Float64,
    },
}


@cache
def table(name: str) -> pl.DataFrame:
    """One shipped reference table, in file order; codes are text, the measures above are numbers, blanks are null.

    Raises  FileNotFoundError naming the tables that exist.
    """
    path = FOLDER / f"{name}.csv"
    if not path.exists():
        known = ", ".join(sorted(each.stem for each in FOLDER.glob("*.csv")))
        raise FileNotFoundError(f"reference table {name!r} is not shipped; there are: {known}")
    text = pl.read_csv(path, infer_schema=False)
    return text.with_columns(pl.col(column).cast(kind) for column, kind in _MEASURES.get(name, {}).items())
