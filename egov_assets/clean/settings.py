"""Section `cleaning` of study.yml: which cuts of the cleaning are made, and where they lie.

What belongs here: every choice that papers make differently. What does not: rules without which a row has no place in
the clean table of its year (no company, no product, no destination, no readable value, a period of another year, which
divides files of several years; of the survey, figures of nobody and a firm's second row); they cannot be switched off.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from egov_assets.paper.study import MIN_FLOW_QUANTITY, MIN_FLOW_VALUE_USD
from egov_assets.platform import reference
from egov_assets.platform.settings_file import Settings, read_section
from egov_assets.platform.years import StudyYear
from egov_assets.raw.patterns import BELOW_THE_RAW_FOLDER

SECTION = "cleaning"


def _known_country(code: str) -> str:
    if code not in set(reference.table("countries")["iso3"]):
        raise ValueError(f"{code!r} is the ISO code of no country in reference/countries.csv; three capital letters")
    return code


def _below_the_raw_folder(path: str) -> str:
    if not BELOW_THE_RAW_FOLDER.fullmatch(path):
        raise ValueError(f"{path!r} is no path below the raw folder: / between folders, no .. and no drive")
    return path


RawPath = Annotated[str, AfterValidator(_below_the_raw_folder)]
Chapter = Annotated[str, StringConstraints(pattern=r"^\d{2}$")]
Keyword = Annotated[str, StringConstraints(pattern=r"^\w+$", min_length=2)]  # plain words: they go into SQL
PartnerName = Annotated[str, StringConstraints(pattern=r"^[\w()（）·.,、 -]+$")]
Iso3 = Annotated[str, AfterValidator(_known_country)]
Figure = Literal[
    "employees_persons",
    "wages_thousand_cny",
    "export_delivery_thousand_cny",
    "total_assets_thousand_cny",
    "current_assets_thousand_cny",
    "fixed_assets_thousand_cny",
    "paid_in_capital_thousand_cny",
]


class CustomsCleaning(Settings):
    """Cuts of the customs lines; sources: domain.md 1.6, 1.7, 4.1, method.md section 5."""

    drop_duplicate_lines: bool = Field(True, description="exact duplicates of a line, and part files that are doubled")
    files_left_out: tuple[RawPath, ...] = Field(
        (), description="files below the raw folder that repeat others, such as a year's total beside its months"
    )
    overlaps_accepted: tuple[StudyYear, ...] = Field(
        (), description="years whose files seem to say the same trade twice and do not"
    )
    drop_reimports: bool = Field(True, description="lines whose partner is China, imports as well")
    excluded_chapters: tuple[Chapter, ...] = Field(("93", "97", "98", "99"), description="HS chapters left out")
    drop_intermediaries: bool = Field(True, description="firms whose name is that of a trading intermediary")
    intermediary_keywords: Literal["core", "all"] | tuple[Keyword, ...] = Field(
        "core", description="words of their names: the core or all of reference/intermediary_keywords.csv, or a list"
    )
    partner_names: dict[PartnerName, Iso3] = Field(
        {}, description="partner as printed -> ISO code, for names in no country list; `egov doctor` lists yours"
    )
    hs_products: Literal["code", "family"] = Field(
        "code",
        description="a code of the oldest HS revision among the study's years, or the first of a family of codes that "
        "later revisions split, joined or exchanged",
    )
    goods: Literal["differentiated", "differentiated_or_reference_priced", "manufactures", "all"] = Field(
        "differentiated", description="goods that are kept; the first three are manufactures (SITC rev. 2, 5 to 8)"
    )
    rauch: Literal["conservative", "liberal"] = Field("conservative", description="Rauch's classification")
    ordinary_trade_only: bool = Field(False, description="leave out processing and other trade")
    usual_unit_only: bool = Field(True, description="lines in the product's most frequent unit, or a multiple")
    min_flow_value_usd: float = Field(MIN_FLOW_VALUE_USD, ge=0, description="of a firm, product, destination and year")
    min_flow_quantity: float = Field(MIN_FLOW_QUANTITY, ge=0, description="of a firm, product, destination and year")


class SurveyCleaning(Settings):
    """Cuts of the survey of industrial firms; source: domain.md 2.5."""

    min_employees: int = Field(8, ge=0, description="papers use 8, 10 or 30")
    min_revenue_thousand_cny: dict[StudyYear, float] = Field(
        {}, description="year -> revenue; the survey's own thresholds are 5,000 to 2010 and 20,000 from 2011"
    )
    required_figures: tuple[Figure, ...] = Field((), description="figures without which a firm is left out")
    drop_inconsistent_assets: bool = Field(True, description="current or fixed assets above total assets")
    drop_without_capital: bool = Field(True, description="paid-in capital zero or negative")
    drop_invalid_opening: bool = Field(True, description="opening month outside 1 to 12, year after the survey")
    first_opening_year: int = Field(1900, description="papers use 1900 or 1949")
    drop_negative_figures: bool = Field(True, description="wages, export delivery or assets below zero")
    max_exports_to_revenue: float = Field(
        10, ge=0, description="export delivery value of at most so many times revenue; 0 asks nothing"
    )
    drop_unknown_regions: bool = Field(False, description="regions that name no city or province of the year")


class Cleaning(Settings):
    """All choices of the cleaning."""

    max_unread_share: float = Field(
        0.1, ge=0, le=1, description="of a column's cells that cannot be read; with more the year is not published"
    )
    customs: CustomsCleaning = CustomsCleaning()
    survey: SurveyCleaning = SurveyCleaning()

    def dbt_variables(self, year: int) -> dict[str, Any]:
        """The choices of one year under the names that the dbt rules use."""
        survey = self.survey.model_dump(mode="json")
        customs = self.customs.model_dump(mode="json", exclude={"hs_products"})  # `build_year` makes the products
        survey["min_revenue_thousand_cny"] = self.survey.min_revenue_thousand_cny.get(year, 0)
        return {"max_unread_share": self.max_unread_share} | customs | survey


def read_cleaning(study_file: Path) -> Cleaning:
    """The study's choices: the defaults, with section `cleaning` of study.yml laid over them.

    Raises  SettingsError listing every problem of the section, each unknown key with the nearest known one
    """
    return read_section(Cleaning, study_file, SECTION)
