"""HTML pages for people: one look and one way of making them. What data hold is shown as text, never as markup."""

from pathlib import Path

import jinja2

from egov_assets.platform.words import Language

TEMPLATES = Path(__file__).with_name("templates")
# A misspelt name in a template is an error; columns keep their order in the page's data.
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.policies["json.dumps_kwargs"] = {"ensure_ascii": False}


def page(template: str, title: str, language: Language = "en", **values: object) -> str:
    """A page made from `templates/<template>.html`, which fills the blocks of `base.html`."""
    return _ENVIRONMENT.get_template(f"{template}.html").render(title=title, language=language, **values)
