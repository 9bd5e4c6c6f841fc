"""Handing a study over: exported tables with labels, the replication archive, what moved between two studies, notebook.

What belongs here: reading finished outputs and writing what leaves the study. Not: making or judging any table.
"""
