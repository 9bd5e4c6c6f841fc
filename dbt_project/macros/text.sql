{#- What staging does to text and numbers; nothing here decides about a row. -#}

{% macro half_width(column) -%}
  translate({{ column }},
    '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　',
    '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~ ')
{%- endmacro %}

{#- Half-width, without tabs and blanks around; the ways copies write "nothing" become null. The look before the leap:
    translate() costs microseconds a value, and hardly any value has a blank or a full-width character. -#}
{% macro tidy(column) -%}
  case
    when regexp_full_match({{ column }}, '(?i)[\s　]*(null|na|n/a|nan|\.|-|--|…|——)?[\s　]*') then null
    when regexp_matches({{ column }}, '[\s　！-～]') then trim(regexp_replace({{ half_width(column) }}, '\s+', ' ', 'g'))
    else {{ column }}
  end
{%- endmacro %}

{#- An exact number of a tidied text (thousands separators taken out), null if it is none or has more than 14 digits
    before the point, which is more than the world trades in a year. Exact, because sums of
    floating-point numbers depend on the order in which threads finish. -#}
{% macro number(column) -%}
  try_cast(case when regexp_full_match({{ column }}, '[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?')
    then replace({{ column }}, ',', '') end as decimal(18, 4))
{%- endmacro %}

{#- A tidied code that passed through a number: 330100.0 is 330100. -#}
{% macro code(column) -%}
  regexp_replace({{ column }}, '^(\d+)\.0+$', '\1')
{%- endmacro %}

{#- The files of a raw table, numbered: part 2 before part 10, and a file before its copy "part 2 (1)". -#}
{% macro numbered_files(relation) -%}
  select source_file, row_number() over (order by list_transform(
      regexp_extract_all(split_part(source_file, '.', 1), '\d+|\D+'),
      lambda piece: case when regexp_matches(piece, '^\d') then lpad(piece, 12, '0') else piece end
    ), source_file) as file_number
  from (select distinct source_file from {{ relation }})
{%- endmacro %}

{#- The most frequent value of a column per group; the smaller text wins a tie. -#}
{% macro modal(relation, group_column, column, weight='1') -%}
  select {{ group_column }}, {{ column }}
  from {{ relation }}
  where {{ column }} is not null
  group by {{ group_column }}, {{ column }}
  qualify row_number() over (partition by {{ group_column }} order by count(*) desc, sum({{ weight }}) desc, {{ column }}) = 1
{%- endmacro %}
