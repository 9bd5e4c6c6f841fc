"""The composite is the mean of nine fields of one producer."""

import polars as pl
from pytest import approx, raises

from egov_assets.egscore_index.assets import some_city_has_a_score
from egov_assets.egscore_index.composite import UnknownProducer, composite_score
from egov_assets.egscore_index.picture import ranked
from egov_assets.egscore_index.schema import EgscoreIndex
from egov_assets.egscore_index.settings import EQUAL_WEIGHTS, ScoreSettings, read_score_settings
from egov_assets.paper.study import SCORE_FIELDS, SCORE_PRODUCER
from egov_assets.platform.settings_file import SettingsError
from egov_assets_tests.study_file import write_section

TWO = ("egscore_idf", "egscore_enp")


def scores(*rows: tuple[str, str, list[float | None]]) -> pl.DataFrame:
    """Rows of (city, producer, nine scores)."""
    schema = {"city_code": pl.String, "producer": pl.String, **dict.fromkeys(SCORE_FIELDS, pl.Float64)}
    flat = [(city, producer, *values) for city, producer, values in rows]
    return pl.DataFrame(flat, schema=schema, orient="row").with_columns(year=pl.lit(2010, pl.Int32))


def test_it_is_the_mean_and_not_the_printed_sum():
    index = composite_score(
        scores(("330100", SCORE_PRODUCER, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])), ScoreSettings()
    )
    EgscoreIndex.validate(index)
    assert index["egscore"].to_list() == approx([0.5])


def test_a_city_that_lacks_a_field_has_no_composite_but_keeps_its_fields():
    index = composite_score(scores(("330100", SCORE_PRODUCER, [0.1, None, *[0.5] * 7])), ScoreSettings())
    assert index.row(0, named=True)["egscore"] is None
    assert index.row(0, named=True)["egscore_idf"] == 0.1


def test_other_producers_do_not_count():
    index = composite_score(
        scores(("330100", "某大学", [0.9] * 9), ("330100", SCORE_PRODUCER, [0.2] * 9)), ScoreSettings()
    )
    assert index["egscore"].to_list() == approx([0.2])


def test_scores_of_other_producers_only_are_an_error_that_names_them():
    with raises(UnknownProducer, match="the files name 某大学"):
        composite_score(scores(("330100", "某大学", [0.9] * 9)), ScoreSettings())


def test_weights_and_producer_are_settings(tmp_path):
    study_file = write_section(
        tmp_path,
        "score",
        "producer: 某大学\nweights: {" + ", ".join(f"{f}: 0" for f in EQUAL_WEIGHTS if f not in TWO) + ", "
        "egscore_idf: 1, egscore_enp: 3}\n",
    )
    rated = scores(("330100", "某大学", [0.2, 0.6, *[0.9] * 7]), ("330100", SCORE_PRODUCER, [0.1] * 9))
    index = composite_score(rated, read_score_settings(study_file))
    assert index["egscore"].to_list() == approx([(0.2 + 3 * 0.6) / 4])


def test_a_forgotten_weight_is_named(tmp_path):
    study_file = write_section(tmp_path, "score", "weights: {egscore_idf: 1, egscore_xyz: 2}")
    with raises(SettingsError, match="no field of the score: egscore_xyz"):
        read_score_settings(study_file)


def test_the_printed_sum_is_nine_times_the_mean_and_keeps_to_the_schema():
    rated = scores(("330100", SCORE_PRODUCER, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]))
    index = composite_score(rated, ScoreSettings(composite="sum"))
    EgscoreIndex.validate(index)
    assert index["egscore"].to_list() == approx([4.5])


def test_cities_of_equal_score_share_the_better_rank_and_the_next_rank_is_left_out():
    rated = scores(*((f"33010{n}", SCORE_PRODUCER, [level] * 9) for n, level in enumerate((0.2, 0.5, 0.5, 0.9))))
    ranks = ranked(composite_score(rated, ScoreSettings())).select("city_code", "rank").rows()
    assert ranks == [("330103", 1), ("330101", 2), ("330102", 2), ("330100", 4)]


def test_a_year_without_any_score_is_reported_with_what_may_be_the_cause():
    found = some_city_has_a_score(composite_score(scores(), ScoreSettings()))
    assert not found.passed
    assert "factors" in found.words
    assert some_city_has_a_score(composite_score(scores(("330100", SCORE_PRODUCER, [0.5] * 9)), ScoreSettings())).passed
