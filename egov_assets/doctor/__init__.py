"""Examining a user's files before anything runs."""
