"""One id for a survey firm through all years, however its organisation code, name or telephone changed.

What belongs here: the chain of Brandt, Van Biesebroeck & Zhang (domain.md 3.1) inside the survey. Two records are
linked only where a key is theirs alone in both years; a key that several records of a year bear is set aside at its
step and those records are offered again at the next.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from egov_assets.firm_match.chinese_names import normalised_name, whole_name
from egov_assets.firm_match.contacts import last_seven_digits, postal_code
from egov_assets.firm_match.swapped_names import firm_name, legal_person

# In the order of the do-file. Town and product are not in our survey files; the postal code stands for the town.
STEPS: Mapping[str, Sequence[str]] = {
    "id": ("survey_firm_id",),
    "name": ("name",),
    "legal_person": ("person", "region_code"),
    "phone": ("phone7", "region_code", "industry_2002_code"),
    "opening_year": ("opening_year", "region_code", "industry_2002_code", "zip"),
}
RECORD = ["survey_firm_id", "year"]
# What else tells whether two records are of one firm. Industry is no evidence: its classes were revised in 2012.
EVIDENCE = ("survey_firm_id", "name", "person", "phone7", "region_code", "opening_year", "zip")
FEWEST_WITNESSES = 3


def firm_panel_ids(survey: pl.DataFrame, cut_contradicted_links: bool = False) -> pl.DataFrame:
    """One row per record of the survey, sorted: RECORD, panel_id, linked_by, linked_year, is_contradicted.

    survey     clean_firms of all years: RECORD, firm_name, legal_person, phone, zip_code, region_code,
               industry_2002_code, opening_year; one row per survey_firm_id and year
    panel_id   survey_firm_id and year of the first record of the chain
    linked_by  step of STEPS that linked the record to its predecessor; null for a first record
    is_contradicted  the link rests on its key alone: of the other columns of EVIDENCE at least FEWEST_WITNESSES are
               known of both records, and none agrees; null for a first record
    cut_contradicted_links  such records are not linked by that key, and are offered again at the next
    Source     domain.md 3.1: five keys in order, t with t+1, then t with t+2, then chained
    """
    records = survey.select(
        *RECORD, "region_code", "industry_2002_code", "opening_year",
        name=whole_name(normalised_name(firm_name())), person=whole_name(normalised_name(legal_person())),
        phone7=last_seven_digits(pl.col("phone")), zip=postal_code(pl.col("zip_code")),
    ).sort("year", "survey_firm_id").with_row_index("record")  # fmt: skip
    years = records["year"].unique().sort().to_list()
    links = pl.DataFrame(
        schema={"before": pl.UInt32, "after": pl.UInt32, "linked_by": pl.String, "is_contradicted": pl.Boolean}
    )
    for gap in (1, 2):
        for year in years:
            # Records that already have a successor or predecessor are out: a chain has no branches.
            early = records.filter((pl.col("year") == year) & ~pl.col("record").is_in(links["before"].implode()))
            late = records.filter((pl.col("year") == year + gap) & ~pl.col("record").is_in(links["after"].implode()))
            links = pl.concat([links, _links(early, late, cut_contradicted_links)])
    return _chained(records, links)


def _links(early: pl.DataFrame, late: pl.DataFrame, cut_contradicted_links: bool) -> pl.DataFrame:
    found = []
    for step, key in STEPS.items():
        pairs = _alone(early, key).join(_alone(late, key), on=list(key), suffix="_late", validate="1:1")
        pairs = _with_evidence(pairs.select(before="record", after="record_late"), early, late, key)
        if cut_contradicted_links:
            pairs = pairs.filter(~pl.col("is_contradicted"))
        early = early.join(pairs, left_on="record", right_on="before", how="anti")
        late = late.join(pairs, left_on="record", right_on="after", how="anti")
        found.append(pairs.select("before", "after", "is_contradicted", linked_by=pl.lit(step)))
    return pl.concat(found).select("before", "after", "linked_by", "is_contradicted")


def _with_evidence(pairs: pl.DataFrame, early: pl.DataFrame, late: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The pairs (before, after) with is_contradicted."""
    beside = [column for column in EVIDENCE if column not in key]
    both = pairs.join(early.select("record", *beside), left_on="before", right_on="record", maintain_order="left")
    both = both.join(late.select("record", *beside), left_on="after", right_on="record", suffix="_late")
    agrees = [pl.col(column) == pl.col(f"{column}_late") for column in beside]  # null where one of the two is unknown
    known = pl.sum_horizontal(each.is_not_null() for each in agrees)
    agreeing = pl.sum_horizontal(each.fill_null(False) for each in agrees)
    return both.select("before", "after", is_contradicted=(known >= FEWEST_WITNESSES) & (agreeing == 0))


def _alone(records: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """The records whose key is complete and theirs alone."""
    return records.drop_nulls(key).filter(pl.len().over(key) == 1).select("record", *key)


def _chained(records: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Each record takes its predecessor's first record; records are in order of years, so one pass a year is enough."""
    linked = records.join(links, left_on="record", right_on="after", how="left").sort("record")
    first = linked["record"].to_list()
    for record, before in linked.filter(pl.col("before").is_not_null()).select("record", "before").rows():
        first[record] = first[before]
    origin = linked[pl.Series(first, dtype=pl.UInt32)]
    year_before = records["year"].gather(linked["before"])
    panel_id = origin.select(pl.concat_str("survey_firm_id", pl.lit("-"), "year")).to_series()
    return (
        linked.with_columns(panel_id=panel_id, linked_year=year_before)
        .select(*RECORD, "panel_id", "linked_by", "linked_year", "is_contradicted")
        .sort(RECORD)
    )
