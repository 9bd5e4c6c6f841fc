"""The probabilistic step: Fellegi-Sunter by Splink on DuckDB, for firms that no exact key paired.

What belongs here: what is compared, which pairs are looked at, and how probabilities become one-to-one pairs. The
weights are not made here: `splink_model.yml` holds them, and `train_splink.py` writes that file.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import yaml

if TYPE_CHECKING:
    from splink import Linker

MODEL = Path(__file__).with_name("splink_model.yml")
LEAST_LISTED = 0.5  # less probable pairs are not even candidates
DECIMALS = 6  # a probability is a sum of logs: beyond this the last bits depend on the machine
# Left alone, DuckDB takes four fifths of the machine.
DUCKDB_LIMITS: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "4GB", "threads": 2}
PAIRS = {
    "company_id": pl.String, "survey_firm_id": pl.String, "ruled_out": pl.String, "evidence": pl.String,
    "probability": pl.Float64,
}  # fmt: skip
# Each is an equality that some true pair keeps when the others break; none alone holds for many pairs.
BLOCKS = (
    ("core",),
    ("phone7",),
    ("zip", "trade"),
    ("zip", "substr(core, 1, 1)"),
    ("city", "trade", "substr(core, 1, 2)"),
    ("city", "substr(core, 2, 2)"),
)


def probable_pairs(open_customs: pl.DataFrame, open_survey: pl.DataFrame, least_probability: float) -> pl.DataFrame:
    """Pairs of probability 0.5 or more: company_id, survey_firm_id, ruled_out, evidence, probability.

    open_customs, open_survey  identities of one year, with company_id and survey_firm_id
    ruled_out  below_threshold; better_pair (one of the firms has a more probable partner); several_firms (a tie); null
               for the pairs that stay, which are one-to-one
    evidence   what each comparison adds to the match weight, in bits: "core +4.8, location +10.2, trade -4.1, ..."
    """
    if open_customs.is_empty() or open_survey.is_empty():
        return pl.DataFrame(schema=PAIRS)
    model = weights()
    linker = linker_of(comparable(open_customs, "company_id"), comparable(open_survey, "survey_firm_id"), model)
    comparisons = [each["output_column_name"] for each in model["comparisons"]]
    predicted = linker.inference.predict(threshold_match_probability=LEAST_LISTED).as_duckdbpyrelation().pl()
    pairs = predicted.select(
        company_id="unique_id_l",
        survey_firm_id="unique_id_r",
        evidence=pl.concat_str([_bits(comparison, predicted) for comparison in comparisons], separator=", "),
        probability=pl.col("match_probability").round(DECIMALS),
    )  # fmt: skip
    best = [pl.col("probability").max().over(firm) for firm in ("company_id", "survey_firm_id")]
    is_best = pl.col("probability") == pl.max_horizontal(best)
    ties = [is_best.sum().over(firm) > 1 for firm in ("company_id", "survey_firm_id")]
    return pairs.select(
        "company_id",
        "survey_firm_id",
        ruled_out=pl.when(pl.col("probability") < least_probability).then(pl.lit("below_threshold"))
        .when(~is_best).then(pl.lit("better_pair"))
        .when(pl.any_horizontal(ties)).then(pl.lit("several_firms")),
        evidence="evidence",
        probability="probability",
    ).sort("company_id", "survey_firm_id")  # fmt: skip


def weights() -> dict[str, Any]:
    """The checked-in model, as `train_splink.py` writes it."""
    return yaml.safe_load(MODEL.read_text(encoding="utf-8"))


def _bits(comparison: str, predicted: pl.DataFrame) -> pl.Expr:
    """A comparison's Bayes factor in bits, with its correction for how frequent the common value is."""
    factors = [name for name in (f"bf_{comparison}", f"bf_tf_adj_{comparison}") if name in predicted.columns]
    bits = pl.sum_horizontal(pl.col(factor).log(2) for factor in factors)
    rounded = (bits * 10).round().cast(pl.Int64)
    size = pl.concat_str(rounded.abs() // 10, pl.lit("."), rounded.abs() % 10)
    return pl.concat_str(pl.lit(f"{comparison} "), pl.when(rounded < 0).then(pl.lit("-")).otherwise(pl.lit("+")), size)


def comparable(firms: pl.DataFrame, identifier: str) -> pl.DataFrame:
    """What Splink compares, one row per firm; what identifies nobody is null."""
    return firms.select(
        pl.col(identifier).alias("unique_id"),
        "core",
        pl.col("core").str.split("").alias("characters"),
        *(pl.when(pl.col(part) != "").then(part).alias(part) for part in ("trade", "form")),
        "unit",
        "zip",
        "city",
        pl.when(pl.col("phone_fault").is_null()).then("phone7").alias("phone7"),
        pl.col("is_foreign").cast(pl.String),
    ).sort("unique_id")


def linker_of(customs: pl.DataFrame, survey: pl.DataFrame, model: dict[str, Any]) -> "Linker":
    """A linker over two `comparable` frames, on a DuckDB of its own in memory."""
    import duckdb
    from splink import DuckDBAPI, Linker

    connection = duckdb.connect(":memory:", config=DUCKDB_LIMITS)
    connection.register("customs", customs.to_arrow())
    connection.register("survey", survey.to_arrow())
    return Linker(
        ["customs", "survey"], model, DuckDBAPI(connection), input_table_aliases=["customs", "survey"],
        set_up_basic_logging=False,
    )  # fmt: skip
