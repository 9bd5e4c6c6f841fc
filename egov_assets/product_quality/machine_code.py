"""Loops over flows as machine code: what an array library does in twenty passes over memory, one pass does here."""

import functools
from collections.abc import Callable


def machine_code(function: Callable) -> Callable:
    """`function`, compiled when first called and kept beside the source; it may use numpy and plain loops only.

    Numba takes 0.3 s to import: most processes load these definitions and call none.
    """

    @functools.cache
    def compiled() -> Callable:
        import numba

        return numba.njit(cache=True, nogil=True)(function)

    @functools.wraps(function)
    def call(*arguments: object) -> object:
        return compiled()(*arguments)

    return call
