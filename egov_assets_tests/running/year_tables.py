"""Which tables of a year a test may make in one run, because no other year has a say in them."""

import dagster as dg

from egov_assets.definitions import defs
from egov_assets.running.planner import Phases

MEASURED = {"egscore_index", "quality_moments"}  # what follows the comparison of years and is of one year alone


def of_one_year() -> set[dg.AssetKey]:
    """From the raw files to the clean tables of a year, its scores and its moments."""
    graph = defs.resolve_asset_graph()
    phase = Phases.of(graph).phase
    return {
        key
        for key in graph.materializable_asset_keys
        if graph.get(key).partitions_def and (phase[key.to_user_string()] == 0 or key.to_user_string() in MEASURED)
    }
