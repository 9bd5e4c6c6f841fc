{#- What staging does to text and numbers; nothing here decides about a row. -#}

{% macro half_width(column) -%}
  translate({{ column }},
    '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～　',
    '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~ ')
{%- endmacro %}

{#- Half-width, without tabs and blanks around; the ways copies write "nothing" become null: Stata's and databases' marks,
    dashes, dots and asterisks alone, and words. The look before the leap: translate() costs microseconds a value, and
    hardly any value has a blank or a full-width character. -#}
{% macro tidy(column) -%}
  case
    when regexp_full_match({{ column }}, '(?i)[\s　]*(#?null!?|none|nil|nan|#?n/a|na|n\.a\.|\\n|\.{1,3}|\.[a-z]|[-－–—―]+|…+|[*＊]+|无|不详|不明|未知|缺失|缺|空)?[\s　]*') then null
    when regexp_matches({{ column }}, '[\s　！-～]') then trim(regexp_replace({{ half_width(column) }}, '\s+', ' ', 'g'))
    else {{ column }}
  end
{%- endmacro %}

{#- An exact number of a tidied text (thousands set apart by commas or blanks are joined), null if it is none or has more
    than 14 digits before the point, which is more than the world trades in a year. Exact, because sums of
    floating-point numbers depend on the order in which threads finish. -#}
{% macro number(column) -%}
  try_cast(case when regexp_full_match({{ column }}, '[+-]?(\d{1,3}(,\d{3})+|\d{1,3}( \d{3})+|\d+)?(\.\d*)?([eE][+-]?\d+)?')
    then replace(replace({{ column }}, ',', ''), ' ', '') end as decimal(18, 4))
{%- endmacro %}

{#- A tidied code that passed through a number: 330100.0 is 330100. -#}
{% macro code(column) -%}
  regexp_replace({{ column }}, '^(\d+)\.0+$', '\1')
{%- endmacro %}

{#- A code that a spreadsheet turned into a number and rounded: 3.30196E+09. -#}
{% macro is_spoiled(column) -%}
  regexp_full_match({{ column }}, '\d(\.\d+)?[eE][+]?\d+')
{%- endmacro %}

{#- A word as lists are searched for it: without accents, case, blanks and punctuation. -#}
{% macro word(column) -%}
  regexp_replace(lower(strip_accents(replace({{ column }}, '&', 'and'))), '[^0-9a-z\x{4e00}-\x{9fff}]', '', 'g')
{%- endmacro %}

{#- The year and, where it is told, the month of a tidied date: 2011 or 201103; null if none can be told for certain.
    Year first; day or month first with a year of four digits (a month only where no day can be meant); names of months;
    years of the Republic (民国99年 is 2010); Chinese digits; days since 1900 of a spreadsheet and since 1960 of Stata, which
    have five digits and do not overlap from 2000 to 2019; months since 1960 of Stata. -#}
{% macro year_and_month(column) -%}
  {% set text = code("replace(replace(regexp_replace(translate(" ~ column ~ ", '〇○零一二三四五六七八九', '000123456789'), '十(\\d)', '1\\1'), '十', '10'), ' ', '')") -%}
  {% set months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] -%}
  {% set named = '(' ~ months | join('|') ~ ')[a-z]*' -%}
  case
    when regexp_full_match({{ text }}, '(19|20)\d\d年?') then left({{ text }}, 4)
    when regexp_full_match({{ text }}, '(19|20)\d\d(\d\d(\d\d)?|[-/.年mM]\d{1,2}月?([-/.]?\d{1,2}日?)?)([T ]?\d\d:.*)?')
      then left({{ text }}, 4) || lpad(regexp_extract({{ text }}, '^\d{4}\D?(\d{1,2})', 1), 2, '0')
    when regexp_full_match({{ text }}, '\d{1,2}[-/.](19|20)\d\d') then right({{ text }}, 4) || lpad(regexp_extract({{ text }}, '^\d+'), 2, '0')
    when regexp_full_match({{ text }}, '\d{1,2}\.\d{1,2}\.(19|20)\d\d') then right({{ text }}, 4) || lpad(regexp_extract({{ text }}, '\.(\d+)\.', 1), 2, '0')
    when regexp_full_match({{ text }}, '\d{1,2}[-/]\d{1,2}[-/](19|20)\d\d') then right({{ text }}, 4)
    when regexp_full_match(lower({{ text }}), '(\d{1,2}[-.]?)?{{ named }}[-.,]?(19|20)\d\d') or regexp_full_match(lower({{ text }}), '(19|20)\d\d[-.,]?{{ named }}')
      then regexp_extract({{ text }}, '(19|20)\d\d') || case regexp_extract(lower({{ text }}), '{{ months | join('|') }}')
        {%- for month in months %} when '{{ month }}' then '{{ '%02d' | format(loop.index) }}'{% endfor %} end
    when regexp_full_match({{ text }}, '(中华)?民国\d{2,3}年?(\d{1,2}月?)?')
      then cast(1911 + cast(regexp_extract({{ text }}, '民国(\d+)', 1) as integer) as varchar) || coalesce(lpad(nullif(regexp_extract({{ text }}, '年(\d+)', 1), ''), 2, '0'), '')
    when regexp_full_match({{ text }}, '3[6-9]\d{3}|4[0-3]\d{3}') then strftime(date '1899-12-30' + cast({{ text }} as integer), '%Y%m')
    when regexp_full_match({{ text }}, '1[4-9]\d{3}|2[01]\d{3}') then strftime(date '1960-01-01' + cast({{ text }} as integer), '%Y%m')
    when regexp_full_match({{ text }}, '(4[89]|[56]\d)\d') then strftime(date '1960-01-01' + to_months(cast({{ text }} as integer)), '%Y%m')
  end
{%- endmacro %}

{#- A commodity code as declared, eight digits, or six where the copy has no more; null if it is none. Ten digits are the
    declaration's, whose first eight count; numbers have lost the zero of the first nine chapters. -#}
{% macro commodity_code(column) -%}
  {% set digits = "replace(case when regexp_full_match(" ~ column ~ ", '\d{3,4}(\.\d\d){1,3}|\d{4}\.\d{4}') and not regexp_full_match(" ~ column ~ ", '\d{3,4}\.0+') then replace(" ~ column ~ ", '.', '') else " ~ code(column) ~ " end, ' ', '')" -%}
  case
    when regexp_full_match({{ digits }}, '\d{9,10}') then left(lpad({{ digits }}, 10, '0'), 8)
    when regexp_full_match({{ digits }}, '\d{7,8}') then lpad({{ digits }}, 8, '0')
    when regexp_full_match({{ digits }}, '\d{5,6}') then lpad({{ digits }}, 6, '0')
  end
{%- endmacro %}

{#- One form of an organisation code (GB 11714: eight characters and a check character) of a tidied text: upper case,
    without hyphen and blanks, out of the credit code that contains it (GB 32100, characters 9 to 17), with the zeros put
    back that a number lost, where the check character agrees. Numbers of other kinds stay as they are; null if it is none. -#}
{% macro organisation_code(column) -%}
  {% set plain = "upper(regexp_replace(" ~ code(column) ~ ", '[- ]', '', 'g'))" -%}
  case
    when not regexp_full_match({{ plain }}, '[0-9A-Z]+') or regexp_full_match({{ plain }}, '0+') or {{ is_spoiled(plain) }} then null
    when regexp_full_match({{ plain }}, '[0-9A-Z]{2}\d{6}[0-9A-Z]{10}') then substr({{ plain }}, 9, 9)
    when length({{ plain }}) < 9 and {{ has_check_character("lpad(" ~ plain ~ ", 9, '0')") }} then lpad({{ plain }}, 9, '0')
    else {{ plain }}
  end
{%- endmacro %}

{#- The ninth character is the check character of the eight before it: weights 3 7 9 10 5 8 4 2, modulo 11; letters count
    10 to 35. -#}
{% macro has_check_character(column) -%}
  (regexp_full_match({{ column }}, '[0-9A-Z]{8}[0-9X]') and substr('0X987654321', 1 + (
    {%- for weight in [3, 7, 9, 10, 5, 8, 4, 2] %}{{ weight }} * (instr('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr({{ column }}, {{ loop.index }}, 1)) - 1)
    {{- ' + ' if not loop.last }}{% endfor %}) % 11, 1) = substr({{ column }}, 9, 1))
{%- endmacro %}

{#- Six digits of a postal code; five where the province agrees that the zero of 01 to 07 was lost (Inner Mongolia, Shanxi,
    Hebei). `province` is a code that begins with the province's two digits. -#}
{% macro postal_code(column, province) -%}
  case
    when regexp_full_match({{ column }}, '\d{6}') then {{ column }}
    when regexp_full_match({{ column }}, '[1-7]\d{4}') and left({{ province }}, 2) = case when left({{ column }}, 1) <= '2' then '15' when left({{ column }}, 1) <= '4' then '14' else '13' end
      then '0' || {{ column }}
  end
{%- endmacro %}

{#- Every spelling of the columns of a raw table, once: column_name, printed, text (tidied), and the rows that write it so. -#}
{% macro spellings(relation, columns) -%}
  select column_name, printed, rows, {{ tidy('printed') }} as text
  from (
    {% for column in columns -%}
    select '{{ column }}' as column_name, {{ column }} as printed, count(*) as rows from {{ relation }} where {{ column }} is not null group by {{ column }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
  )
{%- endmacro %}

{#- A line that adds up others: its key or name says total. -#}
{% macro is_total(columns) -%}
  ({% for column in columns %}coalesce(regexp_full_match({{ column }}, '(?i)(合 ?计|总 ?计|小 ?计|共 ?计|总 ?和|合計|總計|小計|(grand |sub-?)?totals?|sum)[:：]?'), false){{ ' or ' if not loop.last }}{% endfor %})
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

{#- Fields of a row that stand under each other's header show themselves by what cannot be there: at least two of the
    conditions hold. One alone is a bad cell. -#}
{% macro several(conditions) -%}
  ({% for condition in conditions %}coalesce({{ condition }}, false)::integer{{ ' + ' if not loop.last }}{% endfor %} >= 2)
{%- endmacro %}

{% macro any_of(conditions) -%}
  ({% for condition in conditions %}coalesce({{ condition }}, false){{ ' or ' if not loop.last }}{% endfor %})
{%- endmacro %}

{% macro has_letters(column) -%}
  regexp_matches({{ column }}, '[A-Za-z\x{4e00}-\x{9fff}]')
{%- endmacro %}

{#- Zeros alone are how copies write nothing into a code. -#}
{% macro has_digits(column) -%}
  regexp_matches({{ column }}, '[1-9]')
{%- endmacro %}

{% macro is_no_word(column) -%}
  ({{ has_digits(column) }} and not {{ has_letters(column) }})
{%- endmacro %}

{% macro is_word(column) -%}
  ({{ has_letters(column) }} and not {{ has_digits(column) }})
{%- endmacro %}
