"""Which customs firm is which survey firm in a year: one pair per firm, each with the rule that found it."""
