"""Loops over flows as machine code: what an array library does in twenty passes over memory, one pass does here."""

import functools
import pickle
import threading
from collections.abc import Callable

_COMPILING = threading.Lock()


def machine_code(function: Callable) -> Callable:
    """`function`, compiled when first called; it may use numpy and plain loops only.

    The code is kept beside the source, or in the user's cache folder where that cannot be written. Numba takes 0.3 s to
    import: most processes load these definitions and call none.
    """
    code: Callable | None = None

    @functools.wraps(function)
    def call(*arguments: object) -> object:
        nonlocal code
        if code is None:
            with _COMPILING:
                code = code or _compiled(function)
        try:
            return code(*arguments)
        except (OSError, EOFError, pickle.UnpicklingError):
            # Not of the loop, which reads no file: a full disk, or kept code that a power cut left half written.
            code = _compiled(function, keep=False)
            return code(*arguments)

    return call


def _compiled(function: Callable, keep: bool = True) -> Callable:
    import numba

    if keep:
        try:
            return numba.njit(cache=True, nogil=True)(function)
        except RuntimeError:  # neither the folder of the source nor a home to write to
            pass
    return numba.njit(nogil=True)(function)
