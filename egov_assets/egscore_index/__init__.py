"""The digital-government score of a city and year: nine fields and their mean."""
