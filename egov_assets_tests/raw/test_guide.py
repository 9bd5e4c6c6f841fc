"""docs/raw_files.md tells the truth: its examples work, and it names every dialect and every choice."""

import re
from pathlib import Path

import yaml

from egov_assets.clean.settings import Cleaning
from egov_assets.raw.corrections import CorrectionFile
from egov_assets.raw.packed import ENDINGS
from egov_assets.raw.sources import read_sources

GUIDE = (Path(__file__).parents[2] / "docs/raw_files.md").read_text("utf-8")
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)]


def test_the_examples_can_be_used(tmp_path: Path):
    sources, corrections = EXAMPLES
    study_file = tmp_path / "study.yml"
    study_file.write_text(yaml.safe_dump(sources, allow_unicode=True), encoding="utf-8")
    assert "ours" in read_sources(study_file)["firm_survey"].dialects
    assert len(CorrectionFile.model_validate(corrections).corrections) == 1


def test_every_dialect_choice_and_format_is_named():
    named = set(re.findall(r"`(\w+)`", GUIDE))
    sources = read_sources()
    dialects = {name for source in ("customs", "firm_survey") for name in sources[source].dialects}
    assert dialects <= named
    assert set(sources) <= named
    assert set(ENDINGS) - {"xlsm"} <= named


def test_the_choices_are_listed_with_their_defaults():
    listed = dict(re.findall(r"^\| (?:`\w+`)? ?\| `(\w+)` \| ([^|]+?) \|", GUIDE, re.MULTILINE))
    of_all = {"max_unread_share": Cleaning().max_unread_share}
    chosen = {**of_all, **Cleaning().customs.model_dump(), **Cleaning().survey.model_dump()}
    assert list(listed) == list(chosen)
    for name, value in chosen.items():
        assert listed[name] == in_words(value), name


def in_words(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return str(value) if value or value == 0 else "none"
