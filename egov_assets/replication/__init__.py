"""The paper's printed numbers against ours, cell by cell."""
