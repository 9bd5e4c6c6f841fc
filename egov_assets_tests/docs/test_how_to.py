"""What the recipes say to write into a study.yml is taken, in both languages."""

import re
from pathlib import Path

import pytest

from docs.site.assemble import ROOT
from egov_assets.platform.folders import Folders
from egov_assets.running.study_settings import check_settings

RECIPES = [ROOT / "docs" / "how_to.md", ROOT / "docs" / "how_to.zh-CN.md"]
YAML = re.compile(r"(?ms)^( *)```yaml\n(.*?)^ *```")


def sections(page: Path) -> list[str]:
    return [re.sub(f"(?m)^{margin}", "", text) for margin, text in YAML.findall(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", RECIPES, ids=lambda page: page.name)
def test_every_recipe_is_there_and_its_settings_are_taken(page: Path, tmp_path: Path):
    assert page.read_text("utf-8").count("\n## ") == 8
    assert len(sections(page)) == 7
    (tmp_path / "raw").mkdir()
    for text in sections(page):
        (tmp_path / "study.yml").write_text(text, encoding="utf-8")
        check_settings(Folders(raw=tmp_path / "raw", outputs=tmp_path / "outputs", truth=tmp_path / "truth"))


def test_both_languages_say_the_same_settings():
    def plain(page: Path) -> list[str]:
        of_both = [re.sub(r"(?m) *#.*$|^ *title_zh:.*\n", "", text) for text in sections(page)]
        return of_both

    assert plain(RECIPES[0]) == plain(RECIPES[1])
