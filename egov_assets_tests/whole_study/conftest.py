"""Whole studies of different economies, each made once per test run through the commands a user types."""

from collections.abc import Callable

import pytest
import yaml

from egov_assets_tests.running.finished_study import FinishedStudy

SCALE = 0.3  # a third of the firms: three whole studies in a few minutes


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., FinishedStudy]:
    """`study(seed=1, effect={...})`: the finished study of an economy that differs from the shipped truth by that."""
    made: dict[str, FinishedStudy] = {}

    def make(**changes: object) -> FinishedStudy:
        settings = yaml.safe_dump({"scale": SCALE, **changes})
        if settings not in made:
            place = tmp_path_factory.mktemp("study")
            truth = place / "truth_changes.yml"
            truth.write_text(settings, encoding="utf-8")
            new = FinishedStudy(place)
            for arguments in (("demo", "--truth", str(truth)), ("run",)):
                done = new.egov(*arguments)
                assert done.returncode == 0, done.stdout + done.stderr
            made[settings] = new
        return made[settings]

    return make
