"""Chinese firm names brought to one spelling, so that equal firms compare equal and different firms do not.

What belongs here: spelling (width, case, brackets, blanks, punctuation) and variants of the legal form.
What does not: anything that drops a distinguishing part. Place prefixes stay: 苏州A电子 and 深圳A电子 are two firms.
"""

import polars as pl

NOT_SPELLING = r"[\p{P}\p{S}\p{Z}\p{C}]"  # punctuation, symbols, blanks (ideographic too), tabs and other controls
LEGAL_FORM_VARIANTS = {"有限责任公司": "有限公司"}  # Company Law article 8 allows both for the same form
NOT_A_NAME = ("", "NULL", "NAN", "NONE", "无", "不详")


def normalised_name(name: pl.Expr) -> pl.Expr:
    """The name in one spelling; null where nothing is left or the text only says that there is no name.

    Source  domain.md 3.4; BVZ remove the same characters before comparing (domain.md 3.1).
    """
    spelled = name.str.normalize("NFKC").str.replace_all(NOT_SPELLING, "").str.to_uppercase()
    for variant, form in LEGAL_FORM_VARIANTS.items():
        spelled = spelled.str.replace_all(variant, form, literal=True)
    return pl.when(~spelled.is_in(NOT_A_NAME)).then(spelled)
