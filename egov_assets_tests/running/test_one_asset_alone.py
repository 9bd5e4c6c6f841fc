"""What the UI does behind its Materialize button: one asset with its own checks."""

import pytest

from egov_assets.definitions import defs

pytestmark = pytest.mark.slow

GRAPH = defs.get_repository_def().asset_graph


@pytest.mark.parametrize("key", sorted(GRAPH.materializable_asset_keys), ids=lambda key: key.to_user_string())
def test_every_asset_can_be_materialized_alone_with_its_checks(key):
    job = defs.resolve_implicit_global_asset_job_def()
    job.get_subset(asset_selection={key}, asset_check_selection=GRAPH.get_check_keys_for_assets({key}))
