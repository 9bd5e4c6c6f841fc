"""CONTRIBUTING.md names files and folders; each is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACES = (ROOT, ROOT / "egov_assets", ROOT / "egov_assets_tests", ROOT / "dbt_project")  # paths are short in the guide


def test_every_file_and_folder_of_the_guide_is_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = [each for each in re.findall(r"`([\w/.]+)`|\]\((?!http)([^)]+)\)", text)]
    paths = [path for path in map("".join, named) if "/" in path and not path.startswith(".venv")]
    assert len(paths) > 40
    assert [path for path in paths if not any((place / path).exists() for place in PLACES)] == []
