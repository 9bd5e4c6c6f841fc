"""Kinds of firm by its survey record: age, size, financing constraint, owner."""

import polars as pl

from egov_assets.moderators.settings import ModeratorSettings

# Paper 4.3(3), after Hadlock and Pierce (2010).
SA_SIZE, SA_SIZE_SQUARED, SA_AGE = -0.737, 0.043, -0.040
# Registration types of the National Bureau of Statistics: state-owned, state joint operation (two), solely state-owned.
STATE_REGISTRATIONS = ("110", "141", "143", "151")
PRIVATE_REGISTRATIONS = ("171", "172", "173", "174")  # 私营: sole owner, partnership, limited, by shares
FOREIGN_REGISTRATIONS = "^[23]"  # 2: Hong Kong, Macao, Taiwan; 3: foreign


def firm_kinds(firms: pl.DataFrame, settings: ModeratorSettings) -> pl.DataFrame:
    """One row per survey firm and year: survey_firm_id, year and the kinds below.

    firms       clean_firms: registration_type_code, opening_year, total_assets_thousand_cny
    ln_age      log of year - opening year + 1; missing for a firm that opens after the year
    asset_firm  log of total assets, thousand CNY; missing unless positive
    SA_firm     -0.737 s + 0.043 s^2 - 0.040 age with s the log of total assets, not capped; unit and sign by `settings`
    state_firm, pri_firm, foreign_firm  0/1 as Int32; missing where the registration type is
    Source      method.md sections 9 and 11.3, domain.md 5.4
    """
    assets, registration = pl.col("total_assets_thousand_cny"), pl.col("registration_type_code")
    age = pl.when(pl.col("opening_year") <= pl.col("year")).then(pl.col("year") - pl.col("opening_year") + 1)
    ln_assets = pl.when(assets > 0).then(assets.log())
    size = ln_assets - pl.lit(1000.0).log() if settings.sa_assets_in == "million_cny" else ln_assets
    index = SA_SIZE * size + SA_SIZE_SQUARED * size.pow(2) + SA_AGE * age
    return firms.select(
        "survey_firm_id",
        "year",
        ln_age=age.cast(pl.Float64).log(),
        asset_firm=ln_assets,
        SA_firm=index.abs() if settings.sa_sign == "absolute" else index,
        state_firm=registration.is_in(STATE_REGISTRATIONS).cast(pl.Int32),
        pri_firm=registration.is_in(PRIVATE_REGISTRATIONS).cast(pl.Int32),
        foreign_firm=registration.str.contains(FOREIGN_REGISTRATIONS).cast(pl.Int32),
    )
