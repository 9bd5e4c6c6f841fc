"""Who is told, and when: reports of runs, their channels, and the sensors that watch runs and raw files."""
