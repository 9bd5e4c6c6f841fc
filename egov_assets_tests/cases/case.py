"""The cases of bad files and their right outcomes, as `cases.yml` states them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One folder of raw files and what must become of it.

    input       what is wrong with the files
    why         why this outcome is the right one, where the outcome does not say it
    refused     words with which run and doctor stop; empty if they do not
    stays       `source year` -> rows behind the clean table
    rejected    `source year` -> reason -> rows
    shows       `table.column` -> its values in their order, missing ones last
    says        words that the doctor prints beside them
    difference  in what the outcome is not yet the right one
    """

    name: str
    input: str
    why: str = ""
    refused: str = ""
    stays: Mapping[str, int] = field(default_factory=dict)
    rejected: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    shows: Mapping[str, list] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    difference: str = ""


def read_cases() -> list[Case]:
    """All cases in the order of the file; a key that Case does not have is an error."""
    given = yaml.safe_load((FOLDER / "cases.yml").read_text("utf-8"))
    return [Case(name=name, **(each | {"says": tuple(each.get("says", ()))})) for name, each in given.items()]
