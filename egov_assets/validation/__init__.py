"""What judges the product against the demo's truth: variants, interval coverage, planted defects, match scores."""
