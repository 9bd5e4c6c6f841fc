"""Codes by which the registers know a firm: organisation code, customs company id, zip, phone. All invented."""

import numpy as np
import polars as pl

from egov_assets.demo_economy.raw_files.draws import below, pick, uniform

CHECK_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
PLACEHOLDER_PHONES = ("0000000", "1111111", "8888888", "1234567", "12345678", "88888888")
ZONES = ("9",) * 15 + ("2", "2", "3", "1", "5")  # fifth digit of the company id: party_id_zone_codes of customs
DISTRICTS_PER_CITY = 25


def with_check_character(bodies: pl.Series) -> pl.Series:
    """Organisation codes: (n,) texts of 8 digits or capitals -> 9 characters, the last by GB 11714.

    A = 10 ... Z = 35; 11 - (weighted sum mod 11), where 10 is written X and 11 is written 0.
    """
    letters = np.frombuffer("".join(bodies).encode("ascii"), dtype=np.uint8).reshape(-1, len(CHECK_WEIGHTS))
    values = np.where(letters >= ord("A"), letters - ord("A") + 10, letters - ord("0")).astype(np.int64)
    rest = 11 - (values @ np.array(CHECK_WEIGHTS)) % 11
    return bodies + pick("0123456789X0", rest)


def organisation_codes(ranks: np.ndarray, seed: int) -> pl.Series:
    """Different ranks (below 10^7) give different codes; one in four starts with 0, one in ten holds a letter."""
    serial = (ranks.astype(np.int64) * 7_368_787 + seed) % 10_000_000  # 7,368,787 is prime to 10^7
    style = uniform(ranks, seed, "organisation code")
    first = pl.Series(np.where(style < 0.65, "9", np.where(style < 0.90, "0", "K")))
    return with_check_character(first + _padded(serial, 7))


def company_ids(registrations: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One row per firm and city with customs rights: firm, city_code, company_id (10 characters, unique).

    registrations  firm, city_code, ownership_code (of the first year there), one row per firm and city, sorted
    Digits 1-4 city, 5 zone, 6 ownership, 7-10 serial inside these six; above 9,999 the serial starts with a letter.
    """
    zone = pick(ZONES, below(registrations["firm"].to_numpy(), seed, "zone", len(ZONES)))
    head = pl.col("city_code").str.head(4) + zone + pl.col("ownership_code")
    numbered = registrations.with_columns(head=head).with_columns(serial=pl.int_range(1, pl.len() + 1).over("head"))
    serial = numbered["serial"].to_numpy()
    beyond = np.maximum(serial - 10_000, 0)
    letter = pick("ABCDEFGHIJKLMNOPQRSTUVWXYZ", beyond // 1000 % 26)
    text = (letter + _padded(beyond % 1000, 3)).zip_with(pl.Series(serial >= 10_000), _padded(serial, 4))
    if len(serial) and serial.max() >= 36_000:
        raise ValueError("customs company ids: more than 35,999 firms of one city, zone and ownership; lower `scale`")
    return numbered.select("firm", "city_code", company_id=pl.col("head") + text)


def zips(city_codes: pl.Series, entities: np.ndarray, seed: int, purpose: str) -> pl.Series:
    """Six digits: four of the city (not its region code), two of one of its districts."""
    city = city_codes.str.head(4).cast(pl.Int64).to_numpy()
    district = below(entities, seed, purpose, DISTRICTS_PER_CITY) * 3
    return _padded((city * 7 + 13) % 10_000, 4) + _padded(district, 2)


def phone_lines(is_large_city: pl.Series, entities: np.ndarray, seed: int, purpose: str) -> pl.Series:
    """Seven digits, eight in capitals and municipalities."""
    seven = pl.Series(2_000_000 + below(entities, seed, purpose, 6_900_000)).cast(pl.String)
    return ("8" + seven).zip_with(is_large_city, seven)


def area_codes(city_codes: pl.Series) -> pl.Series:
    """Invented: 0 and the first three digits of the region code."""
    return "0" + city_codes.str.head(3)


def _padded(numbers: np.ndarray, width: int) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(width)
