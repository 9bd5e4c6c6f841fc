"""The composite score, year by year, and how far it depends on weights and producer."""

from typing import Any

import polars as pl

from egov_assets.egscore_index.composite import composite_score
from egov_assets.egscore_index.schema import EgscoreIndex, EgscoreReadings, EgscoreVariants
from egov_assets.egscore_index.settings import SECTION, read_score_settings
from egov_assets.egscore_index.variants import score_readings, score_variants
from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.reference import table


def some_city_has_a_score(table: pl.DataFrame) -> CheckResult:
    """At least one city has a score."""
    scored = table["egscore"].count()
    advice = (
        "; rejected_rows says why its lines fell. Scores of 0 to 100 need `factors` of 0.01 under sources in study.yml "
        "(docs/raw_files.md)"
    )
    return CheckResult(scored > 0, f"{scored} cities have a score, at least 1" + ("" if scored else advice))


@lake_asset(
    schema=EgscoreIndex, group="egscore_index", by_year=True, sections=[SECTION], warnings=[some_city_has_a_score]
)
def egscore_index(clean_egov_scores: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Digital-government score of each city: nine fields and their mean, 0 to 1.

    In      clean_egov_scores of the year, one row per city and producer; producer and weights from study.yml
    Source  method.md section 6
    """
    settings = read_score_settings(folders.study_file)
    index = composite_score(clean_egov_scores, settings)
    return index, {
        "cities": index.height,
        "cities_lacking_a_field": index["egscore"].null_count(),
        "readings": settings.model_dump(),
    }


@lake_asset(schema=EgscoreReadings, group="egscore_index", by_year=False, sections=[SECTION], kinds=("matplotlib",))
def egscore_readings(
    clean_egov_scores: pl.DataFrame, egscore_index: pl.DataFrame, folders: Folders
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Other weights and producers against the score of the study; pictures of its distribution and ranking.

    Out     outputs/tables/egscore_distribution and egscore_ranking, each .svg and .png
    Source  method.md section 6; domain.md 5.5
    """
    from egov_assets.egscore_index.picture import draw_distribution, draw_ranking  # matplotlib takes a second
    from egov_assets.platform.figure_style import drawing, save_figure

    prefectures = table("prefectures")
    readings = score_readings(clean_egov_scores, read_score_settings(folders.study_file))
    with drawing():
        save_figure(draw_distribution(egscore_index, prefectures), folders.tables / "egscore_distribution")
        save_figure(draw_ranking(egscore_index, prefectures), folders.tables / "egscore_ranking")
    return readings, {
        "score_by_year_and_region": folders.tables / "egscore_distribution.png",
        "ranking": folders.tables / "egscore_ranking.png",
        "rank_correlations": readings.select("reading", "rank_correlation").drop_nulls(),
    }


@lake_asset(schema=EgscoreVariants, group="egscore_index", by_year=False, sections=[SECTION])
def egscore_variants(clean_egov_scores: pl.DataFrame, folders: Folders) -> pl.DataFrame:
    """The score under entropy weights and those of the first principal component: readings of table 2, column 3.

    Source  method.md section 6
    """
    return score_variants(clean_egov_scores, read_score_settings(folders.study_file))
