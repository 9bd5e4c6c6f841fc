"""What an upgrade may take away without notice is listed where upgrades are decided: docs/versions.md."""

import ast
from collections.abc import Iterator
from pathlib import Path

import egov_assets

PACKAGE = Path(egov_assets.__file__).parent
PUBLIC = ("dbt.cli.main",)  # dbt's programmatic interface; the rest of `dbt` is not documented


def private_imports(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        modules = (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else []
        )
        for module in modules:
            is_private = any(part.startswith("_") and part != "__future__" for part in module.split("."))
            if is_private or (module.split(".")[0] == "dbt" and module not in PUBLIC):
                yield module


def test_an_import_of_a_private_module_is_seen():
    source = (
        "import dbt.version, json\nfrom dbt.cli.main import dbtRunner\nfrom dagster._core.x import Y\nimport dagster"
    )
    assert list(private_imports(source)) == ["dbt.version", "dagster._core.x"]


def test_every_private_import_is_in_the_list():
    page = (PACKAGE.parent / "docs/versions.md").read_text("utf-8")
    found = {
        (path.relative_to(PACKAGE.parent).as_posix(), module)
        for path in sorted(PACKAGE.rglob("*.py"))
        for module in private_imports(path.read_text("utf-8"))
    }
    listed = {(file, module) for file, module in found if f"| `{file}` | `{module}" in page}
    assert found and listed == found
