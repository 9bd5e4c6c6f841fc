"""When downstream assets refresh by themselves, if the user switches the automation sensor on in the UI."""

from dagster import AutomationCondition

# eager() fires on every re-materialization, also when the bytes stayed the same, and ignores failed checks (both seen);
# this fires on changed data versions only, and waits until the blocking checks of what it reads have passed.
_an_input_changed = AutomationCondition.any_deps_match(AutomationCondition.data_version_changed())

# An input that has not yet taken in a change of its own inputs: without waiting for it, one year of product_quality
# would run on the coefficients before last.
_an_input_is_out_of_date = AutomationCondition.any_deps_match(
    _an_input_changed.since(AutomationCondition.newly_updated())
)

refresh_when_inputs_change = (
    AutomationCondition.eager().replace("any_deps_updated", _an_input_changed)
    & AutomationCondition.all_deps_blocking_checks_passed()
    & ~_an_input_is_out_of_date
)
