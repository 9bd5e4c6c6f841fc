"""How often the raw files are wrong: the noise between the two firm registers, and one rate per class of defect.

What belongs here: rates a user may set in `truth.yml` under `match_noise` and `defects`. A field name of `Defects` is
also the `class` of its rows in `defects.parquet`; its prefix is the number in domain.md 1.6 (c, customs), the order of
domain.md 2.5 (s, survey), or counts on (from c22 and s15; y, yearbooks): other forms in which people hold such data.
"""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

MOST = 0.5
Rate = Annotated[float, Field(ge=0.0, le=MOST)]


class MatchNoise(BaseModel):
    """Share of firms (per firm, the same in all years, unless said) whose two register entries differ in one way.

    Kinds: domain.md 3.4, 3.5 and 11. Shares: no published one; set so that names alone find four links in five.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    spelling_differs: Rate = Field(description="same name in another spelling: brackets, blank, legal form, 電")
    wording_differs: Rate = Field(description="customs leaves out the place or the trade, or adds the province")
    typo: Rate = Field(description="one character of the customs name is wrong, in every year")
    survey_typo_in_year: Rate = Field(description="of firm-years: one character of the survey name is wrong")
    old_name_kept: Rate = Field(description="of renamed firm-years: customs still prints the name before")
    same_core_other_city: Rate = Field(description="name core and industry word of a firm in another city")
    numbered_works: Rate = Field(description="second of a pair ...一厂 / ...二厂 of one city")
    sister_firms: Rate = Field(description="a firm of the city has the same line and a name of one other sign")
    phone_differs: Rate = Field(description="the customs phone is another line than the survey phone")
    phone_missing: Rate = Field(description="no phone in the customs file")
    phone_placeholder: Rate = Field(description="0000000, 12345678 and the like in the survey and in customs")
    phone_of_agent: Rate = Field(description="the customs phone is the hot line of a declaration agent")
    zip_differs: Rate = Field(description="the customs zip is that of another district of the city")

    def times(self, factor: float) -> Self:
        """Every share `factor` times as large, 0.5 at most: how matching fares in worse files."""
        return type(self)(**{name: min(share * factor, MOST) for name, share in self.model_dump().items()})


class Defects(BaseModel):
    """Share of the lines (customs) or rows (survey) of a year's files that carry one defect; at most one defect a row.

    `c05`, `c08`, `c09`, `c17`, `c27` to `c32`, `s07` and `s22` to `s25` are added rows, so true flows and firms lose
    nothing by them. Four listed
    classes have no rate: `c06_later_hs_revision` and `c19_bytes_without_encoding` come with the layout of whole files,
    `c18_intermediary` with every export line of a trading company (`firms.intermediaries` in `truth.yml`),
    `c33_unit_slips` with the flows of the long tail (`long_tail.slip_share`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    c01_amount_missing: Rate = Field(description="value or quantity zero or blank (NULL in 2012)")
    c02_company_id_empty: Rate = Field(description="company id blank")
    c03_company_name_empty: Rate = Field(description="company name blank")
    c04_company_name_varies: Rate = Field(description="name spelled another way than on the id's other lines")
    c05_leading_zero_lost: Rate = Field(description="2010-2011: goods of chapters 01-09, HS8 of 7 digits")
    c07_partner_renamed: Rate = Field(description="older code (2010-2011) or other name (2012), if there is one")
    c07_partner_unknown: Rate = Field(description="a code or name that no country list holds")
    c08_partner_is_china: Rate = Field(description="re-imports: partner 142 / 中华人民共和国")
    c09_duplicate_line: Rate = Field(description="the same line once more, every column equal")
    c10_unit_differs: Rate = Field(description="2012: quantity in another unit than the product's usual one")
    c11_number_as_text: Rate = Field(description="2012: thousands separators in value or quantity, NULL as price")
    c15_phone_malformed: Rate = Field(description="2010-2011: one leading 0 too many, or the word NULL")
    c17_goods_excluded: Rate = Field(description="goods of chapters 93 and 97")
    c20_doubled_part: bool = Field(description="2011: the last part file occurs twice, under two numbers")
    c22_commodity_with_dots: Rate = Field(description="2012: HS8 as 8517.12.10")
    c23_partner_in_english: Rate = Field(description="2012: the partner's English name or ISO code")
    c24_unit_in_other_words: Rate = Field(description="2012: 公斤, KG, 035 for kilograms; of other units the code")
    c25_period_in_other_form: Rate = Field(description="2012: 2012-05, 2012年5月, May 2012")
    c26_mark_of_nothing: Rate = Field(description="2012: 不详, —, \\N, 无, #N/A as postal code")
    c27_fields_shifted: Rate = Field(
        description="2012: a line with its fields from the postal code on one too far right"
    )
    c28_company_id_rounded: Rate = Field(description="2012: a line whose company id a spreadsheet rounded")
    c29_commodity_rounded: Rate = Field(description="2012: a line whose HS8 a spreadsheet rounded")
    c30_period_of_another_year: Rate = Field(description="2012: a line of 2011")
    c31_total_line: bool = Field(description="2012: the last line of each part adds up the others")
    c32_lines_in_another_format: Rate = Field(description="2012: lines that a text file says once more, spelled anew")

    s01_employees_below_8: Rate = Field(description="fewer than 8 employees")
    s02_current_assets_above_total: Rate = Field(description="current assets above total assets")
    s03_fixed_assets_above_total: Rate = Field(description="fixed assets above total assets")
    s04_opening_month_13: Rate = Field(description="opening month 13")
    s05_opening_year_after_survey: Rate = Field(description="opening year after the survey year")
    s06_id_missing: Rate = Field(description="organisation code blank")
    s07_duplicate_row: Rate = Field(description="the same firm row once more")
    s08_id_lower_case: Rate = Field(description="letters of the organisation code in lower case")
    s09_name_and_legal_person_swapped: Rate = Field(description="firm name and legal person exchanged")
    s10_wages_blank: Rate = Field(description="2011-2012: wages payable blank")
    s11_paid_in_capital_not_positive: Rate = Field(description="paid-in capital zero or negative")
    s12_revenue_missing: Rate = Field(description="revenue blank (paper Table 1: 0.04 % missing)")
    s13_revenue_not_positive: Rate = Field(description="revenue zero")
    s14_total_assets_missing: Rate = Field(description="total assets blank")
    s15_id_with_hyphen: Rate = Field(description="organisation code as 12345678-9")
    s16_id_in_credit_code: Rate = Field(description="the credit code of 18 characters that contains it")
    s17_id_without_zeros: Rate = Field(description="organisation code without the zeros it begins with")
    s18_region_in_words: Rate = Field(description="the city's name for the region code")
    s19_industry_with_letter: Rate = Field(description="2010-2011: industry as C4061")
    s20_type_in_words: Rate = Field(description="registration type in words")
    s21_mark_of_nothing: Rate = Field(description="2010: 不详, —, .., #N/A as current assets")
    s22_fields_shifted: Rate = Field(
        description="2011-2012: a row with its texts from the legal person on one too far right"
    )
    s23_code_of_another_firm: Rate = Field(description="2011-2012: a second firm under the code of another")
    s24_id_rounded: Rate = Field(description="2011-2012: a row whose code a spreadsheet rounded")
    s25_total_row: bool = Field(description="2011-2012: the last row adds up the others")

    y01_label_marked: Rate = Field(
        description="of the city yearbook's cities: blanks inside the name, note marks behind it"
    )
