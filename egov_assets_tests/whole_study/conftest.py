"""A finished study of a third of the shipped economy."""

import pytest

from egov_assets_tests.running.finished_study import FinishedStudy
from egov_assets_tests.whole_study.economies import economy


@pytest.fixture(scope="session")
def finished_third(tmp_path_factory: pytest.TempPathFactory) -> FinishedStudy:
    """The finished study of the shipped truth, made once per test run through the commands a user types."""
    made = economy(tmp_path_factory.mktemp("study"), seed=1)
    done = made.egov("run")
    assert done.returncode == 0, done.stdout + done.stderr
    return made
