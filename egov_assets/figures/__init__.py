"""Pictures of the study: for print and screen, in English and Chinese, the same bytes for the same numbers.

What belongs here: drawing. Not: what is drawn; each function takes a finished table or the model's own numbers.
"""
