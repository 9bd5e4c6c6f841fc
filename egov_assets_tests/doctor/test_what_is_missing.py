"""What a year lacks is said once: a table whose files are not there has no empty columns beside."""

from egov_assets.doctor.possible import _missing


def test_an_empty_column_is_named_unless_its_whole_table_has_no_files():
    needed = [("clean_cities", "gdp"), ("clean_firms", "wages"), ("clean_firms", "firm")]
    lacking = {("clean_cities", 2011): ("city_yearbook/*",)}
    filled = {2011: {"clean_cities": [], "clean_firms": ["firm"]}}
    files, empty = _missing(needed, 2011, lacking, filled)
    assert files == "no file fits city_yearbook/*"
    assert empty == "no value of wages in clean_firms"
