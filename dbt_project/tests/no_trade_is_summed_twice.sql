{{ config(meta={'table': 'clean_exports'}) }}
-- No file of the year repeats what the others say; a study names the files to leave out in study.yml
-- (customs.files_left_out), or the year in customs.overlaps_accepted.
select * from {{ ref('customs_overlaps') }} where {{ var('year') }} not in ({{ ([0] + var('overlaps_accepted')) | join(', ') }})
