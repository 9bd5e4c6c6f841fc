"""`python -m egov_assets_tests.cases`: write docs/bad_inputs.md from cases.yml."""

from egov_assets_tests.cases.case import read_cases
from egov_assets_tests.cases.page import PAGE, bad_inputs_page

PAGE.write_text(bad_inputs_page(read_cases()), encoding="utf-8")
print(PAGE)
