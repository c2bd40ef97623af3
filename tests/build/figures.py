"""Every amount that a page shows, with where it stands and where it leads."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from build.html import VOID

AMOUNT = re.compile(
    "(?<!\\d)(?<!à[ \u00a0\u202f])[−+]?\\d[\\d\u202f]*(?:,\\d{2})?\u202f(?:€|m²|h)(?!\\w)"
)
ENTRY = re.compile(r"^/finances/journal/[0-9a-f-]{36}/\d+$")
UNSEEN = {"script", "style", "template", "nav", "option"}
ROWS = {"tr", "li"}


@dataclass(frozen=True)
class Figure:
    """One amount: its words, the label it stands under, and the address it leads to.

    `beside`: its row leads to the very entry that it is an amount of. `total`: it stands in the
    row that sums the others.
    """

    words: str
    label: str
    link: str = ""
    beside: bool = False
    total: bool = False

    @property
    def is_zero(self) -> bool:
        """Nothing makes nothing: there is no entry to lead to."""
        return not re.search("[1-9]", self.words)

    @property
    def unit(self) -> str:
        """What it counts."""
        return self.words[-1]

    @property
    def value(self) -> int:
        """In the smallest part of its unit."""
        digits = int(re.sub(r"\D", "", self.words))
        return -digits if self.words.startswith("−") else digits


class Reader(HTMLParser):
    """The figures of the main part of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.figures: list[Figure] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self._rows: list[tuple[int, bool]] = []
        self._total = False
        self._title = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append((tag, found))
        if tag in ROWS:
            self._rows.append((len(self.figures), False))
            self._total = "table__total" in found.get("class", "")
        if tag == "a" and ENTRY.match(found.get("href", "")) and self._rows:
            self._rows[-1] = (self._rows[-1][0], True)

    def handle_endtag(self, tag: str) -> None:
        if tag in ROWS and self._rows:
            first, beside = self._rows.pop()
            self._total = False
            if beside:
                late = self.figures[first:]
                self.figures[first:] = [replace(one, beside=True) for one in late]
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self._open]
        if "main" not in tags or UNSEEN & set(tags):
            return
        if tags[-1] in {"dt", "caption", "legend", "h2", "h3", "label"} and data.strip():
            self._title = " ".join(data.split())
        links = [found.get("href", "") for tag, found in self._open if tag == "a"]
        for words in AMOUNT.findall(data):
            link = links[-1] if links else ""
            self.figures.append(Figure(words, self._label(), link, total=self._total))

    def _label(self) -> str:
        for tag, found in reversed(self._open):
            if "data-label" in found:
                return found["data-label"]
            if tag == "caption":
                return "caption"
        return self._title


def figures(text: str) -> list[Figure]:
    """Every amount of a page, in its order."""
    return Reader(text).figures
