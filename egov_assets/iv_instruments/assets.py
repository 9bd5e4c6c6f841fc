"""Work reports, instruments year by year, and what each instrument does to the score over all years."""

from typing import Any

import polars as pl

from egov_assets.iv_instruments.keywords import FILE_NAME as LEXICON
from egov_assets.iv_instruments.keywords import count_keywords, read_lexicon, report_instruments
from egov_assets.iv_instruments.neighbours import gdp_to_compare, neighbour_instruments, provinces_with_few_candidates
from egov_assets.iv_instruments.relevance import first_stages
from egov_assets.iv_instruments.report_cities import cities_of_reports
from egov_assets.iv_instruments.schema import InstrumentRelevance, IvInstruments, WorkReportWords
from egov_assets.iv_instruments.settings import SECTION, read_instrument_settings
from egov_assets.iv_instruments.terrain import lagged_domain_names, terrain_instrument, terrain_relief
from egov_assets.paper.study import NEIGHBOUR_COUNTS
from egov_assets.platform.check_results import CheckResult
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake_asset import lake_asset
from egov_assets.platform.reference import table
from egov_assets.raw.city_lists import TERRAIN, read_city_list, unknown_cities
from egov_assets.raw.work_reports import FOLDER

NORMAL_95 = 1.96  # a larger t is significant at 5 %


def every_report_is_used(table: pl.DataFrame) -> CheckResult:
    """Every file of the work reports is counted for a city."""
    unused = table.drop_nulls("problem")
    first = "; ".join(f"{row['source_file']}: {row['problem']}" for row in unused.head(5).iter_rows(named=True))
    words = f"{unused.height} of {table.height} files do not count. {first}" if unused.height else "all are counted"
    return CheckResult(unused.is_empty(), words, {"files": table.height, "files_not_counted": unused.height})


@lake_asset(
    schema=WorkReportWords,
    group="iv_instruments",
    by_year=True,
    deps=["file_inventory"],
    reads=[f"{FOLDER}/{LEXICON}"],
    warnings=[every_report_is_used],
)
def work_report_words(raw_work_reports: pl.DataFrame, folders: Folders) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Words and digital-economy keywords of each work report: one row per file.

    Source  method.md section 10, instrument B; domain.md 6; the list of words is work_reports/lexicon.csv or ours
    """
    located = cities_of_reports(raw_work_reports, table("prefectures"))
    counts = count_keywords(located.filter(pl.col("problem").is_null()), read_lexicon(folders.raw / FOLDER))
    words = located.join(counts, on="source_file", how="left", maintain_order="left", validate="1:1")
    used = words.drop_nulls("keywords")
    return words.select("source_file", "year", "city_code", "words", "keywords", "problem"), {
        "cities": used.height,
        "mean_keywords": used["keywords"].mean(),
        "mean_share_percent": (100 * used["keywords"] / used["words"]).mean(),
        **{column: counts[column].sum() for column in counts.columns if column.startswith("keywords_")},
    }


@lake_asset(
    schema=IvInstruments,
    group="iv_instruments",
    by_year=True,
    all_years_of=["clean_cities"],
    optional=["clean_cities", "clean_provinces", "work_report_words"],
    deps=["file_inventory"],
    sections=[SECTION],
    reads=[f"{TERRAIN}/**/*"],
)
def iv_instruments(
    egscore_index: pl.DataFrame,
    clean_cities: pl.DataFrame,
    clean_provinces: pl.DataFrame,
    work_report_words: pl.DataFrame,
    year: int,
    folders: Folders,
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Instruments for the score of a city: mean score of its nearest cities in GDP, work reports, terrain.

    Source  method.md section 10, instruments A, B and C; readings from study.yml
    """
    settings, prefectures = read_instrument_settings(folders.study_file), table("prefectures")
    compared = gdp_to_compare(clean_cities, year, settings)
    neighbours = neighbour_instruments(egscore_index, compared, prefectures, settings)
    located = egscore_index.select("city_code", "year").join(
        prefectures.select(city_code="code", province_code="province_code"), on="city_code", how="left"
    )
    lag = settings.domain_names_lag_years
    domain_names = (
        lagged_domain_names(table("province_year_facts"), year, lag)
        if lag
        else clean_provinces.select("province_code", "year", "domain_names_10k")
    )
    terrain = terrain_instrument(located, terrain_relief(folders.raw), domain_names)
    key = ["city_code", "year"]
    instruments = (
        neighbours.join(report_instruments(work_report_words), on=key, how="left", validate="1:1")
        .join(terrain, on=key, validate="1:1")
        .select(*IvInstruments.to_schema().columns)
        .sort(key)
    )
    return instruments, {
        "cities": instruments.height,
        "cities_excluded": instruments["is_excluded"].sum(),
        "cities_with_neighbours": instruments["ln_egscore_size5"].count(),
        "cities_with_report": instruments["IV_gov"].count(),
        "cities_with_terrain": instruments["IV_int"].count(),
        **{
            f"provinces_with_fewer_than_{k}": provinces_with_few_candidates(instruments, compared, prefectures, k)
            for k in NEIGHBOUR_COUNTS
        },
        "terrain_cities_unknown": "; ".join(unknown_cities(read_city_list(folders.raw, TERRAIN), prefectures))
        or "none",
        "readings": settings.model_dump(),
    }


def every_slope_has_the_expected_sign(table: pl.DataFrame) -> CheckResult:
    """No instrument moves the score significantly in the direction opposite to its idea."""
    t = pl.col("slope") * pl.col("expected_sign") / pl.col("standard_error")
    odd = table.filter(t < -NORMAL_95)["instrument"].to_list()
    return CheckResult(not odd, f"against the idea: {', '.join(odd)}" if odd else "none is against its idea", {})


@lake_asset(
    schema=InstrumentRelevance,
    group="iv_instruments",
    by_year=False,
    kinds=("pyfixest", "matplotlib"),
    warnings=[every_slope_has_the_expected_sign],
)
def instrument_relevance(
    egscore_index: pl.DataFrame, iv_instruments: pl.DataFrame, folders: Folders
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """First stage of each instrument and its variants among cities, with city and year effects.

    Out     outputs/tables/instrument_relevance.svg, .png and .pdf
    Source  method.md section 10, which asks for the first stages that the paper does not print
    """
    from egov_assets.iv_instruments.picture import draw_relevance
    from egov_assets.platform.figure_style import drawing, save_figure  # matplotlib takes a second

    stages = first_stages(egscore_index, iv_instruments)
    with drawing():
        save_figure(draw_relevance(stages), folders.tables / "instrument_relevance")
    return stages, {"relevance": folders.tables / "instrument_relevance.png", "first_stages": stages}
