"""Chinese firm names brought to one spelling, so that equal firms compare equal and different firms do not.

What belongs here: spelling: width, case, brackets, blanks, punctuation, traditional characters, numerals and variants
of the legal form. What does not: the parts of a name (`name_parts.py`), or anything that drops a distinguishing part.
"""

from functools import cache

import polars as pl

LOST = "〓"  # stands for a character that a conversion lost
LOST_CHARACTERS = r"[?〓□\u{FFFD}\p{Co}]"  # how conversions leave them; private code points are nobody's characters
NOT_SPELLING = r"[[\p{P}\p{S}\p{Z}\p{C}]--〓]"  # punctuation, symbols, blanks (ideographic too), tabs, other controls
LEGAL_FORM_VARIANTS = {"有限责任公司": "有限公司"}  # Company Law article 8 allows both for the same form
NOT_A_NAME = ("", "NULL", "NAN", "NONE", "无", "不详")
DIGITS = dict(zip("0123456789", "〇一二三四五六七八九", strict=True)) | dict(zip("零壹贰叁", "〇一二三", strict=True))
DIGIT = "[一二三四五六七八九]"
# Chinese numerals by place: 十二 and 12 both become 一二. 百 and above stay: names use them as words.
TENS = ((f"({DIGIT})十({DIGIT})", "$1$2"), (f"({DIGIT})十", "${1}〇"), (f"十({DIGIT})", "一$1"))
IDEOGRAPHS = (0x3400, 0x9FFF)


def normalised_name(name: pl.Expr) -> pl.Expr:
    """The name in one spelling; null where nothing is left or the text only says that there is no name.

    A lost character (LOST_CHARACTERS) stays as LOST: without it the name would be another firm's.

    Source  domain.md 3.4; BVZ remove the same characters before comparing (domain.md 3.1).
    """
    whole = name.str.normalize("NFKC").str.replace_all(LOST_CHARACTERS, LOST)
    spelled = whole.str.replace_all(NOT_SPELLING, "").str.to_uppercase()
    spelled = spelled.str.replace_many(simplified_characters()).str.replace_many(DIGITS)
    for variant, form in LEGAL_FORM_VARIANTS.items():
        spelled = spelled.str.replace_all(variant, form, literal=True)
    for numeral, digits in TENS:
        spelled = spelled.str.replace_all(numeral, digits)
    return pl.when(~spelled.is_in(NOT_A_NAME)).then(spelled)


def whole_name(normalised: pl.Expr) -> pl.Expr:
    """A normalised name that nothing was lost of; null else: a name with a lost character is equal to no other."""
    return pl.when(~normalised.str.contains(LOST, literal=True)).then(normalised)


@cache
def simplified_characters() -> dict[str, str]:
    """Each traditional character and its simplified one, as OpenCC has them."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    pairs = ((chr(code), convert(chr(code))) for code in range(IDEOGRAPHS[0], IDEOGRAPHS[1] + 1))
    return {traditional: simplified for traditional, simplified in pairs if traditional != simplified}
