"""The estimation sample and the paper's tables: from firm-years to tidy estimates and printed tables."""
