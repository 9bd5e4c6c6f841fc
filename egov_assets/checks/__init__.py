"""Data quality beyond a table's own schema: expectations, drift, Data Docs."""
