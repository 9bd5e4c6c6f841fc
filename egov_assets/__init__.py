"""Does digital government raise the quality of what firms export? The study as data assets, to rerun and to check."""
