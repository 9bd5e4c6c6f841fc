"""Chapter 1: a user's files, read as they come into text tables that remember the file and row of every line."""
