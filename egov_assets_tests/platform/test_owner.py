"""Who answers for a study's tables."""

import pytest

from egov_assets.platform.owner import read_owner
from egov_assets.platform.settings_file import SettingsError


def written(tmp_path, owner):
    (tmp_path / "study.yml").write_text(f"owner: {owner}\n")
    return tmp_path / "study.yml"


@pytest.mark.parametrize("owner", ["wang@university.example", "team:trade-lab"])
def test_an_owner_is_a_mail_address_or_a_team(tmp_path, owner):
    assert read_owner(written(tmp_path, owner)) == owner


def test_a_study_that_names_none_has_the_study_itself(tmp_path):
    assert read_owner(tmp_path / "study.yml") == "team:study"


@pytest.mark.parametrize("owner", ["Wang", "team:", "a b@c.d", "[x]"])
def test_what_is_neither_is_refused_with_what_it_may_be(tmp_path, owner):
    with pytest.raises(SettingsError, match="owner: "):
        read_owner(written(tmp_path, owner))
