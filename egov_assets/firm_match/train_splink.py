"""Weights of the probabilistic step, estimated without knowing any true pair.

    python -m egov_assets.firm_match.train_splink

reads `firm_identities` of the last run, writes `splink_model.yml` beside this file and draws the weights as
`outputs/firm_match/match_weights.png`. u-probabilities come from random pairs (fixed seed), m-probabilities from
expectation-maximisation on two blocks, so that every comparison is estimated from pairs that were not chosen by it.
"""

from typing import Any

import polars as pl
import yaml

from egov_assets.firm_match.picture import save_match_weights
from egov_assets.firm_match.probabilistic import BLOCKS, MODEL, comparable, linker_of
from egov_assets.platform.folders import Folders
from egov_assets.platform.lake import scan_table

SEED = 20102012
RANDOM_PAIRS = 2e6
TRAINING_YEAR = 2011  # one year: the same firm in two years would count as two
COMMON = "len(list_intersect(characters_l, characters_r))"
LONGER = "greatest(len(characters_l), len(characters_r))"
SHARE_FOUND_BY_NAME = 0.8  # of true pairs, those that agree in core, trade and city; sets the prior


def trained_model(identities: pl.DataFrame) -> dict[str, Any]:
    """The model as Splink saves it: settings, comparison levels, m- and u-probabilities, prior.

    identities  as `firm_identities` gives, of one year
    """
    from splink import block_on

    customs, survey = (
        comparable(identities.filter(pl.col("register") == register), "firm_id") for register in ("customs", "survey")
    )
    linker = linker_of(customs, survey, _untrained())
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("core", "trade", "city")], recall=SHARE_FOUND_BY_NAME
    )
    training.estimate_u_using_random_sampling(max_pairs=RANDOM_PAIRS, seed=SEED)
    for block in (block_on("phone7"), block_on("core", "trade")):
        training.estimate_parameters_using_expectation_maximisation(block, fix_u_probabilities=True)
    return _rounded(linker.misc.save_model_to_json())


def _rounded(saved: Any) -> Any:
    """Eight significant digits: beyond these, sums depend on the order in which threads finish."""
    if isinstance(saved, dict):
        return {key: _rounded(value) for key, value in saved.items()}
    if isinstance(saved, list):
        return [_rounded(value) for value in saved]
    return float(f"{saved:.8g}") if isinstance(saved, float) else saved


def _untrained() -> dict[str, Any]:
    import splink.comparison_level_library as level
    import splink.comparison_library as compare
    from splink import SettingsCreator, block_on

    core = compare.CustomComparison(
        output_column_name="core",
        comparison_levels=[
            level.NullLevel("core"),
            level.ExactMatchLevel("core", term_frequency_adjustments=True),
            # Not Splink's Levenshtein or Jaro-Winkler levels: DuckDB counts bytes, and a character here is three.
            level.CustomLevel(f"{COMMON} * 3 >= 2 * {LONGER}", "two thirds of the characters of core in common"),
            level.CustomLevel(f"{COMMON} * 3 >= {LONGER}", "a third of the characters of core in common"),
            level.ElseLevel(),
        ],
    )
    # One comparison, not three: a postal code lies in one city, and agreeing in both is no more than agreeing in it.
    location = compare.CustomComparison(
        output_column_name="location",
        comparison_levels=[
            level.NullLevel("zip"),
            level.ExactMatchLevel("zip"),
            level.CustomLevel("city_l = city_r", "same city"),
            level.ElseLevel(),
        ],
    )
    return SettingsCreator(
        link_type="link_only",
        linker_uid="firm_match",
        retain_intermediate_calculation_columns=True,  # the Bayes factors that explain a pair
        comparisons=[
            core,
            location,
            *(compare.ExactMatch(part) for part in ("trade", "form", "unit", "phone7", "is_foreign")),
        ],
        blocking_rules_to_generate_predictions=[block_on(*block) for block in BLOCKS],
    ).create_settings_dict("duckdb")


def main() -> None:
    folders = Folders.from_environment()
    identities = scan_table(folders.lake, "firm_identities", ())
    model = trained_model(identities.filter(pl.col("year") == TRAINING_YEAR).collect())
    MODEL.write_text(yaml.safe_dump(model, sort_keys=False, allow_unicode=True), encoding="utf-8")
    picture = save_match_weights(model, folders.outputs / "firm_match")
    print(f"Weights     {MODEL}\nPicture     {picture}")


if __name__ == "__main__":
    main()
