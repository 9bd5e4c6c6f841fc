"""Loops run where their code cannot be kept, and refuse what they would read wrongly."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
from pytest import mark, raises

from egov_assets.product_quality import codes
from egov_assets.product_quality.compiled import machine_code

pytestmark = mark.slow

ADD_UP = """
from egov_assets.product_quality import compiled as machine_code
import numpy as np

@machine_code.machine_code
def added(values):
    total = 0.0
    for value in values:
        total += value
    return total

print(added(np.arange(4.0)))
"""


def run(folder: Path, **environment: str) -> str:
    """What a module of these lines in the folder prints."""
    module = folder / "adding.py"
    module.write_text(ADD_UP, encoding="utf-8")
    here = Path(codes.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, module],
        env={**os.environ, "PYTHONPATH": str(here), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_code_is_kept_beside_the_source(tmp_path):
    assert run(tmp_path) == "6.0"
    assert list((tmp_path / "__pycache__").glob("adding.added*.nbc"))


def test_kept_code_that_is_damaged_is_made_anew(tmp_path):
    run(tmp_path)
    for kept in (tmp_path / "__pycache__").glob("adding.added*"):
        kept.write_bytes(b"")
    assert run(tmp_path) == "6.0"


def test_a_place_without_any_folder_to_keep_code_in_is_no_hindrance(tmp_path):
    assert run(tmp_path, NUMBA_CACHE_LOCATOR_CLASSES="ZipCacheLocator") == "6.0"
    assert not (tmp_path / "__pycache__").exists()


def test_an_error_of_a_loop_is_its_own():
    @machine_code
    def divide(left, right):
        return left // right

    with raises(ZeroDivisionError):
        divide(1, 0)


@mark.parametrize(
    "column",
    [pl.Series("firm", [1, 2]), pl.Series("firm", ["a", None]), pl.Series("firm", ["a"], dtype=pl.Categorical)],
)
def test_codes_that_are_no_texts_are_refused(column):
    """Their bytes would be taken for something else."""
    with raises(TypeError, match="firm"):
        codes.words(column)


def test_numbers_tell_codes_apart_also_where_their_slots_collide():
    """2,000 structured codes in 4,096 slots, and codes that differ in length or in a null byte only."""
    firms = pl.Series([f"{city:05d}{firm:05d}" for city in range(40) for firm in range(50)])
    for different in (firms, pl.Series(["", "\0", "a", "a\0", "a" * 11, "a" * 12, "ab", "ba"])):
        number, bound = codes.numbers(*codes.words(pl.concat([different, different.reverse()])))
        assert len(set(number[: len(different)])) == len(different)
        assert (number[: len(different)] == number[len(different) :][::-1]).all()
        assert number.max() < bound
