"""The pages docs/settings.md, docs/commands.md and docs/checks.md: `python -m docs.site.reference` writes them anew.

They are made of the models of study.yml, the parser of the command line and the checks of the graph, so that nothing is
described twice; only what to do about a failed check is written here, in `what_to_do.yml`.
"""

from pathlib import Path

from docs.site.checks_page import checks_page
from docs.site.commands_page import commands_page
from docs.site.settings_page import settings_page

DOCS = Path(__file__).parents[1]
PAGES = {
    DOCS / "settings.md": settings_page,
    DOCS / "commands.md": commands_page,
    DOCS / "checks.md": checks_page,
}


def main() -> None:
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")
        print(path)


if __name__ == "__main__":
    main()
