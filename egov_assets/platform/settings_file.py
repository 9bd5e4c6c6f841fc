"""Settings in YAML, validated: every problem of a file is listed at once, an unknown key names the nearest known one.

What belongs here: reading and checking any settings file of the product, and the sections of a `study.yml`. What does
not: the settings themselves, which are models (`Settings`) beside their use.
"""

import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from copy import deepcopy
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from egov_assets.platform.folders import is_given

Model = TypeVar("Model", bound=BaseModel)
MOST_BYTES, MOST_VALUES, DEEPEST = 10_000_000, 1_000_000, 50  # far beyond any settings; a hundred lines can say more
SHOWN_CHARACTERS = 200
LIKE_A_NAME = 0.8  # of the letters in common


class SettingsError(ValueError):
    """Settings cannot be used; the message lists every problem with its place and what to do."""


class Settings(BaseModel):
    """What every model of a settings file holds to: unknown keys, NaN and infinite numbers are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def read_section(
    model: type[Model], study_file: Path, section: str, defaults: Mapping[str, Any] | None = None
) -> Model:
    """One section of a study.yml over `defaults`, key by key; the defaults alone without the section or the file.

    Raises  SettingsError listing every problem of the section, each unknown key with the nearest known one
    """
    given = section_of(study_file, section)
    return parse_settings(model, overlay(defaults or {}, mapping_in(given, study_file, section)), study_file, section)


def section_of(study_file: Path, section: str) -> Any:
    """What a study.yml says under one of its keys; None without the key or the file.

    Raises  SettingsError as `read_mapping`
    """
    return read_mapping(study_file).get(section) if is_given(study_file) else None


def mapping_in(given: Any, study_file: Path, section: str) -> dict[str, Any]:
    """What stands in a section that holds `key: value` lines; an empty section holds nothing.

    Raises  SettingsError if it holds anything else
    """
    if given is not None and not isinstance(given, dict):
        raise SettingsError(
            f"{study_file}: {section}: the section must hold `key: value` lines, it holds a {type(given).__name__}."
        )
    return given or {}


def misnamed(folder: Path, names: Collection[str]) -> list[str]:
    """A sentence for each file of the folder that is nearly named like a settings file and so not read.

    Case, `.yaml` for `.yml`, a further `.txt`, a letter or two; not the backups that editors keep, nor files of data.
    """
    stems = {name.removesuffix(".yml"): name for name in names}
    problems = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.is_dir():
            continue
        plain = re.sub(r"(\.(yml|yaml|txt))+$", "", path.name.casefold())
        is_written_so = plain in stems or path.name.casefold().removesuffix(".txt").endswith((".yml", ".yaml"))
        near = (
            get_close_matches(plain, stems, n=1, cutoff=LIKE_A_NAME) if is_written_so and path.name not in names else []
        )
        if near:
            right = stems[near[0]]
            problems.append(
                f"{path}: nothing reads it. Name it {right} if it holds those settings, or move it elsewhere."
            )
    return problems


def read_settings(model: type[Model], path: Path, defaults: Mapping[str, Any] | None = None) -> Model:
    """The settings in a YAML file, laid over `defaults` key by key (lists are replaced whole).

    Raises  SettingsError listing all problems: no such file, no YAML, a key given twice, unknown keys, bad values.
    """
    return parse_settings(model, overlay(defaults or {}, read_mapping(path)), path)


def read_mapping(path: Path) -> dict[str, Any]:
    """What a YAML file of `key: value` lines holds; an empty file holds nothing.

    Raises  SettingsError: no such file, no YAML, more than a settings file can hold, a key given twice, no mapping
    """
    if path.is_dir():
        raise SettingsError(f"{path}: it is a folder, a settings file is expected. Rename the folder.")
    if not path.is_file():
        raise SettingsError(f"{path}: there is no such settings file. Give the path of an existing YAML file.")
    if path.stat().st_size > MOST_BYTES:
        raise SettingsError(f"{path}: more than {MOST_BYTES:,} bytes, which no settings file needs. Is it data?")
    try:
        text = path.read_text(encoding="utf-8")
        given = deepcopy(_parsed(text))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}). Let this account read it.") from error
    except (yaml.YAMLError, ValueError) as error:  # ValueError: no UTF-8, a date like 2011-02-30, 5,000 digits
        raise SettingsError(f"{path}: not readable as YAML ({error}). Repair the file at that place.") from error
    if given is not None and not isinstance(given, dict):
        raise SettingsError(f"{path}: the file must hold `key: value` lines, it holds a {type(given).__name__}.")
    return given or {}


@lru_cache(maxsize=16)
def _parsed(text: str) -> Any:
    """One run asks some 150 times for sections of one file; reading YAML takes 40 ms each."""
    _refuse_endless(text)
    return yaml.load(text, Loader=_UniqueKeyLoader)


def _refuse_endless(text: str) -> None:
    """Raises  YAMLError if values are nested deeper, or repeated by aliases more often, than settings can be."""
    sizes: dict[str | None, int] = {}  # anchor -> how many values an alias of it stands for
    open_ones: list[list[Any]] = [[None, 0]]  # anchor and values so far, outermost first
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        size = 0
        if isinstance(event, yaml.CollectionStartEvent):
            open_ones.append([event.anchor, 1])
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, size = open_ones.pop()
            sizes |= {anchor: size} if anchor else {}
        elif isinstance(event, yaml.ScalarEvent):
            size = 1
            sizes |= {event.anchor: size} if event.anchor else {}
        elif isinstance(event, yaml.AliasEvent):  # of what is still open it would hold itself; unknown ones fail later
            size = MOST_VALUES + 1 if any(event.anchor == each[0] for each in open_ones) else sizes.get(event.anchor, 1)
        open_ones[-1][1] += size
        if len(open_ones) > DEEPEST + 1 or open_ones[-1][1] > MOST_VALUES:
            assert event.start_mark is not None, "the parser marks every event"
            raise yaml.YAMLError(
                f"line {event.start_mark.line + 1}: more than {DEEPEST} levels, or {MOST_VALUES:,} values by repeated "
                "aliases, which no settings file needs"
            )


def parse_settings(model: type[Model], settings: Mapping[str, Any], source: Path | str, section: str = "") -> Model:
    """The mapping as a validated model.

    section  of the source that the mapping stands in, where it is not the whole of it
    Raises   SettingsError listing all problems, each as `section.key.inner_key: what is wrong and what to do`
    """
    try:
        return model.model_validate(settings)
    except ValidationError as error:
        place = [section] if section else []
        problems = "\n".join(f"  {_sentence(model, place, each)}" for each in error.errors())
        # Without what pydantic says: it would be shown as the cause, and names neither file nor remedy.
        raise SettingsError(f"{source}: {error.error_count()} problem(s)\n{problems}") from None


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`: inner mappings are merged, everything else is replaced."""
    merged = dict(below)
    for key, value in above.items():
        inner = merged.get(key)
        merged[key] = overlay(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
    return merged


def _sentence(model: type[BaseModel], section: Sequence[str], problem: Mapping[str, Any]) -> str:
    place = [str(part) for part in problem["loc"]]
    key = ".".join([*section, *place])
    if problem["type"] == "extra_forbidden":
        known = _known_keys(model, place[:-1])
        nearest = get_close_matches(place[-1], known, n=1, cutoff=0.0)
        return f"{key}: unknown key; the nearest known one is {nearest[0]!r}. Rename or remove it."
    if problem["type"] == "missing":
        return f"{key}: missing. Add it."
    given = repr(problem["input"])
    shown = given if len(given) <= SHOWN_CHARACTERS else f"{given[:SHOWN_CHARACTERS]} …"
    return f"{key}: {problem['msg']}; the file has {shown}."


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
        seen: set[Hashable] = set()
        for key in (self.construct_object(each, deep=True) for each in own):
            if isinstance(key, Hashable):  # what is not, PyYAML refuses below with its place
                if key in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", node.start_mark)
                seen.add(key)
        return super().construct_mapping(node, deep)
