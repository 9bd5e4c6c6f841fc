{{ config(meta={'table': 'clean_export_modes'}) }}
-- Every line behind clean_exports is behind clean_export_modes, once.
with modes as (select coalesce(sum(lines), 0) as lines from {{ ref('clean_export_modes') }}),
exports as (select coalesce(sum(lines), 0) as lines from {{ ref('clean_exports') }})
select modes.lines as lines_by_mode, exports.lines as lines_exported
from modes, exports
where modes.lines <> exports.lines
