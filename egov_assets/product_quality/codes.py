"""Codes as numbers that compiled loops can compare: a short text is two words of 64 bits where it lies in memory."""

import numpy as np
import polars as pl

from egov_assets.product_quality.compiled import machine_code

SHORT = 12  # bytes that a string view of Arrow holds itself, behind 4 bytes of length; longer texts lie elsewhere


def words(*columns: pl.Series) -> list[np.ndarray]:
    """Per column (n, 2), equal for equal codes in any of them: the letters from the 5th byte on, behind the length.

    columns  texts; if any code of any column is longer than SHORT, all are replaced by their number in order
    Raises   TypeError naming a column that is no text, or has nulls
    """
    for codes in columns:
        if codes.dtype != pl.String or codes.null_count():
            raise TypeError(
                f"{codes.name}: {codes.dtype} with {codes.null_count():,} nulls; codes must be text, each there"
            )
    found = [_views(codes) for codes in columns]
    if any(len(each) and (each[:, 0] & 0xFFFFFFFF).max() > SHORT for each in found):
        in_order = _views(pl.concat(columns).rank("dense").cast(pl.String).str.zfill(SHORT))
        return np.split(in_order, np.cumsum([len(codes) for codes in columns])[:-1])
    return found


def numbers(words: np.ndarray) -> tuple[np.ndarray, int]:
    """(n,) a number for each different code, and the bound below which numbers lie; not all of them are used."""
    slots = 2**10
    while True:
        number, enough = _numbers(words, slots)
        if enough:
            return number, slots
        slots *= 2


def run_begins(codes: pl.Series) -> np.ndarray:
    """(runs,) the rows in which a run of equal codes begins."""
    return np.flatnonzero(np.diff(codes.rle_id().to_numpy(), prepend=-1))


def _views(codes: pl.Series) -> np.ndarray:
    arrow = codes.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    if not len(arrow):
        return np.empty((0, 2), dtype=np.uint64)
    return np.frombuffer(arrow.buffers()[1], dtype=np.uint64).reshape(-1, 2)[arrow.offset :][: len(arrow)]


@machine_code
def _numbers(words: np.ndarray, slots: int) -> tuple[np.ndarray, bool]:
    """(n,) the slot of each code among `slots`, a power of two; False once half of them are taken."""
    number = np.empty(len(words), dtype=np.int64)
    taken, codes = np.zeros(slots, dtype=np.bool_), np.zeros((slots, 2), dtype=np.uint64)
    used = 0
    for row in range(len(words)):
        mixed = words[row, 0] * np.uint64(0x9E3779B97F4A7C15) + words[row, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15)
        slot = np.int64(mixed >> np.uint64(32)) & (slots - 1)
        while taken[slot] and (codes[slot, 0] != words[row, 0] or codes[slot, 1] != words[row, 1]):
            slot = (slot + 1) & (slots - 1)
        if not taken[slot]:
            taken[slot] = True
            codes[slot] = words[row]
            used += 1
            if 2 * used > slots:
                return number, False
        number[row] = slot
    return number, True
