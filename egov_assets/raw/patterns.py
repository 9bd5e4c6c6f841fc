"""Patterns of files below the raw folder, as settings hold them; `{year}` stands for the year."""

import re
from typing import Annotated

from pydantic import AfterValidator

BELOW_THE_RAW_FOLDER = re.compile(r"(?!/)(?!(.*/)?\.\.(/|$))[^\\:\0{}]+")


def below_the_raw_folder(pattern: str) -> str:
    """The pattern as it is.

    Raises  ValueError if it could lead out of the raw folder, or braces hold another word than year
    """
    if not BELOW_THE_RAW_FOLDER.fullmatch(pattern.replace("{year}", "0")):
        raise ValueError(
            f"{pattern!r} is no path below the raw folder: / between folders, no .. and no drive, and {{year}} "
            "as the only word in braces"
        )
    return pattern


FilePattern = Annotated[str, AfterValidator(below_the_raw_folder)]
