"""What people print around a label, in yearbooks and headers, that does not belong to it."""

import re

HAN = r"\u3400-\u9fff"
# After a blank or a line break, to the end: 地区生产总值 Gross Regional Product. Not 人均GDP.
TRANSLATION = re.compile(rf"(?<=[{HAN})）])\s+[A-Za-z][A-Za-z\s.,'&/()-]*$")
NOTE_MARKS = re.compile(r"(?:[①-⑳*＊¹²³⁴⁵†‡]|(?<!\d)\d{1,2}[)）]|[\[［]\d{1,2}[\]］])+$")
BETWEEN_CHARACTERS = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")


def plain_label(label: str) -> str:
    """A place, indicator or unit without translation, note marks, and blanks or line breaks between its characters."""
    without = NOTE_MARKS.sub("", TRANSLATION.sub("", label.strip()).strip())
    return BETWEEN_CHARACTERS.sub("", without).strip() or label.strip()


def plain_unit(unit: str) -> str:
    """A unit without brackets around it either, nor the word 单位 (unit) in front."""
    return re.sub(r"^单位[:：]", "", plain_label(unit.strip("()（） "))).strip("()（） ")
