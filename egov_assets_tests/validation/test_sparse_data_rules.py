"""On sparse economies the rules order firms better than the literal reading, and thin markets take the effect away."""

from pathlib import Path

from pytest import MonkeyPatch, mark

from egov_assets.demo_economy.truth import read_truth
from egov_assets.validation import sparse_data_rules
from egov_assets.validation.sparse_data_rules import RULES, attenuation, compare_rules

pytestmark = mark.slow


def test_the_defaults_order_flows_and_firms_better_than_the_literal_reading():
    """With pooling sigma is nearer still; dropping flows alone in their market costs value."""
    names = ("none: the literal reading", "the defaults", "the defaults, sigma pooled")
    found = compare_rules(read_truth(Path("sparse")).with_changes(scale=0.2), {name: RULES[name] for name in names})
    literal, defaults, pooled = found.iter_rows(named=True)
    for rank in ("rank_in_product", "rank_of_firms"):
        assert defaults[rank] > 1.3 * literal[rank]
    assert pooled["sigma_error"] < defaults["sigma_error"] < literal["sigma_error"] / 2
    assert defaults["value_share"] < literal["value_share"]


def test_means_of_small_markets_take_quality_away_and_flows_that_are_alone_most_of_it():
    """The mean of n flows holds 1/n of each one's own quality."""
    truth = read_truth().with_changes(scale=0.1, demand={"products": 30})
    with MonkeyPatch.context() as patch:
        patch.setattr(sparse_data_rules, "PARTS", (1, 4))
        whole, quarters = attenuation(truth).iter_rows(named=True)
    assert whole["alone"] < quarters["alone"]
    assert quarters["kept"] < 0.9 * whole["kept"]
    assert quarters["kept"] < quarters["dropped"] < quarters["thick"] < 1
