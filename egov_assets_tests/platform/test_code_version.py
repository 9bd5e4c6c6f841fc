"""What a table's version is made of is found quickly, and loading the graph loads no library that only a step needs."""

import ast
import subprocess
import sys

import pytest

from egov_assets.platform.code_version import PACKAGE, _imports_of

NEEDED_BY_STEPS = ("great_expectations", "matplotlib", "pyfixest", "scipy.stats", "scipy.optimize", "splink", "sqlglot")


def test_imports_are_those_that_the_parser_finds():
    for file in PACKAGE.rglob("*.py"):
        nodes = [node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.ImportFrom)]
        parsed = {
            name
            for node in nodes
            if node.module and node.module.startswith(PACKAGE.name)
            for name in (node.module, *(f"{node.module}.{each.name}" for each in node.names))
        }
        assert parsed <= set(_imports_of(file)), file


@pytest.mark.slow
def test_loading_the_definitions_imports_nothing_that_only_a_step_needs():
    code = "import egov_assets.definitions, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [name for name in NEEDED_BY_STEPS if name in done.stdout.split()] == []
