"""What the files at hand allow: which tables and columns of the study can be computed, for which years, and why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from egov_assets.raw.examine import SourceFound
from egov_assets.study import SCORE_FIELDS

Ingredient = tuple[str, str]  # source, column (of a yearbook: indicator)

NEEDED_BY_ALL: tuple[Ingredient, ...] = (  # to estimate quality and to find a firm of one source in the other
    *(
        ("customs", name)
        for name in ("flow", "hs8_code", "company_id", "company_name", "partner", "value_usd", "quantity")
    ),
    *(("firm_survey", name) for name in ("survey_firm_id", "firm_name", "region_code", "revenue_thousand_cny")),
    ("province_yearbook", "地区生产总值"),
)
SCORES: tuple[Ingredient, ...] = (("egov_scores", "city_name"), *(("egov_scores", name) for name in SCORE_FIELDS))
NEIGHBOURS: tuple[Ingredient, ...] = (*SCORES, ("city_yearbook", "地区生产总值"))
NEEDED_BY: dict[str, tuple[Ingredient, ...]] = {  # variable of the firm panel, method.md section 7
    "egscore": SCORES,
    **{f"egscore_size{k}": NEIGHBOURS for k in (5, 7, 10)},
    "Con_wag": (("firm_survey", "wages_thousand_cny"), ("firm_survey", "employees_persons")),
    "Con_inc": (("firm_survey", "revenue_thousand_cny"),),
    "Con_exp": (("firm_survey", "export_delivery_thousand_cny"),),
    "Con_gdp": (("city_yearbook", "人均地区生产总值"),),
    "Con_num": (("city_yearbook", "规模以上工业企业数"),),
    "Con_inf": (("province_yearbook", "城市宽带接入用户"),),
}
WITHOUT: dict[Ingredient, str] = {  # what changes when a column that is not indispensable is absent
    ("customs", "unit"): "units within a product cannot be compared; unit values may mix kilograms and pieces",
    ("customs", "phone"): "firms are matched by name only; the step by postal code and phone finds nobody",
    ("customs", "zip_code"): "firms are matched by name only; the step by postal code and phone finds nobody",
    ("firm_survey", "phone"): "firms are matched by name only; the step by postal code and phone finds nobody",
    ("firm_survey", "zip_code"): "firms are matched by name only; the step by postal code and phone finds nobody",
    ("firm_survey", "registration_type_code"): "no ownership classes",
    ("firm_survey", "industry_code"): "no industry heterogeneity",
}


@dataclass(frozen=True)
class ColumnReady:
    """One printed column: the years it can be estimated on, and for each other year what it lacks."""

    table: str
    column: str
    years: tuple[int, ...]
    lacking: Mapping[int, tuple[str, ...]]

    @property
    def words(self) -> str:
        can = f"uses {', '.join(map(str, self.years))}" if self.years else "cannot be computed"
        cannot = [f"{year} lacks {', '.join(what)}" for year, what in self.lacking.items()]
        return "; ".join([can, *cannot])


def columns_ready(
    found: Sequence[SourceFound], columns: Mapping[tuple[str, str], Sequence[str]], years: Sequence[int]
) -> list[ColumnReady]:
    """For each printed column (table, number -> variables of the panel), what the files allow."""
    return [
        ColumnReady(
            table,
            column,
            years=tuple(year for year in years if not (lacks := _lacking(found, variables, year))),
            lacking={year: lacks for year in years if (lacks := _lacking(found, variables, year))},
        )
        for (table, column), variables in columns.items()
    ]


def consequences(found: Sequence[SourceFound]) -> list[str]:
    """What is computed differently because a column is absent, one sentence per source, column and years."""
    sentences: dict[str, list[str]] = {}
    for each in found:
        for (source, column), what in WITHOUT.items():
            if each.source == source and each.is_readable and column not in each.filled:
                sentences.setdefault(f"{source} has no {column}: {what}", []).append(str(each.year))
    return [f"{', '.join(years)}: {sentence}" for sentence, years in sentences.items()]


def _lacking(found: Sequence[SourceFound], variables: Sequence[str], year: int) -> tuple[str, ...]:
    of_year = {each.source: each for each in found if each.year == year}
    needed = [*NEEDED_BY_ALL, *(each for name in variables for each in NEEDED_BY.get(name.removeprefix("D."), ()))]
    lacks: dict[str, list[str]] = {}
    for source, column in needed:
        if not of_year[source].is_readable:
            lacks[source] = ["(not readable)"]
        elif column not in of_year[source].filled and column not in lacks.setdefault(source, []):
            lacks[source].append(column)
    return tuple(f"{source} {', '.join(names)}" for source, names in lacks.items() if names)
