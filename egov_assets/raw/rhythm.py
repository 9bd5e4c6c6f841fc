"""Sources that are expected anew every so many days, and those whose newest file is older."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import dagster as dg

from egov_assets.platform.settings_file import SettingsError
from egov_assets.raw.sources import read_sources

SECONDS_A_DAY = 86_400.0


def rhythms(study_file: Path | None) -> Mapping[str, int]:
    """Source -> days, of those that a study.yml expects anew; none where it cannot be used, which `egov run` says."""
    try:
        sources = read_sources(study_file)
    except SettingsError:
        return {}
    return {name: each.expect_every_days for name, each in sources.items() if each.expect_every_days}


def with_freshness(assets: dg.AssetsDefinition, rhythm: Mapping[str, int]) -> dg.AssetsDefinition:
    """The raw table of a source that has a rhythm, with Dagster's policy for it; others as they are."""
    days = {f"raw_{name}": each for name, each in rhythm.items()}
    if not days.keys() & {key.to_user_string() for key in assets.keys}:
        return assets

    def with_policy(spec: dg.AssetSpec) -> dg.AssetSpec:
        expected = days.get(spec.key.to_user_string())
        if expected is None:
            return spec
        policy = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=expected))
        return spec.replace_attributes(freshness_policy=policy)

    return assets.map_asset_specs(with_policy)


def overdue(raw: Path, study_file: Path, now: float) -> Iterator[str]:
    """A sentence for each source whose newest file is older than its rhythm.

    now  seconds since 1970, as of the files' times
    """
    rhythm = rhythms(study_file)
    if not rhythm:
        return
    sources = read_sources(study_file)
    for name, days in rhythm.items():
        found = [path for pattern in sources[name].files for path in raw.glob(pattern.replace("{year}", "*"))]
        newest = max((path.stat().st_mtime for path in found if path.is_file()), default=None)
        if newest is None:
            yield f"{name}: no file, one is expected every {days} days"
        elif now - newest > days * SECONDS_A_DAY:
            age = (now - newest) / SECONDS_A_DAY
            yield f"{name}: the newest file is {age:.0f} days old, one is expected every {days} days"
