"""Sources of columns read off SQL: by hand, through models in memory, and off the SQL of the chapter itself."""

from egov_assets.clean.column_lineage import lineage_of_models

RAW = {"raw_lines": ["firm", "value", "price", "flow"]}


def test_values_are_followed_through_models_and_what_only_filters_is_no_source():
    models = {
        "judged": "select * exclude (price), value * price as worth from raw.raw_lines where flow = '0'",
        "clean": "with sums as (select firm, sum(worth) as worth from judged group by all) "
        "select sums.firm, sums.worth, 1 as lines from sums left join judged using (firm)",
        "ledger": "select firm, worth from clean",
    }
    lineage = lineage_of_models(models, ["clean", "ledger"], RAW)
    assert lineage["clean"] == {
        "firm": (("raw_lines", "firm"),),
        "worth": (("raw_lines", "price"), ("raw_lines", "value")),
        "lines": (),
    }
    assert lineage["ledger"]["worth"] == (("clean", "worth"),)


def test_a_code_list_is_named_by_its_file(tmp_path):
    (tmp_path / "places.csv").write_text("code,name\n1,a\n", encoding="utf-8")
    file = f"read_csv('{tmp_path}/places.csv', all_varchar=true)"
    models = {"placed": f"select p.code as place from raw.raw_lines join {file} as p on p.name = firm"}
    assert lineage_of_models(models, ["placed"], RAW) == {"placed": {"place": (("reference/places", "code"),)}}
