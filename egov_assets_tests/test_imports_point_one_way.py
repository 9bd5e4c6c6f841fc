"""The folders in the order in which they build on each other: an import may only point down this list."""

import ast
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

import egov_assets
from egov_assets.definitions import CHAPTERS, chapter_names

PACKAGE = Path(egov_assets.__file__).parent
TOP_TO_BOTTOM = (
    *("cli", "commands", "library", "handover", "validation", "demo_economy", "definitions"),
    *("running", "alerts", "checks", "doctor"),
    *("replication", "figures", "theory", "regression_tables", "moderators", "iv_instruments", "egscore_index"),
    *("product_quality", "firm_match", "clean", "raw"),
    *("paper", "platform"),
)
MAY_IMPORT_THE_DEMO = {"commands", "validation", "demo_economy"}


def imports() -> Iterator[tuple[str, str, str]]:
    """(file, folder it lies in, folder it imports) for every import of the package by itself."""
    for path in sorted(PACKAGE.rglob("*.py")):
        inside = path.relative_to(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "egov_assets":
                modules = [f"egov_assets.{each.name}" for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
            elif isinstance(node, ast.Import):
                modules = [each.name for each in node.names]
            else:
                continue
            for module in modules:
                if module.startswith("egov_assets."):
                    yield str(inside), inside.with_suffix("").parts[0], module.split(".")[1]


def test_every_folder_and_module_has_its_place_in_the_list():
    there = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert there - {"__init__"} == set(TOP_TO_BOTTOM)


def test_imports_only_point_down():
    upward = [
        f"{file} imports {imported}"
        for file, folder, imported in imports()
        if TOP_TO_BOTTOM.index(imported) < TOP_TO_BOTTOM.index(folder)
    ]
    assert upward == []


def test_only_commands_and_validation_know_the_demo_economy():
    knowing = {folder for _, folder, imported in imports() if imported == "demo_economy"}
    assert knowing <= MAY_IMPORT_THE_DEMO


def test_an_assets_group_is_the_folder_its_code_lies_in():
    for chapter, folder in zip(CHAPTERS, chapter_names(), strict=True):
        groups = {spec.group_name for assets in dg.load_assets_from_modules([chapter]) for spec in assets.specs}
        assert groups == {folder}
