"""Each rule of the audit acquits what a documented reading can produce, and nothing else."""

from pytest import approx, mark

from egov_assets.paper.published import stars_fit
from egov_assets.replication.audit_rules import (
    balance_fits,
    differences_fit,
    implied_means,
    means_fit,
    most_r2,
    neighbours_fit,
    r2_fits,
    said_fits,
    significance_fits,
)


@mark.parametrize(
    ("fits", "acquitted", "convicted"),
    [
        (stars_fit, ("***", "0.000"), ("**", "0.000")),
        (stars_fit, ("***", "0.010"), ("*", "0.010")),  # 0.0098 prints as 0.010 and has three
        (stars_fit, ("**", "0.010"), ("", "0.010")),
        (stars_fit, ("", "0.127"), ("***", "0.127")),
        (
            differences_fit,
            (60477, 76767),
            (76768, 76767),
        ),  # more than two thirds of the levels
        (balance_fits, (57341, 76767), (76768, 76767)),  # no multiple of two or three years
        (neighbours_fit, ([49118, 49118, 49118],), ([49118, 49118, 49119],)),
        (neighbours_fit, ([49118, 48000, 40000],), ([48000, 49118, 40000],)),
        (said_fits, ("0.046", "0.046"), ("0.026", "0.046")),
        (said_fits, ("0.05", "0.046"), ("0.03", "0.003")),  # two decimals of the text against three of the table
        (significance_fits, (0.01, "0.009"), (0.01, "0.031")),
        (significance_fits, (0.01, "0.010"), (0.01, "0.011")),
        (r2_fits, ("0.0000", "0.005", "0.155", "0.114"), ("0.0030", "0.005", "0.155", "0.114")),
        (r2_fits, ("0.0030", "0.040", "0.155", "0.114"), ("0.0040", "0.040", "0.155", "0.114")),
        (means_fit, ("0.731", "0.005", "0.533", "0.734"), ("0.728", "0.005", "0.533", "0.734")),
    ],
)
def test_a_rule_acquits_and_convicts(fits, acquitted, convicted):
    assert fits(*acquitted)
    assert not fits(*convicted)


def test_the_highest_r2_is_the_squared_correlation_given_the_rounding():
    """b 0.04 to 0.0405, sd of x up to 0.1555, sd of y down to 0.1135."""
    assert most_r2("0.040", "0.155", "0.114") == approx((0.0405 * 0.1555 / 0.1135) ** 2)


def test_the_implied_mean_of_a_moderator_has_the_range_of_its_rounding():
    """0.046 = 0.042 + 0.003 m: m between 0.003 / 0.0035 and 0.005 / 0.0025."""
    assert implied_means("0.046", "0.042", "0.003") == approx((0.003 / 0.0035, 0.005 / 0.0025))
    assert implied_means("0.046", "0.042", "-0.003") == approx((-0.005 / 0.0025, -0.003 / 0.0035))
    assert implied_means("0.046", "0.042", "0.000") is None
