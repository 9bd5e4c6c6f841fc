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


def firm_panel_ids(survey: pl.DataFrame) -> pl.DataFrame:
    """One row per record of the survey, sorted: survey_firm_id, year, panel_id, linked_by, linked_year.

    survey     clean_firms of all years: RECORD, firm_name, legal_person, phone, zip_code, region_code,
               industry_2002_code, opening_year; one row per survey_firm_id and year
    panel_id   survey_firm_id and year of the first record of the chain
    linked_by  step of STEPS that linked the record to its predecessor; null for a first record
    Source     domain.md 3.1: five keys in order, t with t+1, then t with t+2, then chained
    """
    records = survey.select(
        *RECORD, "region_code", "industry_2002_code", "opening_year",
        name=whole_name(normalised_name(firm_name())), person=whole_name(normalised_name(legal_person())),
        phone7=last_seven_digits(pl.col("phone")), zip=postal_code(pl.col("zip_code")),
    ).sort("year", "survey_firm_id").with_row_index("record")  # fmt: skip
    years = records["year"].unique().sort().to_list()
    links = pl.DataFrame(schema={"before": pl.UInt32, "after": pl.UInt32, "linked_by": pl.String})
    for gap in (1, 2):
        for year in years:
            # Records that already have a successor or predecessor are out: a chain has no branches.
            early = records.filter((pl.col("year") == year) & ~pl.col("record").is_in(links["before"].implode()))
            late = records.filter((pl.col("year") == year + gap) & ~pl.col("record").is_in(links["after"].implode()))
            links = pl.concat([links, _links(early, late)])
    return _chained(records, links)


def _links(early: pl.DataFrame, late: pl.DataFrame) -> pl.DataFrame:
    found = []
    for step, key in STEPS.items():
        pairs = _alone(early, key).join(_alone(late, key), on=list(key), suffix="_late", validate="1:1")
        pairs = pairs.select(before="record", after="record_late", linked_by=pl.lit(step))
        early = early.join(pairs, left_on="record", right_on="before", how="anti")
        late = late.join(pairs, left_on="record", right_on="after", how="anti")
        found.append(pairs)
    return pl.concat(found)


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
        .select(*RECORD, "panel_id", "linked_by", "linked_year")
        .sort(RECORD)
    )
