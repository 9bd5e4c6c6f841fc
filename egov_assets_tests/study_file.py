"""How tests write the settings of a study."""

import re
from pathlib import Path
from textwrap import indent


def write_section(study: Path, section: str, text: str) -> Path:
    """Put a section, as YAML, into the study.yml of a folder, in place of one of that name; returns the file."""
    file = study / "study.yml"
    before = file.read_text("utf-8") if file.exists() else ""
    others = re.sub(rf"(?m)^{section}:\n(?:(?:  .*)?\n)*", "", before)
    study.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{others}{section}:\n{indent(text.rstrip(), '  ')}\n", encoding="utf-8")
    return file
