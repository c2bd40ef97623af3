"""A page as a person meets it: its boxes with what they hold, its anchors, its error summary."""

from __future__ import annotations

from collections import defaultdict
from html.parser import HTMLParser

VOID = {"input", "br", "img", "meta", "link", "hr", "wbr"}


class Page(HTMLParser):
    """`boxes`: name → what is in the box; `ids`; `summary`: (address, sentence) of each problem."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.ids: set[str] = set()
        self.boxes: dict[str, list[str]] = defaultdict(list)
        self.kinds: dict[str, str] = {}
        self.options: dict[str, list[str]] = defaultdict(list)
        self.summary: list[tuple[str | None, str]] = []
        self.summary_title = ""
        self._select = self._area = ""
        self._depth = 0
        self._part = ""
        self._link: str | None = None
        self._words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "id" in found:
            self.ids.add(found["id"])
        if self._depth:
            self._depth += tag not in VOID
            self._in_summary(tag, found)
        elif found.get("id") == "error-summary":
            self._depth = 1
        self._box(tag, found)

    def _in_summary(self, tag: str, found: dict[str, str]) -> None:
        if tag in {"h2", "li"}:
            self._part, self._words, self._link = tag, "", None
        if tag == "a":
            self._link = found.get("href", "")

    def _box(self, tag: str, found: dict[str, str]) -> None:
        name = found.get("name", "")
        if tag == "input" and name:
            kind = found.get("type", "text")
            self.kinds[name] = kind
            if kind in {"radio", "checkbox"}:
                self.options[name].append(found.get("value", "on"))
                if "checked" in found:
                    self.boxes[name].append(found.get("value", "on"))
            else:
                self.boxes[name].append(found.get("value", ""))
        elif tag == "textarea":
            self._area = name
            self.kinds[name] = "textarea"
            self.boxes[name].append("")
        elif tag == "select":
            self._select = name
            self.kinds[name] = "select"
        elif tag == "option" and self._select:
            self.options[self._select].append(found.get("value", ""))
            if "selected" in found:
                self.boxes[self._select].append(found.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._area:
            self.boxes[self._area][-1] += data
        if self._part:
            self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        if tag == "select":
            self._select = ""
        if self._depth:
            self._depth -= 1
            if tag == "h2":
                self.summary_title, self._part = self._words.strip(), ""
            if tag == "li":
                self.summary.append((self._link, " ".join(self._words.split())))
                self._part = ""
