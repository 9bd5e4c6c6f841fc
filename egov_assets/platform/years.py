"""The years of the study: partitions, schemas and the demo economy follow them."""

YEARS = (2010, 2011, 2012)  # paper 3.2: the customs, survey and score years of the panel
