"""What dbt cleans is read once: a second reading of raw text by another chapter would have rules of its own."""

from egov_assets.clean.build_year import READS
from egov_assets.definitions import defs

CLEANING = {"clean_year"}
LISTS_VERSIONS_ONLY = {"replication_report"}  # STUDY_TABLES: it prints which version of each table was used


def test_no_other_asset_reads_a_raw_table_that_dbt_cleans():
    reading = {
        asset.node_def.name
        for asset in set(defs.get_repository_def().assets_defs_by_key.values())
        for spec in asset.specs
        for dep in spec.deps
        if dep.asset_key.to_user_string() in READS
    }
    assert reading - LISTS_VERSIONS_ONLY == CLEANING
