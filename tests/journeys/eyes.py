"""What looks at every page on the way: axe, the console, the policy, the addresses asked for."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"]
RUN = """async tags => {
  const found = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
  return found.violations.map(one => [one.id, one.nodes[0].html, one.nodes[0].failureSummary]);
}"""
PARTS = """() => [...new Set([...document.querySelectorAll("main *")]
  .map(one => one.tagName + "." + (one.getAttribute("class") || "")))]"""
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN = re.compile(r"[\w-]{24,}")
KEYED = re.compile(r"/(rubriques|questions|controles|eligibilite)/(?!nouve)[a-z][a-z0-9_.]*")
"""A part of a call named by its author: one page whatever its key."""
STATUS_LINE = "Failed to load resource: the server responded with a status of"
"""Chromium's own word about a 404, 409 or 422, which `Eyes` judges by the answer itself."""
LOCAL = ("data:", "blob:", "about:")


class Eyes:
    """Faults seen so far, and the pages looked at, each once at both widths.

    A page is read again when it holds a part that its address (identifiers aside) did not show
    before; at 375 pixels once for each address.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.parts: dict[tuple[str, int], set[str]] = {}

    def watch(self, context: BrowserContext, address: str) -> None:
        """Hear whatever goes wrong in a browser from now on."""
        context.on("console", self._heard)
        context.on("weberror", lambda error: self._note(f"script error: {error.error}"))
        context.on("request", lambda request: self._asked(request, address))
        context.on("response", self._answered)

    def look(self, page: Page, status: int, readable: Callable[[], Page] | None = None) -> None:
        """Read the page as axe does, at both widths, unless one like it was read before.

        axe is a script: a page in a browser without them is read in `readable`, its copy.
        """
        place = TOKEN.sub("*", UUID.sub("*", urlsplit(page.url).path))
        place = KEYED.sub(r"/\1/*", place)
        key, shown = (place, status), set(page.evaluate(PARTS))
        is_new = key not in self.parts
        known = self.parts.setdefault(key, set())
        if shown <= known and not is_new:
            return
        known |= shown
        page = readable() if readable else page
        page.evaluate(AXE)
        self._read(page, "1280")
        if not is_new:
            return
        page.set_viewport_size(NARROW)
        self._read(page, "375")
        if (over := page.evaluate(OVERFLOW)) > 0:
            self._note(f"{page.url} at 375: {over} pixels too wide")
        page.set_viewport_size(WIDE)

    def _read(self, page: Page, width: str) -> None:
        for rule, html, why in page.evaluate(RUN, TAGS):
            self._note(f"{page.url} at {width}: {rule}: {html[:300]} ({why})")

    def _heard(self, line: ConsoleMessage) -> None:
        if line.type in {"error", "warning"} and not line.text.startswith(STATUS_LINE):
            self._note(f"console: {line.text} ({line.location})")

    def _asked(self, request: Request, address: str) -> None:
        if not request.url.startswith((address, *LOCAL)):
            self._note(f"another host: {request.url}")

    def _answered(self, response: Response) -> None:
        document = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not document):
            self._note(f"{response.status}: {response.request.method} {response.url}")

    def _note(self, what: Any) -> None:
        self.faults.append(str(what))
