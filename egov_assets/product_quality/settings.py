"""Section `quality` of study.yml: how quality is read where the paper is silent or other papers differ.

The defaults are the readings that method.md section 5 recommends. Every outcome has a method of its own and all come
from one pass over the same flows, so that two outcomes differ in their method only.
"""

from pathlib import Path
from typing import Literal, Self

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
    sigma_at_most_one: Literal["keep", "drop", "fall_back"] = Field(
        "keep", description="estimates at most 1: keep (harmless under a constant divisor), drop, impose the constant"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.divisor == "own" and self.price_coefficient in ("iv", "ols") and self.sigma_at_most_one == "keep":
            raise ValueError(
                "divisor `own` turns quality round where sigma is at most 1: set sigma_at_most_one to drop or fall_back"
            )
        if self.sigma_table and self.price_coefficient != "imposed":
            raise ValueError("sigma_table is imposed: set price_coefficient to imposed, or leave the table out")
        if self.sigma_table and self.divisor != "own":
            raise ValueError("sigma_table has a sigma for each product, and log quality is over it: set divisor to own")
        return self


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
