{{ config(meta={'table': 'column_readings'}) }}
-- Of no column more than the share `cleaning.max_unread_share` of study.yml could not be read; a few rows are no share.
select * from {{ ref('column_readings') }}
where filled - understood >= 20 and filled - understood > {{ var('max_unread_share') }} * filled
