"""How good a match is, where the true links are known: precision and recall. Only the demo economy knows them."""

from dataclasses import dataclass

import polars as pl

LINK = ["company_id", "survey_firm_id", "year"]


@dataclass(frozen=True)
class Score:
    """matched pairs, true links, and the pairs that are both."""

    matched: int
    links: int
    found: int

    @property
    def precision(self) -> float:
        """Share of matched pairs that are true; not a number without pairs."""
        return self.found / self.matched if self.matched else float("nan")

    @property
    def recall(self) -> float:
        """Share of true links that are matched; not a number without links."""
        return self.found / self.links if self.links else float("nan")


def score(matched: pl.DataFrame, links: pl.DataFrame) -> Score:
    """matched and links: LINK and whatever else, one row per pair and year."""
    return Score(matched.height, links.height, matched.join(links, on=LINK, how="semi").height)


def reachable_links(links: pl.DataFrame, customs: pl.DataFrame, survey: pl.DataFrame) -> pl.DataFrame:
    """The true links of firms that both clean tables hold: the others cannot be matched, whatever the method.

    links  firm_links of the truth folder: LINK, null outside a register
    """
    return (
        links.drop_nulls(LINK)
        .join(customs, on=["company_id", "year"], how="semi")
        .join(survey, on=["survey_firm_id", "year"], how="semi")
    )
