"""What the firm panel holds of each variable, and which cities found no partner on the way to it."""

from difflib import get_close_matches

import polars as pl

IDENTITIES = ("firm_id", "company_id", "survey_firm_id", "year")
SOURCES_OF_CITIES = ("egov_scores", "city_yearbook")
UNKNOWN_PLACE = ("city in no list of the year", "place in no list of the year")  # reasons of rejected_rows


def coverage(panel: pl.DataFrame) -> pl.DataFrame:
    """One row per variable and year: variable, year, firm_years, observed, share; variables in the panel's order.

    Source  domain.md section 10 shows what to expect
    """
    variables = [name for name in panel.columns if name not in IDENTITIES]
    by_year = panel.group_by("year").agg(
        firm_years=pl.len().cast(pl.Int64), **{name: pl.col(name).count().cast(pl.Int64) for name in variables}
    )
    return (
        by_year.unpivot(variables, index=["year", "firm_years"], variable_name="variable", value_name="observed")
        .sort(pl.col("variable").replace_strict(variables, list(range(len(variables)))), "year")
        .select("variable", "year", "firm_years", "observed", share=pl.col("observed") / pl.col("firm_years"))
    )


def coverage_by_year(covered: pl.DataFrame) -> pl.DataFrame:
    """The coverage for people: one row per variable, one column per year, percent of the year's firm-years."""
    percent = covered.select("variable", "year", percent=(100 * pl.col("share")).round(1))
    return percent.pivot("year", index="variable", values="percent", maintain_order=True)


def unmatched_cities(
    panel: pl.DataFrame,
    figures: pl.DataFrame,
    rejected: pl.LazyFrame,
    names: pl.DataFrame,
) -> pl.DataFrame:
    """One row per problem, year and city, sorted: cities whose rows found no partner, by name.

    panel     firm_panel; figures: clean_cities
    rejected  rejected_rows, with the place as printed; names: the shipped prefectures, code, name_zh, name_short_zh
    Problems  `<source>: unknown name` (rows of a file; with the nearest known name), `firms without a score`,
              `firms without a city yearbook` (firm-years of the panel)
    """
    known = sorted({*names["name_zh"], *names["name_short_zh"]})
    strange = (
        rejected.filter(pl.col("reason").is_in(UNKNOWN_PLACE), pl.col("source").is_in(SOURCES_OF_CITIES))
        .group_by("source", "year", city_name=pl.col("printed").str.strip_chars().fill_null(""))
        .agg(rows=pl.struct("source_file", "source_row").n_unique().cast(pl.Int64))  # a yearbook's row has many figures
        .with_columns(problem=pl.col("source") + ": unknown name", city_code=pl.lit(None, pl.String))
        .collect()
    )
    spelled = names.select(city_code="code", city_name="name_zh")
    scored = panel.drop_nulls("egscore").select("city_code", "year").unique()
    alone = [
        panel.join(partners, on=["city_code", "year"], how="anti")
        .group_by("year", "city_code")
        .agg(rows=pl.len().cast(pl.Int64))
        .join(spelled, on="city_code", how="left", validate="m:1")
        .with_columns(problem=pl.lit(problem))
        for problem, partners in (("firms without a score", scored), ("firms without a city yearbook", figures))
    ]
    nearest = {
        name: next(iter(get_close_matches(name, [each for each in known if each != name], n=1, cutoff=0.0)), None)
        for name in strange["city_name"].unique()
    }
    columns = ["problem", "year", "city_name", "city_code", "rows"]
    return (
        pl.concat(frame.select(columns) for frame in (strange, *alone))
        .with_columns(
            pl.col("city_name").fill_null("none"),
            nearest_known_name=pl.when(
                pl.col("city_code").is_null() & pl.col("problem").str.ends_with("unknown name")
            ).then(pl.col("city_name").replace_strict(nearest, default=None, return_dtype=pl.String)),
        )
        .sort("problem", "year", "city_name", "city_code")
    )
