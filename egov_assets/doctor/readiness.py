"""What the asset graph does not tell: lists of cities that a few variables need, and columns that can be spared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from egov_assets.doctor.found import SourceFound
from egov_assets.doctor.possible import PrintedColumn
from egov_assets.platform.folders import NOTE
from egov_assets.raw.city_lists import COLUMNS as CITY_LISTS
from egov_assets.raw.city_lists import INNOVATION, POLICIES, BadCityList, read_city_list
from egov_assets.raw.input_output import FOLDER as INPUT_OUTPUT
from egov_assets.raw.input_output import BadInputOutput, read_input_output
from egov_assets.raw.packed import is_hidden
from egov_assets.raw.tariffs import FOLDER as TARIFFS
from egov_assets.raw.tariffs import BadTariffs, read_tariffs

LISTS = {  # folder of lists that are read as a whole -> variables that they give
    POLICIES: ("sma_city",),
    INNOVATION: ("innov",),
    TARIFFS: ("input_tariff",),
    INPUT_OUTPUT: ("upstreamness", "gvc_firm"),
}
WITHOUT = {  # source, column -> what changes when a column that is not indispensable is absent
    ("customs", "unit"): "units within a product cannot be compared; unit values may mix kilograms and pieces",
    ("customs", "phone"): "firms are matched by name only; the step by postal code and phone finds nobody",
    ("customs", "zip_code"): "firms are matched by name only; the step by postal code and phone finds nobody",
    ("firm_survey", "phone"): "firms are matched by name only; the step by postal code and phone finds nobody",
    ("firm_survey", "zip_code"): "firms are matched by name only; the step by postal code and phone finds nobody",
    ("firm_survey", "registration_type_code"): "no ownership classes",
    ("firm_survey", "industry_code"): "no industry heterogeneity",
}


@dataclass(frozen=True)
class ListFound:
    """A folder of files that a few printed columns need: how many files it holds, these columns, what is wrong."""

    folder: str
    files: int
    columns: tuple[str, ...]
    fault: str = ""

    @property
    def words(self) -> str:
        needed = f"{', '.join(self.columns)} {'needs' if len(self.columns) == 1 else 'need'} it"
        wrong = f"; cannot be read: {self.fault}" if self.fault else ""
        return f"{self.folder}: {f'{self.files} files' if self.files else 'no file'}; {needed}{wrong}"


def lists_found(raw: Path, columns: Mapping[PrintedColumn, Sequence[str]]) -> list[ListFound]:
    """The folders of LISTS below the raw folder, with the printed columns that need each."""
    found = []
    for folder, variables in LISTS.items():
        needing = [
            f"{table} ({number})"
            for (table, number), names in columns.items()
            if not set(variables).isdisjoint(_plain(names))
        ]
        files = sum(
            1 for path in (raw / folder).rglob("*") if path.is_file() and not is_hidden(path.name) and path.name != NOTE
        )
        if needing and (files or folder in CITY_LISTS):  # of the others the asset graph says what their want takes out
            found.append(ListFound(folder, files, tuple(needing), _fault_of_list(raw, folder)))
    return found


def _fault_of_list(raw: Path, folder: str) -> str:
    """What keeps a list from being read; nothing for work reports, each of which is named in a table of their own."""
    try:
        if folder in CITY_LISTS:
            read_city_list(raw, folder)
        elif folder == TARIFFS:
            read_tariffs(raw)
        elif folder == INPUT_OUTPUT:
            read_input_output(raw)
    except (BadCityList, BadTariffs, BadInputOutput) as bad:
        return "; ".join(str(bad).splitlines())
    return ""


def _plain(variables: Sequence[str]) -> list[str]:
    """Variables without the mark of a change between years."""
    return [name.removeprefix("D.") for name in variables]


def consequences(found: Sequence[SourceFound]) -> list[str]:
    """What is computed differently because a column is absent, one sentence per source, column and years."""
    sentences: dict[str, list[str]] = {}
    for each in found:
        for (source, column), what in WITHOUT.items():
            if each.source == source and each.files and each.is_readable and column not in each.filled:
                sentences.setdefault(f"{source} has no {column}: {what}", []).append(str(each.year))
    return [f"{', '.join(years)}: {sentence}" for sentence, years in sentences.items()]
