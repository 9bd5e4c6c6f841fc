"""Names made of characters that hardly any name has: text that was read in another encoding than it was written in.

UTF-8 read as GB18030 gives rare characters (杭州 as 鏉窞), GB18030 read as Latin-1 accented letters (as º¼ÖÝ).
Bytes of either kind can be valid in the other encoding, so only the look of the text tells.
"""

import polars as pl

NAMES = ("company_name", "firm_name", "legal_person", "city_name")
ODD_CHARACTERS = 0.5  # of a name; a sound name may hold one rare character
ODD_NAMES = 0.1  # of a column


def odd_names(names: pl.Series) -> pl.Series:
    """Those of the names, none missing, that are made mostly of rare characters."""
    return names.filter(pl.Series([_odd_share(name) > ODD_CHARACTERS for name in names], dtype=pl.Boolean))


def doubt_about_text(column: str, names: pl.Series) -> str | None:
    """What to ask about a column of names, if many of them look misread."""
    odd = odd_names(names)
    if len(odd) <= ODD_NAMES * len(names):
        return None
    return (
        f"{column}: {len(odd):,} of the first {len(names):,} names are made of characters that hardly any name has "
        f"({odd[0]}): was the text written in another encoding than it was read in?"
    )


def _odd_share(name: str) -> float:
    letters = [character for character in name if character > "\x7f"]
    return sum(map(_is_odd, letters)) / len(letters) if letters else 0.0


def _is_odd(character: str) -> bool:
    """Not among the 6,763 characters of GB 2312, in which nearly all firms' names can be written, nor full-width."""
    if "\uff00" <= character <= "\uffef":
        return False
    try:
        return len(character.encode("gb2312")) < 2
    except UnicodeEncodeError:
        return True
