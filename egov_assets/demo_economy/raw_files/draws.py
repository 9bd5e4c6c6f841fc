"""Random properties of entities as hashes of their numbers (those of single lines come from `random_streams.py`).

Hashes make a firm's name or phone the same in every file and year, however the flows are cut into blocks.
"""

import zlib
from collections.abc import Sequence

import numpy as np
import polars as pl


def hashed(entities: np.ndarray, seed: int, purpose: str) -> np.ndarray:
    """(n,) int -> (n,) uint64, uniform and independent over `purpose` (splitmix64)."""
    salt = (seed * 0x9E3779B97F4A7C15 + zlib.crc32(purpose.encode()) * 0xD1B54A32D192ED03) & 0xFFFFFFFFFFFFFFFF
    mixed = entities.astype(np.uint64) * np.uint64(0xA24BAED4963EE407) + np.uint64(salt)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def uniform(entities: np.ndarray, seed: int, purpose: str) -> np.ndarray:
    """(n,) int -> (n,) float in [0, 1)."""
    return (hashed(entities, seed, purpose) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def below(entities: np.ndarray, seed: int, purpose: str, count: int) -> np.ndarray:
    """(n,) int -> (n,) int64 in 0 .. count - 1."""
    return (hashed(entities, seed, purpose) % np.uint64(count)).astype(np.int64)


def pick(choices: Sequence[str], index: np.ndarray) -> pl.Series:
    """(n,) index -> (n,) texts; `choices` may be a text, whose characters are then the choices."""
    return pl.Series(list(choices), dtype=pl.String).gather(index)
