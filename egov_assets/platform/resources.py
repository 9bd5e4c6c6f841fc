"""What Dagster hands to assets, checks, jobs and sensors: where the study's files lie."""

import dagster as dg

from egov_assets.platform.folders import Folders


@dg.resource(description="Where the study's files lie: as the environment says when a run or a sensor starts.")
def folders_of_the_environment(_: dg.InitResourceContext) -> Folders:
    """The folders of the process that runs."""
    return Folders.from_environment()


RESOURCES = {"folders": folders_of_the_environment}
