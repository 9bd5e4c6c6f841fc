"""Settings in YAML, validated: every problem of a file is listed at once, an unknown key names the nearest known one.

What belongs here: reading and checking any settings file of the product. What does not: the settings themselves, which
are pydantic models (`extra="forbid"`) beside their use.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class SettingsError(ValueError):
    """A settings file cannot be used; the message lists every problem with its place and what to do."""


def read_settings(model: type[Model], path: Path, defaults: Mapping[str, Any] | None = None) -> Model:
    """The settings in a YAML file, laid over `defaults` key by key (lists are replaced whole).

    Raises  SettingsError listing all problems: no such file, no YAML, a key given twice, unknown keys, bad values.
    """
    given = read_mapping(Path(path))
    return parse_settings(model, overlay(defaults or {}, given), source=str(path))


def read_mapping(path: Path) -> dict[str, Any]:
    """What a YAML file of `key: value` lines holds; an empty file holds nothing.

    Raises  SettingsError: no such file, no YAML, a key given twice, no mapping.
    """
    if not path.exists():
        raise SettingsError(f"{path}: there is no such settings file. Give the path of an existing YAML file.")
    try:
        given = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeyLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not readable as YAML ({error}). Repair the file at that place.") from error
    if given is not None and not isinstance(given, dict):
        raise SettingsError(f"{path}: the file must hold `key: value` lines, it holds a {type(given).__name__}.")
    return given or {}


def parse_settings(model: type[Model], settings: Mapping[str, Any], source: str) -> Model:
    """The mapping as a validated model.

    Raises  SettingsError listing all problems, each as `source: key.inner_key: what is wrong and what to do`.
    """
    try:
        return model.model_validate(settings)
    except ValidationError as error:
        problems = "\n".join(f"  {_sentence(model, each)}" for each in error.errors())
        # Without what pydantic says: it would be shown as the cause, and names neither file nor remedy.
        raise SettingsError(f"{source}: {error.error_count()} problem(s)\n{problems}") from None


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`: inner mappings are merged, everything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        inner = merged.get(key)
        merged[key] = overlay(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return merged


def _sentence(model: type[BaseModel], problem: Mapping[str, Any]) -> str:
    place = [str(part) for part in problem["loc"]]
    key = ".".join(place)
    if problem["type"] == "extra_forbidden":
        known = _known_keys(model, place[:-1])
        nearest = get_close_matches(place[-1], known, n=1, cutoff=0.0)
        return f"{key}: unknown key; the nearest known one is {nearest[0]!r}. Rename or remove it."
    if problem["type"] == "missing":
        return f"{key}: missing. Add it."
    return f"{key}: {problem['msg']}; the file has {problem['input']!r}."


def _known_keys(model: type[BaseModel], place: list[str]) -> list[str]:
    """Keys of the (possibly nested) model that a place in the file belongs to."""
    for part in place:
        field = model.model_fields.get(part)
        if field is None:  # a list index or mapping key between two models
            continue
        candidates = [field.annotation, *get_args(field.annotation)]
        model = next((each for each in candidates if isinstance(each, type) and issubclass(each, BaseModel)), model)
    return list(model.model_fields)


class _UniqueKeyLoader(yaml.SafeLoader):
    """PyYAML keeps the last of two equal keys silently; here that is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        # A merge key (`<<: *defaults`) is no key of its own: what it brings in may be overridden beside it.
        own = [key for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        keys = [self.construct_object(key, deep=True) for key in own]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", node.start_mark)
        return super().construct_mapping(node, deep)
