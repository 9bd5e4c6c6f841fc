"""One function over many blocks, on all cores, with results in order and few blocks in memory."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import polars as pl

Block = TypeVar("Block")
Result = TypeVar("Result")


def in_parallel(function: Callable[[Block], Result], blocks: Iterable[Block]) -> Iterator[Result]:
    """function(block) of each block, in their order.

    As many threads as polars has (POLARS_MAX_THREADS): polars, numpy and pyarrow leave the interpreter to others while
    they work.
    """
    threads = pl.thread_pool_size()
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for block in blocks:
            waiting.append(pool.submit(function, block))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
