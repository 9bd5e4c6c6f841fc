"""Everything the demo economy plants, as one validated settings file (`truth.yml` beside this module).

What belongs here: the planted parameters, their limits and meaning. What does not: how they act, which is in
`government.py`, `firms.py`, `capability.py` and `demand.py`.
"""

from math import exp
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from egov_assets.demo_economy.raw_files.rates import Defects, MatchNoise
from egov_assets.platform.settings_file import Settings, overlay, parse_settings, read_settings
from egov_assets.platform.years import years_in_order

FIRST_YEAR, LAST_YEAR = 2000, 2013  # of the layouts of customs and survey, and of the published provincial series
DEFAULT_FILE = Path(__file__).with_name("truth.yml")
VARIANTS = {"sparse": Path(__file__).with_name("sparse.yml")}  # settings that differ, shipped under a name

MOST_SIGMA = 15.0  # a steeper demand turns a price of a fifth less into twenty times the sales
SIGMA_TAIL = 2.5  # standard deviations at which the draws of a product are cut
MOST_FIRMS = 5_000_000  # with their later codes still below the 10^7 that organisation codes can tell apart

Share = Annotated[float, Field(ge=0, le=1)]
Spread = Annotated[float, Field(ge=0, le=2)]  # standard deviations and gamma scales in logs or in scores
Shape = Annotated[float, Field(gt=0, le=10)]
InQua = Annotated[float, Field(ge=-1, le=1)]  # qua itself lies within 0..1
Slope = Annotated[float, Field(ge=-10, le=10)]
Stock = Annotated[int, Field(ge=0, le=1_000_000)]


class Section(Settings):
    """A section of the truth: unknown keys, NaN and infinite numbers are refused, and every dial has its bounds."""


class Controls(Section):
    """Causal effects on `qua` of the six controls, as printed in Table 2 column 3."""

    Con_wag: InQua
    Con_inc: InQua
    Con_exp: InQua
    Con_gdp: InQua
    Con_num: InQua
    Con_inf: InQua


class Mechanisms(Section):
    """Effects on `qua` of the mechanism variables themselves, as printed in Table 10 (rows exit, imp, fdi, innov)."""

    exit: InQua
    varieties: InQua
    fdi: InQua
    innovation: InQua


class Effect(Section):
    on_ln_quality: Annotated[float, Field(ge=-2, le=2)] = Field(
        description="structural effect of latent digital government (0..1) on ln lambda"
    )
    ln_quality_per_qua: Annotated[float, Field(gt=0, le=20)] = Field(
        description="ln lambda per unit of qua at scale 1: turns effects declared in qua units into ln lambda"
    )
    controls: Controls
    mechanisms: Mechanisms
    city_shock_sd: Spread = Field(description="sd of the city-year shock to ln lambda")
    reverse_causality: Slope = Field(description="response of digital government to that shock, per unit of ln lambda")
    crisis_shock_sd: Spread = Field(description="sd of a further shock to ln lambda of cities in 2010 alone")
    crisis_response: Slope = Field(description="response of digital government to the crisis, per unit of ln lambda")


class Interactions(Section):
    """Printed interactions of Tables 7-10, in qua units at a baseline of `baseline`; each moderator acts centred."""

    baseline: Annotated[float, Field(ge=0.001, le=1)]
    eastern: InQua
    coastal: InQua
    policy_city: InQua
    ftz_province: InQua
    broadband: InQua
    labour_intensive: InQua
    high_tech: InQua
    private: InQua
    assets: InQua
    sa_index: InQua
    upstreamness: InQua
    ordinary_trade: InQua
    exit: InQua
    varieties: InQua
    fdi: InQua
    innovation: InQua


class Government(Section):
    """City scores: persistent levels, yearly movements (sd in score units) and errors of measurement."""

    mean_score: Share
    level_sd: Spread = Field(description="sd of the persistent city level that income does not explain")
    level_on_ln_gdp_per_head: InQua
    yearly_gain: InQua
    own_sd: Spread = Field(description="city-year movement that no instrument explains")
    error_sd: Spread = Field(description="city-year error of the rating, common to the nine fields")
    field_profile_sd: Annotated[float, Field(ge=0, le=10)] = Field(
        description="persistent strength of a city in a field, in logits"
    )
    field_noise_sd: Annotated[float, Field(ge=0, le=10)] = Field(
        description="the same of a year: the more, the less collinear the nine fields"
    )
    reach: Annotated[float, Field(gt=0, le=0.5)] = Field(description="scores stay within middle +- reach")
    middle: Share


class Instruments(Section):
    """What moves digital government without touching quality."""

    shared_sd: Spread = Field(description="yearly movement shared by same-province cities of similar GDP")
    shared_rank_correlation: Share = Field(
        description="its correlation between neighbours in the province's GDP ranking"
    )
    report_sd: Spread = Field(description="yearly movement announced in the government work report")
    report_words_mean: Annotated[float, Field(gt=0, le=1000)] = Field(description="mean number of keywords in a report")
    report_words_response: Spread = Field(description="ln keywords per sd of the announced movement")
    report_tokens_mean: Annotated[float, Field(gt=0, le=1e6)]
    terrain_response: InQua = Field(description="digital government per unit of relief x ln domain names")


class Sigma(Section):
    mean: Annotated[float, Field(ge=1.05, le=MOST_SIGMA)]
    ln_sd: Spread = Field(description="sd of ln(sigma - 1) across products")

    @model_validator(mode="after")
    def _steepest_demand_is_bounded(self) -> Self:
        largest = 1 + (self.mean - 1) * exp(SIGMA_TAIL * self.ln_sd - self.ln_sd**2 / 2)
        if largest > MOST_SIGMA:
            raise ValueError(
                f"with mean {self.mean} and ln_sd {self.ln_sd} the largest sigma is {largest:.1f}, at most "
                f"{MOST_SIGMA:.0f} makes amounts that a file can hold; lower one of the two"
            )
        return self


class Capability(Section):
    """Left-skewed parts of ln lambda: minus gammas of these shapes, all of scale `gamma_scale`, mean removed."""

    curvature: Annotated[float, Field(ge=0.1, le=100)] = Field(
        description="D = alpha - (1-beta)(sigma-1) of eq. (5), common to all products"
    )
    gamma_scale: Annotated[float, Field(gt=0, le=2)]
    firm_shape: Shape
    firm_product_shape: Shape
    process_sd: Spread = Field(description="sd of ln process capability relative to the wage")


class Prices(Section):
    quality_raises_cost: Annotated[float, Field(ge=0, lt=1)] = Field(description="beta of eq. (3)")
    cost_sd: Spread = Field(description="persistent cost of a firm's product")
    cost_year_sd: Spread = Field(description="yearly cost shock common to a firm-product's destinations")
    destination_sd: Spread
    demand_correlation: Share = Field(description="of the destination's price shock with the demand noise")


class Demand(Section):
    products: int = Field(ge=1, le=5000)
    destinations: int = Field(ge=2, le=300)
    excluded_share: Share = Field(description="share of firm-products in codes that cleaning must drop")
    home_gdp_elasticity: Annotated[float, Field(ge=-2, le=2)] = Field(
        description="gamma: ln quantity on ln provincial GDP"
    )
    taste_scale: Annotated[float, Field(gt=0, le=2)] = Field(
        description="gamma scale of taste in ln lambda units: the fat left tail of demand"
    )
    taste_shape: Shape = Field(description="gamma shape of persistent taste")
    taste_year_shape: Shape = Field(description="gamma shape of yearly taste")
    market_sd: Spread
    core_share: Share = Field(description="share of a firm's product-destination pairs served in every year")
    occasional_share: Share = Field(description="chance of any other pair in a year")


class LongTail(Section):
    """Products that few firms sell, beside `demand.products`, and slips of the unit in what is declared."""

    products: int = Field(ge=0, le=5000, description="further HS6 codes of differentiated manufactures, at any scale")
    line_share: Share = Field(description="chance that a firm's product is one of them; destinations are drawn evenly")
    concentration: Annotated[float, Field(ge=0, le=5)] = Field(
        description="exponent of size on rank among them, inside a division"
    )
    weak_share: Share = Field(description="share of them whose price the destination sets")
    weak_pass_through: Share = Field(description="how much of a firm's costs passes into such a price")
    slip_share: Share = Field(description="share of their flows declared 10, 100 or 1000 times too large or too small")
    slip_share_elsewhere: Share = Field(description="the same of the flows of all other products")


class Firms(Section):
    """The population; counts are stocks per year at scale 1."""

    large_exporters: int = Field(ge=1, le=1_000_000)
    small_exporters: Stock
    intermediaries: Stock
    domestic_firms: Stock
    exit_rate: Share
    exports_in_year: Share = Field(description="chance that an exporter exports in a year")
    reports_exports: Share = Field(description="share of exporters with a positive export delivery value")
    city_moves: Share
    industry_changes: Share
    renames: Share
    survey_id_changes: Share
    ownership_changes: Share
    single_destination: Share
    pairs_at_mean_exports: Annotated[float, Field(gt=0, le=1000)] = Field(
        description="product-destination pairs of a firm of average exports"
    )
    pairs_elasticity: Annotated[float, Field(ge=0, le=2)] = Field(
        description="of the number of pairs with respect to exports"
    )
    survey_threshold_thousand_cny: dict[int, Annotated[float, Field(gt=0, le=1e9)]] = Field(
        description="least revenue in the survey, by first year"
    )


class Truth(Section):
    """The planted economy. Grain: one per simulated world; equal truths make equal bytes."""

    seed: int = Field(ge=0, le=2**63 - 1)
    years: Annotated[tuple[int, ...], BeforeValidator(years_in_order)]
    scale: Annotated[float, Field(gt=0, le=300)] = Field(
        description="1 = about 3,000 matched exporters and 200,000 customs lines a year"
    )
    effect: Effect
    interactions: Interactions
    government: Government
    instruments: Instruments
    sigma: Sigma
    capability: Capability
    prices: Prices
    demand: Demand
    long_tail: LongTail
    firms: Firms
    match_noise: MatchNoise
    defects: Defects

    @field_validator("years")
    @classmethod
    def _known_years(cls, years: tuple[int, ...]) -> tuple[int, ...]:
        if unknown := [year for year in years if not FIRST_YEAR <= year <= LAST_YEAR]:
            raise ValueError(f"{unknown[0]} is not between {FIRST_YEAR} and {LAST_YEAR}, for which layouts are known")
        return years

    @field_validator("firms")
    @classmethod
    def _firms_can_be_told_apart(cls, firms: Firms, known: ValidationInfo) -> Firms:
        scale, years = known.data.get("scale", 0.0), known.data.get("years", ())  # missing where they are wrong
        stocks = (firms.large_exporters, firms.small_exporters, firms.intermediaries, firms.domestic_firms)
        codes = sum(stocks) * scale * (1 + (firms.exit_rate + firms.survey_id_changes) * len(years))
        if codes > MOST_FIRMS:
            raise ValueError(
                f"at scale {scale} they need {codes:,.0f} codes, at most {MOST_FIRMS:,} can be told apart; lower scale "
                "or the stocks"
            )
        return firms

    def with_changes(self, **changes: Any) -> "Truth":
        """The same truth with sections changed key by key, e.g. `with_changes(effect={"on_ln_quality": 0})`.

        Raises  SettingsError for unknown keys and bad values.
        """
        return parse_settings(Truth, overlay(self.model_dump(), changes), source="changes of the truth")

    def as_yaml(self) -> str:
        """The text of a truth file that reads back to this truth."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def read_truth(path: Path | None = None, **settings: Any) -> Truth:
    """The shipped truth, `settings` laid over it, and over both the keys of the file at `path`, or of the variant of
    that name.

    Raises  SettingsError listing all problems of the file.
    """
    shipped = yaml.safe_load(DEFAULT_FILE.read_text(encoding="utf-8"))
    if path is None:
        return parse_settings(Truth, shipped | settings, DEFAULT_FILE)
    return read_settings(Truth, VARIANTS.get(str(path), path), defaults=shipped | settings)
