"""What a user sees of jobs and sensors in the UI, and what a job says that lacks a year."""

import dagster as dg
import pytest

from egov_assets.definitions import defs
from egov_assets.platform.resources import RESOURCES
from egov_assets.running.jobs import JOBS, one_year
from egov_assets.running.sensors import SENSORS


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_the_launch_form_of_a_job_shows_nothing_to_set(job: dg.JobDefinition):
    resources = defs.resolve_job_def(job.name).run_config_schema.config_type.fields["resources"].config_type.fields
    settings = {name: field.config_type.fields["config"].config_type for name, field in resources.items()}
    assert sorted(settings) == ["folders", "io_manager"]
    assert not any(hasattr(each, "fields") for each in settings.values())


def test_every_job_and_sensor_says_what_it_does():
    assert all(each.description for each in (*JOBS, *SENSORS))


def test_one_year_without_a_year_says_which_there_are():
    with dg.DagsterInstance.ephemeral() as instance:
        done = one_year.execute_in_process(instance=instance, raise_on_error=False, resources=RESOURCES)
    (failed,) = (event for event in done.all_events if event.is_step_failure)
    assert failed.step_failure_data.user_failure_data.description == (
        "one_year makes one year: choose it as the partition (2010, 2011, 2012)."
    )
