"""Making tables: stages, workers, jobs, sensors, the Dagster instance, progress."""
