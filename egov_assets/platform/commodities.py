"""HS codes of any year as products: codes of the oldest HS revision among the study's years, or families over them.

What belongs here: the way from one revision to another. Not here: which revision a year declares in (`validity.py`).
Source  correlation and conversion tables of the United Nations Statistics Division (reference/README.md). Conversions
        run from newer to older, one older code for each newer one; a correlation is neither unique nor its own inverse.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise

import polars as pl

from egov_assets.platform.reference import table
from egov_assets.platform.validity import holding

REVISIONS = ("1996", "2002", "2007", "2012", "2017")
OF_CLASSES = "2007"  # Rauch, SITC, BEC and the elasticities are shipped by HS 2007


def base_revision(years: Sequence[int]) -> str:
    """The oldest HS revision among the years, whose codes are the study's products.

    Raises  ValueError if no year has one
    """
    return min(revisions(years))


def products_of_year(year: int, years: Sequence[int], families: bool = False) -> pl.DataFrame:
    """One row per HS6 code that is declared in the year and has a product, sorted: hs6_code, product_code, hs2007_code.

    years         of the study, which set the revision of the products
    families      the product is the first code of its family instead: of all codes that correlations tie together
    hs2007_code   the code by which the product's classes are known: the same one where that is possible, else the first
                  of those converted to it, or correlated with it
    No rows in a year without a known revision.
    """
    declared, base = holding("hs", year), base_revision(years)
    if declared is None:
        return pl.DataFrame(schema=dict.fromkeys(("hs6_code", "product_code", "hs2007_code"), pl.String))
    based, of_2007 = _converted(declared, base), _in_2007(base)
    first = _families(base, max(revisions(years))) if families else {}
    return pl.DataFrame(
        [(code, first.get((declared, code), own), of_2007.get(own)) for code, own in sorted(based.items())],
        schema=dict.fromkeys(("hs6_code", "product_code", "hs2007_code"), pl.String),
        orient="row",
    )


def codes_of_2007(products: pl.Series, years: Sequence[int]) -> pl.Series:
    """The HS 2007 code by which each product's classes are known; null where it has none."""
    if base_revision(years) == OF_CLASSES:
        return products
    return products.replace_strict(_in_2007(base_revision(years)), default=None, return_dtype=pl.String)


def revisions(years: Sequence[int]) -> list[str]:
    """The revision of each year of which one is known.

    Raises  ValueError if it is known of none
    """
    found = [revision for year in years if (revision := holding("hs", year))]
    if not found:
        raise ValueError(f"no HS revision is known of {', '.join(map(str, years))}")
    return found


@cache
def _pairs(name: str, newer: str, older: str) -> tuple[tuple[str, str], ...]:
    rows = table(name).filter(newer_hs=newer, older_hs=older)
    return tuple(rows.select("newer_code", "older_code").sort("newer_code", "older_code").rows())


@cache
def _codes(revision: str) -> frozenset[str]:
    listed = table("hs_conversions"), table("hs_correlations")
    newer = [code for each in listed for code in each.filter(newer_hs=revision)["newer_code"]]
    return frozenset([*newer, *table("hs_correlations").filter(older_hs=revision)["older_code"]])


@cache
def _converted(newer: str, older: str) -> Mapping[str, str]:
    """Code of the newer revision -> code of the older one: as published, else by way of the revision between."""
    if newer == older:
        return {code: code for code in _codes(newer)}
    found = dict(_pairs("hs_conversions", newer, older))
    before = REVISIONS[REVISIONS.index(newer) - 1]
    if before != older:
        onwards = _converted(before, older)
        step = dict(_pairs("hs_conversions", newer, before))
        found |= {code: onwards[to] for code, to in step.items() if code not in found and to in onwards}
    return found


@cache
def _in_2007(revision: str) -> Mapping[str, str]:
    """Code of a revision -> the HS 2007 code that stands for it."""
    if revision >= OF_CLASSES:
        return _converted(revision, OF_CLASSES)
    after = REVISIONS[REVISIONS.index(revision) + 1]
    onwards = _in_2007(after)
    found = _preferred((old, onwards[new]) for new, old in _pairs("hs_correlations", after, revision) if new in onwards)
    return found | _preferred((old, new) for new, old in _converted(OF_CLASSES, revision).items())


def _preferred(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each first code the same one among its second codes, else the first of them in order."""
    found: dict[str, str] = {}
    for code, other in sorted(pairs, key=lambda pair: (pair[0], pair[0] != pair[1], pair[1])):
        found.setdefault(code, other)
    return found


@cache
def _families(base: str, newest: str) -> Mapping[tuple[str, str], str]:
    """Revision and code -> first code of the base in its family: the codes that correlations tie, up to the newest."""
    within = REVISIONS[REVISIONS.index(base) : REVISIONS.index(newest) + 1]
    head: dict[tuple[str, str], tuple[str, str]] = {}

    def head_of(node: tuple[str, str]) -> tuple[str, str]:
        while head.setdefault(node, node) != node:
            node = head[node]
        return node

    for older, newer in pairwise(within):
        for new, old in _pairs("hs_correlations", newer, older):
            # Revisions sort by year, so the head of a family is its first code of the oldest revision it has.
            first, last = sorted((head_of((newer, new)), head_of((older, old))))
            head[last] = first
    heads = {node: head_of(node) for node in list(head)}
    return {node: code for node, (revision, code) in heads.items() if revision == base}
