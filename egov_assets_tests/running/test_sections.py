"""An asset whose code reads a section of study.yml names it, so that another setting makes the table stale."""

import ast
import inspect

import pytest

from egov_assets.definitions import CHAPTERS, defs
from egov_assets.platform.code_version import PRODUCTS, WHOLE
from egov_assets.running.study_settings import READERS

OF_THE_GRAPH = ("paper", "years")  # they decide which assets there are, not what is in one
SECTION_OF = {reader.__name__: section for section, reader in READERS.items() if section not in OF_THE_GRAPH}
SECTION_OF["own_tables"] = SECTION_OF["read_specifications"]
DEEP_DOWN = {"raw": {"sources", "own_sources", "corrections"}}  # chapters whose readers ask for settings themselves


def functions() -> dict[str, tuple[str, ast.FunctionDef, dict[str, ast.FunctionDef]]]:
    """Asset -> its chapter, its function, and all functions of its module by name."""
    found = {}
    for chapter in CHAPTERS:
        tree = ast.parse(inspect.getsource(chapter))
        known = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for name, node in known.items():
            called = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
            if any(isinstance(each, ast.Name) and each.id in ("lake_asset", "_estimated") for each in called):
                found[name] = chapter.__name__.split(".")[1], node, known
    return found


def sections_read(function: ast.FunctionDef, known: dict[str, ast.FunctionDef]) -> set[str]:
    """By the function itself, and by its checks that stand in the same module."""
    keywords = [each for call in function.decorator_list if isinstance(call, ast.Call) for each in call.keywords]
    checks = [each for each in keywords if each.arg in ("checks", "warnings")]
    named = {each.id for check in checks for each in ast.walk(check) if isinstance(each, ast.Name)}
    parts = [function, *(known[name] for name in named if name in known)]
    names = {each.id for part in parts for each in ast.walk(part) if isinstance(each, ast.Name)}
    return {SECTION_OF[name] for name in names if name in SECTION_OF}


@pytest.mark.parametrize("asset", functions())
def test_the_sections_that_an_asset_reads_are_part_of_its_version(asset: str):
    chapter, function, known = functions()[asset]
    (node,) = (each for each in defs.resolve_asset_graph().asset_nodes if each.key.to_user_string() == asset)
    declared = {part.partition("=")[0] for part in node.code_version.split()} - {"code", PRODUCTS}
    read = sections_read(function, known)
    assert WHOLE in declared or read <= declared
    assert declared - {WHOLE} <= read | DEEP_DOWN.get(chapter, set()) | {"tables", "matching"}
