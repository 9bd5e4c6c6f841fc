"""Section `quality` of study.yml: how quality is read where the paper is silent or other papers differ.

The defaults are the readings that method.md section 5 recommends. Every outcome has a method of its own and all come
from one pass over the same flows, so that two outcomes differ in their method only.
"""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from egov_assets.paper.study import DIVISOR_SIGMA, MIN_PRODUCT_FLOWS
from egov_assets.platform.settings_file import Settings, read_section

SECTION = "quality"


class Method(Settings):
    """How one outcome measures the quality of a flow."""

    price_coefficient: Literal["iv", "ols", "imposed", "unit_value"] = Field(
        "iv",
        description="two-stage least squares; least squares (ex-post inference); minus an imposed sigma (Khandelwal, "
        "Schott and Wei); or no demand at all: quality is the unit value",
    )
    province_gdp: bool = Field(True, description="ln provincial GDP is a regressor (COL-04)")
    sigma: float = Field(DIVISOR_SIGMA, gt=1, description="the divisor; the imposed sigma; what to fall back on")
    sigma_table: Literal["broda_weinstein_hs3", "protee_hs6"] | None = Field(
        None, description="impose these by product instead of the constant; products without a sigma are dropped"
    )
    divisor: Literal["constant", "own"] = Field(
        "constant", description="log quality is the residual over sigma - 1: the constant, or the product's own sigma"
    )

    @property
    def is_estimated(self) -> bool:
        return self.price_coefficient in ("iv", "ols")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.sigma_table and self.price_coefficient != "imposed":
            raise ValueError("sigma_table is imposed: set price_coefficient to imposed, or leave the table out")
        if self.sigma_table and self.divisor != "own":
            raise ValueError("sigma_table has a sigma for each product, and log quality is over it: set divisor to own")
        return self


Treatment = Literal["keep", "drop", "fall_back"]


class SparseData(Settings):
    """What is done where products, markets and first stages are thin; the paper says nothing of it.

    The single word `literal` in place of the keys is the paper's own reading: nothing is left out or replaced.
    """

    sigma_at_most_one: Treatment = Field(
        "fall_back", description="estimates at most 1, at which demand has no optimal price; fall back on `sigma`"
    )
    weak_first_stage: Treatment = Field("fall_back", description="estimates with first-stage F below the next")
    min_first_stage_f: float = Field(
        10.0,
        gt=0,
        description="Staiger and Stock's 10; with one instrument the robust F is the effective F: 23.1 for 10 %",
    )
    insignificant_sigma: Treatment = Field(
        "keep", description="estimates that errors clustered by firm cannot tell from 0 at 5 %"
    )
    pooling: bool = Field(
        False,
        description="estimates are drawn to the mean of their HS4 group, these to that of HS2, by precision (empirical "
        "Bayes); weak ones count for nothing and take their group's",
    )
    thin_markets: Literal["drop", "keep", "pool_years"] = Field(
        "drop",
        description="flows of markets smaller than the next get no quality, or theirs at the mean of the market (alone "
        "a flow is its own mean), or are set against their product and destination in all years",
    )
    min_market_flows: int = Field(2, ge=2, description="flows of a product to a destination in a year")
    unit_value_mads: float | None = Field(
        5.0,
        gt=0,
        description="flows whose ln unit value is further from the median of product and year, in median absolute "
        "deviations (x 1.4826), are left out; null keeps them",
    )
    warned_suspect_share: float = Field(
        0.1, ge=0, le=1, description="a warning where more of value has a weak, insignificant or too small estimate"
    )
    refused_suspect_share: float = Field(1.0, ge=0, le=1, description="and where more has, nothing is published")

    @model_validator(mode="before")
    @classmethod
    def _literal(cls, given: Any) -> Any:
        if isinstance(given, str) and given != "literal":
            raise ValueError("the only word that stands for all keys is `literal`; give it, or `key: value` lines")
        return LITERAL.model_dump() if given == "literal" else given


LITERAL = SparseData(
    sigma_at_most_one="keep",
    weak_first_stage="keep",
    insignificant_sigma="keep",
    thin_markets="keep",
    unit_value_mads=None,
)


class QualitySettings(Settings):
    """All readings of method.md section 5; the outcome `ln_quality` shares the method of `qua`."""

    qua: Method = Method()
    qua_sub: Method = Field(
        Method(price_coefficient="ols", province_gdp=False), description="ex-post inference, table 4 (2) (DEF-04)"
    )
    qua_sub_imposed: Method = Field(
        Method(price_coefficient="imposed", province_gdp=False), description="the other reading of table 4 (2)"
    )
    qua_price_standardised: Method = Field(
        Method(price_coefficient="unit_value"), description="the other reading of table 4 (1) (DEF-05)"
    )
    province_gdp_prices: Literal["nominal", "real"] = Field(
        "nominal",
        description="provincial GDP as printed, or at the first year's prices by the yearbook's index (the paper)",
    )
    price_elsewhere: Literal["mean_of_logs", "log_of_mean", "value_weighted"] = Field(
        "mean_of_logs", description="of unit values over the firm-product's other destinations; weighted: of logs"
    )
    single_destination: Literal["drop", "residual"] = Field(
        "drop", description="flows without another destination: dropped, or given the product's coefficients (EQ-08)"
    )
    bounds: Literal["product", "market"] = Field(
        "product", description="min and max over all flows of the product, or of product, destination and year"
    )
    tails: Literal["keep", "trim", "winsorise"] = Field(
        "keep", description="of log quality, before the bounds: kept, left out, or drawn to the quantile"
    )
    tails_within: Literal["product", "product_year"] = Field("product", description="where the tails are cut")
    tail_share: float = Field(0.01, gt=0, lt=0.5, description="cut on each side; without effect if tails are kept")
    min_product_flows: int = Field(MIN_PRODUCT_FLOWS, ge=1, description="usable flows of all years")
    sparse_data: SparseData = Field(SparseData(), description="or the word literal: no rule, as the paper prints it")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        keeps = self.sparse_data.sigma_at_most_one == "keep"
        own = [name for name, method in self.methods.items() if method.divisor == "own" and method.is_estimated]
        if keeps and own:
            raise ValueError(
                f"divisor `own` of {', '.join(own)} turns quality round where sigma is at most 1: set "
                "sparse_data.sigma_at_most_one to drop or fall_back"
            )
        return self

    @property
    def methods(self) -> dict[str, Method]:
        """The method of each outcome, in the order of the tables."""
        return {name: getattr(self, name) for name in OUTCOMES}


OUTCOMES = ("qua", "qua_sub", "qua_sub_imposed", "qua_price_standardised")


def read_quality_settings(study_file: Path) -> QualitySettings:
    """The study's readings: the defaults, with section `quality` of study.yml laid over them.

    Raises  SettingsError listing every problem of the section, each unknown key with the nearest known one
    """
    return read_section(QualitySettings, study_file, SECTION, QualitySettings().model_dump())
