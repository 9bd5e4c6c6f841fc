"""Sentences that tables keep in English, said in Chinese: tables are data and have one language, print has two."""

import re
from collections.abc import Mapping


def in_chinese(text: str, sentences: Mapping[str, str]) -> str:
    """The Chinese of an English sentence; a text that is no such sentence (a name, a formula) as it is.

    sentences  English to Chinese, the first that fits counts; {} in both, in the same order, stands for what differs
               from row to row and is taken over
    """
    for english, chinese in sentences.items():
        fitting = re.fullmatch(re.escape(english).replace(r"\{\}", "(.+?)"), text)
        if fitting:
            return chinese.format(*fitting.groups())
    return text
