"""A message to people: one headline, the first cause, the next step, where to look."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

UI_ADDRESS_SETTING = "EGOV_UI_ADDRESS"
UI_ADDRESS = "http://127.0.0.1:3000"


@dataclass(frozen=True)
class Alert:
    """What every channel sends, each in its own form; `facts` are the plain values a program may read."""

    kind: str
    headline: str
    lines: tuple[str, ...] = ()
    next_step: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    page: str = ""  # path of the page in the UI

    @property
    def link(self) -> str:
        return os.environ.get(UI_ADDRESS_SETTING, UI_ADDRESS).rstrip("/") + self.page

    @property
    def text(self) -> str:
        """The whole message."""
        last = [f"next: {self.next_step}"] if self.next_step else []
        return "\n  ".join([self.headline, *self.lines, *last, f"see: {self.link}"])

    def as_dict(self) -> dict[str, object]:
        """The whole message as plain values."""
        return {**self.facts, "kind": self.kind, "headline": self.headline, "link": self.link, "text": self.text}
