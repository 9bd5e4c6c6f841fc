"""Nothing that makes the study's tables looks at the demo economy's answers."""

import ast
from pathlib import Path

import egov_assets

PACKAGE = Path(egov_assets.__file__).parent
MAY_READ = (
    "platform/folders.py",
    *("demo_economy", "commands"),  # the demo itself, and commands that score the product against it
    *("replication/assets.py", "replication/verdict_checks.py"),  # the `planted` column, and the check of its signs
    *("raw/file_versions.py", "running/unchanged.py"),  # hash it, to see whether the `planted` column is out of date
    "validation",  # studies over economies that they draw themselves
)


def reads_truth(source: str) -> bool:
    """Does the code ask for the folder of the answers, or for the variable that names it?"""
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "truth")
        or (isinstance(node, ast.Constant) and node.value == "EGOV_TRUTH")
        for node in ast.walk(ast.parse(source))
    )


def test_only_the_demo_its_scores_and_the_planted_column_read_the_truth_folder():
    modules = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    readers = [name for name, source in sorted(modules.items()) if reads_truth(source)]
    assert [name for name in readers if not name.startswith(MAY_READ)] == []
    assert {"replication/assets.py", "replication/verdict_checks.py", "commands/defects.py"} <= set(readers)
