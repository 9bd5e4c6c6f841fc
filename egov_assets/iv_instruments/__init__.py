"""Instruments for the digital-government score of a city and year."""
