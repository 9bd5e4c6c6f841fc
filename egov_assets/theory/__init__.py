"""The paper's model (section 2.1): each equation derived again, its signs, what its propositions need, and equilibria.

What belongs here: algebra and numbers of the model. Not: data; the pictures of figures 2 and 3 are in `figures/`.
"""
