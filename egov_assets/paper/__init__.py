"""What this paper fixes: its constants, specifications, printed numbers and words."""
