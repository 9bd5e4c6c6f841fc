"""Export quality: what a flow sells beyond what its price and market explain, per product, then per firm and year."""
