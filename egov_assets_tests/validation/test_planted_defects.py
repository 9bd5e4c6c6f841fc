"""The demo economy's raw files carry known defects; each is found, where it was planted and nowhere else."""

import polars as pl
import pytest
from pytest import approx

from egov_assets.demo_economy.truth import read_truth
from egov_assets.demo_economy.write import write_demo_economy
from egov_assets.validation.planted_defects import EXPECTED, ROW, Rejected, defect_scores
from egov_assets_tests.clean.one_year import CleanYear, clean

pytestmark = pytest.mark.slow

READINGS = {
    "source": pl.String,
    "column_name": pl.String,
    "year": pl.Int32,
    "filled": pl.Int64,
    "understood": pl.Int64,
}
SCALE, SEED = 0.05, 3  # some 10,000 customs lines a year, a draw in which every class occurs
IMPORT = "import, no export flow"  # judged first


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, dict[int, CleanYear]]:
    folder = tmp_path_factory.mktemp("demo")
    truth = read_truth(None).model_copy(update={"scale": SCALE, "seed": SEED})
    write_demo_economy(truth, folder / "raw", folder / "truth")
    years = {year: clean(folder / "raw", folder / "outputs", year) for year in truth.years}
    return pl.read_parquet(folder / "truth" / "defects.parquet"), years


@pytest.fixture(scope="module")
def found(planted: tuple[pl.DataFrame, dict[int, CleanYear]]) -> pl.DataFrame:
    """Rejected rows of both years with the class planted there, or none."""
    defects, years = planted
    rejected = pl.concat(year.table("rejected_rows") for year in years.values())
    return rejected.join(defects, on=ROW, how="left")


@pytest.fixture(scope="module")
def scores(planted: tuple[pl.DataFrame, dict[int, CleanYear]]) -> dict[str, dict]:
    defects, years = planted
    rejected, readings = (
        pl.concat(year.table(name) for year in years.values()) for name in ("rejected_rows", "column_readings")
    )
    return {row["class"]: row for row in defect_scores(defects, rejected, readings).iter_rows(named=True)}


@pytest.mark.parametrize("defect_class", EXPECTED)
def test_every_planted_defect_is_treated_and_only_those(scores: dict[str, dict], defect_class: str):
    score, expected = scores[defect_class], EXPECTED[defect_class]
    assert score["planted"] - score["judged_before"] > 0
    assert score["recall"] == 1.0 or (isinstance(expected, Rejected) and not expected.all_planted)
    assert score["precision"] == (1.0 if isinstance(expected, Rejected) and expected.only_planted else None)


def test_every_class_of_rows_in_the_demo_has_an_expected_treatment(planted: tuple[pl.DataFrame, dict[int, CleanYear]]):
    assert set(planted[0].drop_nulls("source_row")["class"]) == set(EXPECTED)


def test_a_score_counts_what_is_missed_and_what_is_caught_in_vain():
    """Two planted, one found; of two rejected for it one was sound: recall 1/2, precision 1/2."""
    defects = pl.DataFrame({"class": ["c02_company_id_empty"] * 2, "source_file": ["a"] * 2, "source_row": [1, 2]})
    rejected = pl.DataFrame(
        {"source_file": ["a"] * 2, "source_row": [1, 3], "step": ["07 x"] * 2, "reason": ["company id missing"] * 2}
    )
    none_read = pl.DataFrame(schema=READINGS)
    scored = defect_scores(defects, rejected, none_read)
    score = scored.row(by_predicate=pl.col("class") == "c02_company_id_empty", named=True)
    assert (score["recall"], score["precision"]) == (0.5, 0.5)


def test_every_cell_of_the_column_that_is_not_understood_is_held_against_its_class():
    """Three regions in words in 2011, one cell of that column not read in 2011 and five in 2012: recall 2/3."""
    path = "firm_survey/2011/asif2011.dta"
    defects = pl.DataFrame({"class": ["s18_region_in_words"] * 3, "source_file": path, "source_row": [1, 2, 3]})
    rejected = pl.DataFrame(
        schema={"source_file": pl.String, "source_row": pl.Int64, "step": pl.String, "reason": pl.String}
    )
    column = {"source": "firm_survey", "column_name": "city of region_code"}
    readings = pl.DataFrame(
        [column | {"year": 2011, "filled": 9, "understood": 8}, column | {"year": 2012, "filled": 9, "understood": 4}]
    )
    scored = defect_scores(defects, rejected, readings.cast({"year": pl.Int32}))
    score = scored.row(by_predicate=pl.col("class") == "s18_region_in_words", named=True)
    assert (score["planted"], score["treated"], score["recall"]) == (3, 2, approx(2 / 3))


def test_the_core_keywords_miss_logistics_companies_and_no_other_trader(found: pl.DataFrame, planted):
    traders = planted[0].filter(pl.col("class") == "c18_intermediary")
    [step] = found.filter(pl.col("reason") == "trading intermediary by its name")["step"].unique()
    missed = traders.join(found.filter(pl.col("step") <= step), on=ROW, how="anti")
    assert 0 < missed.height < 0.4 * traders.height
    assert missed["detail"].str.contains("物流").all()


def test_the_doubled_part_file_goes_whole(found: pl.DataFrame, planted):
    [(file,)] = planted[0].filter(pl.col("class") == "c20_doubled_part").select("source_file").rows()
    reasons = found.filter(pl.col("source_file") == file)["reason"]
    assert reasons.len() > 100
    assert set(reasons) <= {"every line of the file is in an earlier file", IMPORT}


def test_exchanged_names_are_firms_names_again(planted):
    for year in planted[1].values():
        assert year.table("clean_firms")["firm_name"].str.contains("公司|厂|集团").all()
