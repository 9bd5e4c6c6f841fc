"""How assets are stored, checked, run and seen: the only place that knows Dagster plumbing."""
