"""Any years: what study.yml may say, and that everything made of years follows."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from egov_assets.platform.settings_file import SettingsError
from egov_assets.platform.years import read_years


def named(study: Path, text: str) -> Path:
    (study / "study.yml").write_text(f"years: {text}\n")
    return study / "study.yml"


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("[2010, 2011, 2012]", (2010, 2011, 2012)),
        ("[2000..2003, 2010]", (2000, 2001, 2002, 2003, 2010)),
        ("2000..2002", (2000, 2001, 2002)),
        ("2011", (2011,)),
        ("[2012, 2010]", (2010, 2012)),
        ("[2010..2010]", (2010,)),
        ("1985..2014", tuple(range(1985, 2015))),
        ("", (2010, 2011, 2012)),
    ],
)
def test_years_are_a_list_of_years_and_ranges(tmp_path: Path, text: str, years: tuple[int, ...]):
    assert read_years(named(tmp_path, text)) == years


def test_without_a_study_file_they_are_the_papers(tmp_path: Path):
    assert read_years(tmp_path / "study.yml") == (2010, 2011, 2012)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[2010, 2010..2012]", "2010 stands there more than once"),
        ("[2012..2010]", "'2012..2010' is no year and no range of years; write 2010, or 2000..2006"),
        ("[2010-2012]", "'2010-2012' is no year and no range of years"),
        ("[true]", "True is no year"),
        ("[2010.0]", "2010.0 is no year"),
        ("[210]", "210 is not between 1980 and 2100"),
        ("[]", "a study has 1 to 30 years, these are 0"),
        ("1985..2015", "a study has 1 to 30 years, these are 31"),
        ("1985..9999", "is not between 1980 and 2100"),
        ("{from: 2000}", "is no year and no range of years"),
    ],
)
def test_what_cannot_be_the_years_is_named(tmp_path: Path, text: str, said: str):
    with pytest.raises(SettingsError) as refused:
        read_years(named(tmp_path, text))
    assert str(refused.value).startswith(f"{tmp_path / 'study.yml'}: 1 problem(s)\n  years: ")
    assert said in str(refused.value)
    assert len(str(refused.value)) < 600


LOADED = """
import json
from egov_assets.clean.schema import SurveyPlausibility
from egov_assets.definitions import defs
from egov_assets.checks.drift import read_drift
from pathlib import Path
nodes = defs.resolve_asset_graph().asset_nodes
partitions = {tuple(node.partitions_def.get_partition_keys()) for node in nodes if node.partitions_def}
checked = SurveyPlausibility.to_schema().columns["year"].checks[0].statistics["allowed_values"]
known = [each.years for each in read_drift(Path("study.yml")).known]
print(json.dumps([sorted(partitions), sorted(checked), known]))
"""


@pytest.mark.slow
def test_partitions_schemas_and_known_differences_follow_the_study(tmp_path: Path):
    named(tmp_path, "[2004..2005, 2010]")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EGOV_")}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    partitions, checked, known = json.loads(done.stdout.splitlines()[-1])
    assert partitions == [["2004", "2005", "2010"]]
    assert checked == [2004, 2005, 2010]
    assert [2010] in known and all(set(each) <= {2004, 2005, 2010} for each in known)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("run",), ("doctor",), ("tables",), ("run", "--year", "2010")])
def test_years_that_cannot_be_stop_a_command_in_words(tmp_path: Path, arguments: tuple[str, ...]):
    (tmp_path / "raw").mkdir()
    named(tmp_path, "[2o10]\nprintign: {}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EGOV_")}
    command = [sys.executable, "-m", "egov_assets.cli", *arguments]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 2
    assert "years: Value error, '2o10' is no year and no range of years" in done.stderr
    assert "printign: unknown section; the nearest known one is 'printing'" in done.stderr
    assert "Traceback" not in done.stderr
