"""The examination as a page: everything the console table says, and samples of each column."""

import jinja2

from egov_assets.doctor.diagnosis import Examination
from egov_assets.doctor.found import SUMMARY

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Raw files of the study</title>
<style>
body {font: 15px/1.5 system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2em auto;
  max-width: 75em; color: #222}
table {border-collapse: collapse; margin: .5em 0 1.5em; width: 100%} caption {text-align: left; color: #555}
th, td {text-align: left; vertical-align: top; padding: .2em .8em .2em 0; border-bottom: 1px solid #ddd;
  overflow-wrap: anywhere}
.overview th, .overview td:nth-child(-n+7) {white-space: nowrap; overflow-wrap: normal}
th {border-bottom: 1px solid #222} td.n, th.n {text-align: right}
.fault {color: #a40000} .doubt {color: #8a5a00} .none {color: #999}
</style>
<h1>Raw files of the study</h1>
<p>{{ e.raw }}. {{ "Every source can be read in every year." if e.is_sound else "Not every source can be read." }}</p>

<table class="overview"><tr>{% for each in headings %}<th>{{ each }}</th>{% endfor %}</tr>
{% for s in e.found %}<tr class="{{ '' if s.is_readable else 'fault' }}">
{%- for cell in s.summary %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table>
{% for kind, title in (("fault", "Cannot be read"), ("doubt", "Look at")) %}
{% for s in e.found if (s.all_faults if kind == "fault" else s.all_doubts) %}
{% if loop.first %}<h2>{{ title }}</h2><ul>{% endif %}
{% for each in (s.all_faults if kind == "fault" else s.all_doubts) %}
<li class="{{ kind }}">{{ s.source }} {{ s.year }}: {{ each }}</li>
{% endfor %}{{ "</ul>" | safe if loop.last }}{% endfor %}{% endfor %}

{% for title, part in (("Would not be published", "stops"), ("Rows that the cleaning rejects", "rejected"),
  ("Cells that cannot be read", "unread")) %}
{% for year in e.judged if year[part] %}{% if loop.first %}<h2>{{ title }}</h2>{% endif %}
<h3>{{ year.year }}</h3><ul>{% for each in year[part] %}<li>{{ each }}</li>{% endfor %}</ul>{% endfor %}{% endfor %}

<h2>What can be computed</h2>
<table><tr><th>table (column)</th><th>years</th></tr>
{% for each in e.ready %}<tr class="{{ '' if each.years else 'fault' }}"><td>{{ each.columns | join(", ") }}</td>
<td>{{ each.words }}</td></tr>{% endfor %}</table>
{% if e.lists %}<ul>{% for each in e.lists %}<li>{{ each.words }}</li>{% endfor %}</ul>{% endif %}
{% if e.consequences %}<ul>{% for each in e.consequences %}<li>{{ each }}</li>{% endfor %}</ul>{% endif %}

<h2>Columns with samples</h2>
{% for s in e.found %}
{% if s.files | selectattr('columns') | list %}<h3>{{ s.source }} {{ s.year }}</h3>{% endif %}
{% for f in s.files if f.rows is not none %}
<table><caption>{{ f.file }}: {{ f.form }}, dialect {{ f.dialect }}, {{ "{:,}".format(f.rows) }} rows
{%- if f.unused %}; not used: {{ f.unused | join(", ") }}{% endif %}</caption>
<tr><th>column</th><th>header in the file</th><th class="n">filled</th><th>first values</th></tr>
{% for c in f.columns %}<tr class="{{ '' if c.header else 'none' }}"><td>{{ c.name }}</td>
<td>{{ c.header or "not in the file" }}</td><td class="n">{{ "{:.1%}".format(c.filled_share) if c.header else "" }}</td>
<td>{{ c.sample | join(" | ") | truncate(160) }}</td></tr>{% endfor %}</table>
{% endfor %}{% endfor %}

{% if e.unread %}<h2>Files that nothing reads</h2>
<ul>{% for each in e.unread %}<li>{{ each }}</li>{% endfor %}</ul>{% endif %}
</html>
"""


def doctor_page(examination: Examination) -> str:
    """The page as HTML; what stands in a user's files is shown as text, never as markup."""
    return jinja2.Environment(autoescape=True).from_string(PAGE).render(e=examination, headings=SUMMARY)
