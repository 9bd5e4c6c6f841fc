"""Named random streams: a draw depends on the seed, its name and its numbers, never on the order of calls."""

import zlib

import numpy as np


def stream(seed: int, name: str, *numbers: int) -> np.random.Generator:
    """The generator of one named draw, e.g. `stream(seed, "flows", year, block)`."""
    return np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(name.encode()), *numbers]))
