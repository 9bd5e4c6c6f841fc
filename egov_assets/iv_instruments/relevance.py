"""Does an instrument move the score? The first stage among cities, before any firm is looked at."""

import numpy as np
import polars as pl

NOTHING = 1e-20  # share of a sum of squares that is rounding
EXPECTED_SIGN = {  # method.md section 10
    "ln_egscore_size5": 1,
    "ln_egscore_size7": 1,
    "ln_egscore_size10": 1,
    "IV_gov": 1,
    "report_keyword_share": 1,
    "ln_1_plus_keywords": 1,
    "IV_int": -1,
}


def first_stages(index: pl.DataFrame, instruments: pl.DataFrame) -> pl.DataFrame:
    """One row per instrument of EXPECTED_SIGN: the regression of egscore on it with city and year effects.

    index        city_code, year, egscore
    instruments  city_code, year and the instruments
    Columns      instrument, city_years, cities, slope, standard_error (clustered by city), f_statistic, expected_sign;
                 cities seen once do not count; estimates are missing if fewer than two years or three cities remain,
                 or if the effects absorb the score or the instrument, or the one is the other but for a factor
    Weights      none: a city counts once here and as often as it has firms in table 6, whose F differs
    """
    joined = index.select("city_code", "year", "egscore").join(instruments, on=["city_code", "year"], validate="1:1")
    return pl.DataFrame([_first_stage(joined, name) for name in EXPECTED_SIGN], schema=_COLUMNS)


_COLUMNS = {
    "instrument": pl.String,
    "city_years": pl.Int64,
    "cities": pl.Int64,
    "slope": pl.Float64,
    "standard_error": pl.Float64,
    "f_statistic": pl.Float64,
    "expected_sign": pl.Int64,
}


def _can_be_told(rows: pl.DataFrame) -> bool:
    """Do score and instrument vary within cities beside the years, and does the instrument not fit the score exactly?

    rows  city_code, year, egscore, instrument
    """
    raw = rows.select("egscore", "instrument").to_numpy()
    years = rows.select("city_code", "egscore", "instrument", pl.col("year").cast(pl.String)).to_dummies("year")
    # City effects by their means: as dummies, hundreds of cities would take longer than all first stages.
    within = years.select(pl.exclude("city_code").cast(pl.Float64) - pl.exclude("city_code").mean().over("city_code"))
    values = within.select("egscore", "instrument").to_numpy()
    dummies = within.select(pl.exclude("egscore", "instrument")).to_numpy()
    net = values - dummies @ np.linalg.lstsq(dummies, values, rcond=None)[0]
    score, instrument = net.T
    if not ((net**2).sum(axis=0) > NOTHING * (raw**2).sum(axis=0)).all():
        return False
    left = score - instrument * (instrument @ score) / (instrument @ instrument)
    return bool(left @ left > NOTHING * (score @ score))


def _first_stage(joined: pl.DataFrame, name: str) -> dict[str, str | int | float | None]:
    from pyfixest import feols  # seconds to load

    rows = joined.select("city_code", "year", "egscore", instrument=name).drop_nulls()
    rows = rows.filter(pl.len().over("city_code") > 1).sort("city_code", "year")
    cities = rows["city_code"].n_unique()
    found: dict[str, str | int | float | None] = {
        "instrument": name,
        "city_years": rows.height,
        "cities": cities,
        "slope": None,
        "standard_error": None,
        "f_statistic": None,
        "expected_sign": EXPECTED_SIGN[name],
    }
    if cities >= 3 and rows["year"].n_unique() >= 2 and _can_be_told(rows):
        # Years as dummies: absorbing both effects gives one of two last digits by chance of the process.
        fit = feols("egscore ~ instrument + i(year) | city_code", rows.to_pandas(), vcov={"CRV1": "city_code"})
        slope, error = float(fit.coef()["instrument"]), float(fit.se()["instrument"])
        found |= {"slope": slope, "standard_error": error, "f_statistic": (slope / error) ** 2}
    return found
