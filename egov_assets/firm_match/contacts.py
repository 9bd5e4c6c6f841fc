"""Postal codes and telephones as keys: which can tell a firm from others, and which cannot.

What belongs here: digits, placeholders, lines that many firms share, telephones carried from an earlier year.
"""

import polars as pl

PHONE_DIGITS = 7  # Tian & Yu 2013: area codes stand in one source only, and cities moved from 7 to 8 digits
PLACEHOLDER_PHONES = (*(digit * PHONE_DIGITS for digit in "0123456789"), "1234567", "2345678", "7654321")
MAX_NAMES_PER_PHONE = 3  # domain.md 3.5: more names than that share an agent's line


def postal_code(zip_code: pl.Expr) -> pl.Expr:
    """Six digits; null where the text is none or only zeros."""
    digits = zip_code.str.normalize("NFKC").str.strip_chars()
    return pl.when(digits.str.contains(r"^\d{6}$") & (digits != "000000")).then(digits)


def last_seven_digits(phone: pl.Expr) -> pl.Expr:
    """The last seven digits of a telephone; null where there are fewer (Tian & Yu 2013)."""
    digits = phone.str.normalize("NFKC").str.replace_all(r"\D", "")
    return pl.when(digits.str.len_chars() >= PHONE_DIGITS).then(digits.str.tail(PHONE_DIGITS))


def carried_forward(value: str, firm: str) -> pl.Expr:
    """The value of the year, or where it has none that of the firm's latest earlier year."""
    return pl.col(value).forward_fill().over(firm, order_by="year")


def phone_fault(name: str, phone7: str, *within: str) -> pl.Expr:
    """ "placeholder", "shared" (by more than MAX_NAMES_PER_PHONE names), or null where the line can identify a firm."""
    names = pl.col(name).n_unique().over(*within, phone7)
    return (
        pl.when(pl.col(phone7).is_in(PLACEHOLDER_PHONES)).then(pl.lit("placeholder"))
        .when(pl.col(phone7).is_not_null() & (names > MAX_NAMES_PER_PHONE)).then(pl.lit("shared"))
    )  # fmt: skip
