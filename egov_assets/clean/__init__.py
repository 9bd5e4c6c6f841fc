"""Chapter 2: raw text rows become clean tables in dbt; every row left out is written down with its reason."""
