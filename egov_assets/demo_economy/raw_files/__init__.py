"""The demo economy printed as raw files, in the layouts and with the defects that researchers really meet."""
