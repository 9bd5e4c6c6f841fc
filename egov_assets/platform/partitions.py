"""The year partitions that every yearly asset shares; one backfill covers them all."""

from dagster import StaticPartitionsDefinition

from egov_assets.platform.years import YEARS

export_years = StaticPartitionsDefinition([str(year) for year in YEARS])
