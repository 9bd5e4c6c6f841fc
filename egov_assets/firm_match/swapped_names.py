"""Firm name and legal person of a survey record, exchanged back where a copy of the survey has them swapped.

Source  domain.md 2.2 (b): names and legal persons are swapped in one copy of 2010.
"""

import polars as pl

COMPANY = r"公司|集团|厂|合作社|企业|实业|研究所|中心|店$"
PERSON = r"^[\p{Han}·]{2,4}$"


def is_swapped() -> pl.Expr:
    """The legal person reads like a company and the firm name like a person."""
    reads_like_company = pl.col("legal_person").str.contains(COMPANY)
    reads_like_person = pl.col("firm_name").str.contains(PERSON) & ~pl.col("firm_name").str.contains(COMPANY)
    return (reads_like_company & reads_like_person).fill_null(False)


def firm_name() -> pl.Expr:
    """The firm's name, from whichever of the two columns it stands in."""
    return pl.when(is_swapped()).then("legal_person").otherwise("firm_name")


def legal_person() -> pl.Expr:
    """The legal person's name, from whichever of the two columns it stands in."""
    return pl.when(is_swapped()).then("firm_name").otherwise("legal_person")
