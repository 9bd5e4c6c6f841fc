"""The UI leads from a table to the code that makes it, and says of each job and sensor what it is for."""

from pathlib import Path

import dagster as dg

from egov_assets.definitions import defs
from egov_assets.platform.dbt_project import PROJECT
from egov_assets.running.jobs import JOBS, SCHEDULES
from egov_assets.running.sensors import SENSORS


def test_the_code_link_of_a_table_leads_to_its_own_file_and_line():
    graph = defs.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        node, table = graph.get(key), key.to_user_string()
        (link,) = node.metadata["dagster/code_references"].code_references
        file = Path(link.file_path)
        if "dbt" in node.kinds:
            assert (file.stem, file.is_relative_to(PROJECT)) == (table, True)
            continue
        assert file.parent.name == node.group_name
        below = file.read_text("utf-8").splitlines()[link.line_number - 1 :]
        named = next(line for line in below if line.strip().startswith("def "))
        # regression tables and what gathers them are made by one function for all
        assert f"def {table}(" in named or node.group_name == "regression_tables"


def test_jobs_sensors_and_schedules_say_what_they_are_for_in_a_line():
    for each in (*JOBS, *SENSORS, *SCHEDULES):
        assert isinstance(each, dg.JobDefinition | dg.SensorDefinition | dg.ScheduleDefinition)
        assert each.description
        assert "\n" not in each.description.strip()
