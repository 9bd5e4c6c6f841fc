"""The demo economy's raw files carry known defects; each is found, where it was planted and nowhere else."""

import polars as pl
import pytest

from egov_assets.demo_economy.truth import read_truth
from egov_assets.demo_economy.write import write_demo_economy
from egov_assets_tests.clean.one_year import CleanYear, clean

SCALE, SEED = 0.05, 3  # some 10,000 customs lines a year, a draw in which every class occurs
IMPORT = "import, not used"  # judged first: a defect on an import line is never looked at

ONLY_WHERE_PLANTED = {  # class -> the reasons that it, and nothing else, leads to
    "c02_company_id_empty": ["company id missing"],
    "c07_partner_unknown": ["partner in no country list"],
    "c08_partner_is_china": ["re-import, partner is China"],
    "c09_duplicate_line": ["exact duplicate of an earlier line"],
    "s01_employees_below_8": ["fewer than 8 employees"],
    "s02_current_assets_above_total": ["current assets above total assets"],
    "s03_fixed_assets_above_total": ["fixed assets above total assets"],
    "s04_opening_month_13": ["opening month outside 1 to 12"],
    "s05_opening_year_after_survey": ["opening year after the survey or before 1900"],
    "s06_id_missing": ["organisation code missing"],
    "s07_duplicate_row": ["exact duplicate of an earlier row"],
    "s11_paid_in_capital_not_positive": ["paid-in capital zero or negative"],
    "s12_revenue_missing": ["revenue missing"],
}
REJECTED = {  # found always; a sound row may also end there by chance
    "c01_amount_missing": ["value missing", "value zero or negative", "quantity missing", "quantity zero or negative"],
    "c17_goods_excluded": ["goods of chapter 93, 97, 98 or 99"],
}
REPAIRED = {  # never a reason to lose the row
    "c03_company_name_empty": ["company id missing"],
    "c04_company_name_varies": ["company id missing"],
    "c05_leading_zero_lost": ["no commodity code of 8 digits", "code not in the HS revision of the year"],
    "c07_partner_renamed": ["partner missing", "partner in no country list"],
    "c11_number_as_text": ["value not a number below 10^14", "quantity not a number below 10^14"],
    "s08_id_lower_case": ["organisation code missing", "another row of the same firm is more complete"],
    "s09_name_and_legal_person_swapped": ["organisation code missing"],
}
ROW = ["source_file", "source_row"]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, dict[int, CleanYear]]:
    folder = tmp_path_factory.mktemp("demo")
    truth = read_truth(None).model_copy(update={"scale": SCALE, "seed": SEED})
    write_demo_economy(truth, folder / "raw", folder / "truth")
    years = {year: clean(folder / "raw", folder / "outputs", year) for year in (2011, 2012)}
    return pl.read_parquet(folder / "truth" / "defects.parquet"), years


@pytest.fixture(scope="module")
def found(planted: tuple[pl.DataFrame, dict[int, CleanYear]]) -> pl.DataFrame:
    """Rejected rows of both years with the class planted there, or none."""
    defects, years = planted
    rejected = pl.concat(year.table("rejected_rows") for year in years.values())
    return rejected.join(defects, on=ROW, how="left")


def planted_rows(defects: pl.DataFrame, defect_class: str) -> set[tuple[str, int]]:
    of_class = defects.filter(pl.col("class") == defect_class, pl.col("source_file").str.contains("2011|2012"))
    return set(of_class.select(ROW).rows())


@pytest.mark.parametrize("defect_class", ONLY_WHERE_PLANTED)
def test_a_defect_is_found_where_it_was_planted_and_nowhere_else(planted, found: pl.DataFrame, defect_class: str):
    imports = set(found.filter(pl.col("reason") == IMPORT).select(ROW).rows())
    doubled = pl.col("reason").str.starts_with("every line of the file")
    in_doubled_file = set(found.filter(doubled).select(ROW).rows())
    there = planted_rows(planted[0], defect_class) - imports - in_doubled_file
    caught = set(found.filter(pl.col("reason").is_in(ONLY_WHERE_PLANTED[defect_class])).select(ROW).rows())
    assert there
    assert caught == there


@pytest.mark.parametrize("defect_class", REJECTED)
def test_a_row_that_cannot_be_used_is_rejected_for_that(found: pl.DataFrame, planted, defect_class: str):
    of_class = found.filter(pl.col("class") == defect_class)
    assert set(of_class.select(ROW).rows()) == planted_rows(planted[0], defect_class)
    assert set(of_class["reason"]) <= {*REJECTED[defect_class], IMPORT}


@pytest.mark.parametrize("defect_class", REPAIRED)
def test_a_row_that_can_be_repaired_is_not_lost_for_it(found: pl.DataFrame, planted, defect_class: str):
    assert planted_rows(planted[0], defect_class)
    reasons = set(found.filter(pl.col("class") == defect_class)["reason"])
    assert not reasons & set(REPAIRED[defect_class])


def test_the_doubled_part_file_goes_whole(found: pl.DataFrame, planted):
    [(file,)] = planted[0].filter(pl.col("class") == "c20_doubled_part").select("source_file").rows()
    reasons = found.filter(pl.col("source_file") == file)["reason"]
    assert reasons.len() > 100
    assert set(reasons) <= {"every line of the file is in an earlier file", IMPORT}


def test_an_unusual_unit_never_stays(found: pl.DataFrame, planted):
    there = planted_rows(planted[0], "c10_unit_differs")
    assert there and there == set(found.filter(pl.col("class") == "c10_unit_differs").select(ROW).rows())


def test_exchanged_names_are_firms_names_again(planted):
    for year in planted[1].values():
        assert year.table("clean_firms")["firm_name"].str.contains("公司|厂|集团").all()
