"""What the files at hand allow: which tables and columns of the study can be computed, for which years, and why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from egov_assets.doctor.found import SourceFound
from egov_assets.paper.study import SCORE_FIELDS
from egov_assets.raw.city_lists import COLUMNS as CITY_LISTS
from egov_assets.raw.city_lists import INNOVATION, POLICIES, BadCityList, read_city_list
from egov_assets.raw.input_output import FOLDER as INPUT_OUTPUT
from egov_assets.raw.input_output import BadInputOutput, read_input_output
from egov_assets.raw.tariffs import FOLDER as TARIFFS
from egov_assets.raw.tariffs import BadTariffs, read_tariffs

PrintedColumn = tuple[str, str]  # table, number
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
NEEDED_BY: dict[str, tuple[Ingredient, ...]] = {  # variable of the firm panel that needs more; method.md section 7
    "egscore": SCORES,
    **{field: (("egov_scores", field),) for field in SCORE_FIELDS},
    **{f"egscore_size{k}": NEIGHBOURS for k in (5, 7, 10)},
    "Con_wag": (("firm_survey", "wages_thousand_cny"), ("firm_survey", "employees_persons")),
    "Con_inc": (("firm_survey", "revenue_thousand_cny"),),
    "Con_exp": (("firm_survey", "export_delivery_thousand_cny"),),
    "Con_gdp": (("city_yearbook", "人均地区生产总值"),),
    "Con_num": (("city_yearbook", "规模以上工业企业数"),),
    "Con_inf": (("province_yearbook", "城市宽带接入用户"),),
    "ln_age": (("firm_survey", "opening_year"),),
    "asset_firm": (("firm_survey", "total_assets_thousand_cny"),),
    "SA_firm": (("firm_survey", "total_assets_thousand_cny"), ("firm_survey", "opening_year")),
    **{kind: (("firm_survey", "registration_type_code"),) for kind in ("state_firm", "pri_firm", "foreign_firm")},
    "ln_students": (("city_yearbook", "普通高等学校在校学生数"),),
    "fdi": (("city_yearbook", "当年实际使用外资金额"),),
    **{kind: (("firm_survey", "industry_code"),) for kind in ("ind_type", "ind_tech")},
    "inf_dum": (("province_yearbook", "城市宽带接入用户"),),
    "IV_int": (("province_yearbook", "域名数"),),
    "trade_firm": (("customs", "trade_mode"),),
}
LISTS = {  # folder -> variables that only its files give
    "work_reports": ("IV_gov",),
    POLICIES: ("sma_city",),
    INNOVATION: ("innov",),
    TARIFFS: ("input_tariff",),
    INPUT_OUTPUT: ("upstreamness", "gvc_firm"),
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
class ColumnsReady:
    """Printed columns of which the same is true: the years they can use, and for each other year what they lack."""

    columns: tuple[str, ...]
    years: tuple[int, ...]
    lacking: Mapping[int, tuple[str, ...]]

    @property
    def words(self) -> str:
        can = f"uses {', '.join(map(str, self.years))}" if self.years else "cannot be computed"
        cannot = [f"{year} lacks {', '.join(what)}" for year, what in self.lacking.items()]
        return "; ".join([can, *cannot])


def columns_ready(
    found: Sequence[SourceFound], columns: Mapping[PrintedColumn, Sequence[str]], years: Sequence[int]
) -> list[ColumnsReady]:
    """What the files allow, for printed columns (table, number -> variables of the panel); like columns together."""
    alike: dict[tuple, dict[str, list[str]]] = {}
    for (table, number), variables in columns.items():
        lacking = tuple((year, lacks) for year in years if (lacks := _lacking(found, _plain(variables), year)))
        alike.setdefault(lacking, {}).setdefault(table, []).append(number)
    return [
        ColumnsReady(
            tuple(f"{table} ({', '.join(numbers)})" for table, numbers in tables.items()),
            tuple(year for year in years if year not in dict(lacking)),
            dict(lacking),
        )
        for lacking, tables in alike.items()
    ]


@dataclass(frozen=True)
class ListFound:
    """A folder of files that a few printed columns need: how many files it holds, these columns, what is wrong."""

    folder: str
    files: int
    columns: tuple[str, ...]
    fault: str = ""

    @property
    def words(self) -> str:
        needed = f"{', '.join(self.columns)} {'needs' if len(self.columns) == 1 else 'need'} it"
        wrong = f"; cannot be read: {self.fault}" if self.fault else ""
        return f"{self.folder}: {f'{self.files} files' if self.files else 'no file'}; {needed}{wrong}"


def lists_found(raw: Path, columns: Mapping[PrintedColumn, Sequence[str]]) -> list[ListFound]:
    """The folders of LISTS below the raw folder, with the printed columns that need each."""
    found = []
    for folder, variables in LISTS.items():
        needing = [
            f"{table} ({number})"
            for (table, number), names in columns.items()
            if not set(variables).isdisjoint(_plain(names))
        ]
        files = sum(1 for path in (raw / folder).rglob("*") if path.is_file() and not path.name.startswith((".", "~$")))
        if needing and (files or folder != INPUT_OUTPUT):  # without a table of the study's own the shipped one is used
            found.append(ListFound(folder, files, tuple(needing), _fault_of_list(raw, folder)))
    return found


def _fault_of_list(raw: Path, folder: str) -> str:
    """What keeps a list from being read; nothing for work reports, each of which is named in a table of their own."""
    try:
        if folder in CITY_LISTS:
            read_city_list(raw, folder)
        elif folder == TARIFFS:
            read_tariffs(raw)
        elif folder == INPUT_OUTPUT:
            read_input_output(raw)
    except (BadCityList, BadTariffs, BadInputOutput) as bad:
        return "; ".join(str(bad).splitlines())
    return ""


def _plain(variables: Sequence[str]) -> list[str]:
    """Variables without the mark of a change between years."""
    return [name.removeprefix("D.") for name in variables]


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
    needed = [*NEEDED_BY_ALL, *(each for name in variables for each in NEEDED_BY.get(name, ()))]
    lacks: dict[str, list[str]] = {}
    for source, column in needed:
        if not of_year[source].is_readable:
            lacks[source] = ["(not readable)"]
        elif column not in of_year[source].filled and column not in lacks.setdefault(source, []):
            lacks[source].append(column)
    return tuple(f"{source} {', '.join(names)}" for source, names in lacks.items() if names)
