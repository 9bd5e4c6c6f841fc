"""The page of all settings, made of the models that study.yml is checked against."""

import re
import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml
from pydantic import BaseModel

from docs.site.markdown import WRITTEN_BY, table
from egov_assets.checks import drift
from egov_assets.paper import chosen
from egov_assets.platform import owner, years
from egov_assets.raw import own_sources, sources
from egov_assets.regression_tables import specifications
from egov_assets.running.new_study import CHAPTERS

KINDS = {  # of JSON schema
    "boolean": "`true`, `false`",
    "integer": "whole number",
    "number": "number",
    "string": "text",
    "object": "`key: value` lines",
    "null": "empty",
}


class Section(NamedTuple):
    """A section of study.yml: where it is documented by hand, its model, and what its defaults are laid over."""

    name: str
    about: str
    model: type[BaseModel]
    below: str = ""  # the key that a user chooses, where the section is a mapping of such models
    defaults: Mapping[str, Any] = {}


def sections() -> list[Section]:
    """The sections that are models, in the order of `egov init`."""
    named = [
        (sys.modules[module].SECTION, sys.modules[module].__doc__, settings) for module, settings in CHAPTERS.items()
    ]
    return [
        Section(
            sources.SECTION,
            "Where files lie and what their columns are called ([raw_files.md](raw_files.md)); the defaults stand in "
            "`egov_assets/raw/sources.yml`.",
            sources.Source,
            below="<source>.",
        ),
        Section(
            own_sources.SECTION,
            "Files of one's own, whose figures become variables of the firm panel ([own_sources.md](own_sources.md)).",
            own_sources.OwnSource,
            below="<source>.",
        ),
        *(
            Section(name, f"{_about(text)} {_first_paragraph(settings.__doc__)}", type(settings))
            for name, text, settings in named
        ),
        Section(
            specifications.SECTION,
            "Tables of one's own, here or in `tables.yml` ([tables.md](tables.md)).",
            specifications.Table,
            below="<table>.",
        ),
        Section(
            drift.SECTION,
            "What may differ between two versions of a year, or two years; every limit and its reason stand in "
            "`egov_assets/checks/drift.yml`.",
            drift.DriftSettings,
            defaults=drift.shipped_drift(),
        ),
    ]


def settings_page() -> str:
    """Every key of study.yml with its default, what it may be, and what it means with its source."""
    lines = [
        "# Settings",
        "",
        f"{WRITTEN_BY} A study.yml holds what differs from these defaults; `egov init` writes all of them as comments. "
        "[study_folder.md](study_folder.md) says how sections are read, and lists the settings of the environment.",
        "",
        f"## {chosen.SECTION}, {years.SECTION}, {owner.SECTION}",
        "",
        *table(
            ("key", "default", "may be", "means"),
            [
                (f"`{chosen.SECTION}`", "`egov`", "`egov`, `none`", "the paper that the study is held against"),
                (
                    f"`{years.SECTION}`",
                    f"`{list(years.THE_PAPERS)}`",
                    f"1 to {years.MOST_YEARS} years and ranges (`2000..2006`), "
                    f"{years.FIRST_POSSIBLE} to {years.LAST_POSSIBLE}",
                    "the years of the study",
                ),
                (
                    f"`{owner.SECTION}`",
                    f"`{owner.UNNAMED}`",
                    "a mail address, or `team:name`",
                    "who answers for the tables, as the UI shows it on each",
                ),
            ],
        ),
    ]
    for section in sections():
        schema = section.model.model_json_schema()
        keys = _keys(schema, schema.get("$defs", {}), section.below, section.defaults, set())
        lines += ["", f"## {section.name}", "", section.about, ""]
        lines += table(("key", "default", "may be", "means"), keys)
    text = "\n".join([*lines, ""])
    return re.sub(r"(?<![\[(`\w])(method|domain)\.md\b", r"[\1.md](\1.md)", text)  # the sources that docstrings cite


def _about(docstring: str | None) -> str:
    """What a module of settings says behind the name of its section."""
    first = _first_paragraph(docstring).partition(": ")[2]
    return first[:1].upper() + first[1:]


def _first_paragraph(docstring: str | None) -> str:
    return " ".join((docstring or "").partition("\n\n")[0].split())


def _keys(
    schema: Mapping[str, Any], models: Mapping[str, Any], above: str, defaults: Mapping[str, Any], met: set[str]
) -> Iterator[tuple[str, str, str, str]]:
    """The rows of a model, those of inner models below their own key.

    Of a kind of inner model that was met before, the keys that differ from its own defaults.
    """
    meanings = _meanings(schema.get("description", ""))
    for key, field in schema["properties"].items():
        default = defaults.get(key, field.get("default"))
        inner, below = _inner(field)
        means = field.get("description") or meanings.get(key, "")
        if isinstance(default, Mapping) and "why" in default:  # a limit: its reason is what it means
            yield (
                f"`{above}{key}`",
                _default({name: default[name] for name in default if name != "why"}),
                "",
                default["why"],
            )
        elif inner:
            model = models[inner]
            about = _first_paragraph(model.get("description"))
            yield f"`{above}{key}`", "", "section", means or about
            is_new = inner not in met
            met.add(inner)
            inner_defaults = default if isinstance(default, Mapping) and not below else {}
            own = {name: each.get("default") for name, each in model["properties"].items()}
            kept = own if is_new else {name: own[name] for name in inner_defaults if inner_defaults[name] != own[name]}
            shown = model | {"properties": {name: model["properties"][name] for name in kept}}
            yield from _keys(shown, models, f"{above}{key}.{below}", inner_defaults, met)
        else:
            is_required = key in schema.get("required", ()) and key not in defaults
            yield f"`{above}{key}`", "must be given" if is_required else _default(default), _may_be(field), means


def _inner(field: Mapping[str, Any]) -> tuple[str, str]:
    """The model that a field holds, and the key that a user chooses where it holds several by name; else nothing."""
    for holder, below in ((field, ""), (field.get("additionalProperties"), "<name>."), (field.get("items"), "")):
        if isinstance(holder, Mapping) and "$ref" in holder:
            return holder["$ref"].rpartition("/")[2], below
    return "", ""


def _meanings(docstring: str) -> dict[str, str]:
    """What a model's docstring says of its fields, where they carry no description: lines of `name   meaning`."""
    parts = (line.partition("  ") for line in docstring.splitlines())
    return {name: meaning.strip() for name, found, meaning in parts if found and name.isidentifier()}


def _default(value: Any) -> str:
    """A value as YAML on one line."""
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**6)
    return f"`{text.removesuffix(chr(10)).removesuffix(chr(10) + '...')}`"


def _may_be(field: Mapping[str, Any]) -> str:
    """The values that a key takes, in words."""
    if "anyOf" in field:
        return " or ".join(_may_be(each) for each in field["anyOf"])
    if "enum" in field:
        return ", ".join(f"`{each}`" for each in field["enum"])
    if field.get("type") == "array":
        return f"list of {_may_be(field['items'])}"
    limits = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    bounds = "".join(f", {sign} {field[limit]:g}" for limit, sign in limits.items() if limit in field)
    return KINDS.get(field.get("type", ""), "any") + bounds
