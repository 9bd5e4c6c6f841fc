"""What Dagster hands to assets, checks, jobs and sensors: where the study's files lie."""

import dagster as dg

from egov_assets.platform.folders import Folders


@dg.resource(description="Where the study's files lie: as the environment says when a run or a sensor starts.")
def folders_of_the_environment(_: dg.InitResourceContext) -> Folders:
    """The folders of the process that runs."""
    return Folders.from_environment()


# Tables go through the lake and jobs have one op: nothing is passed between steps. Dagster's own manager would show
# settings in every launch form that nobody sets.
PASSED = {"io_manager": dg.mem_io_manager}
RESOURCES = {"folders": folders_of_the_environment, **PASSED}
