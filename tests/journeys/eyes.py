"""What looks at every page on the way: axe, the console, the policy, the addresses asked for."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "RGAAv4", "best-practice"]
TOLD = "found.violations.map(one => [one.id, one.nodes[0].html, one.nodes[0].failureSummary])"
RUN = f"""async ([tags, styled]) => {{
  const locks = {{enabled: styled}};
  const rules = {{"color-contrast": {{enabled: false}}, "css-orientation-lock": locks}};
  const preload = {{assets: styled ? ["cssom", "media"] : ["media"]}};
  const options = {{runOnly: tags, rules, preload, resultTypes: ["violations"]}};
  const found = await axe.run(document, options);
  return {TOLD};
}}"""
"""All rules but contrast, judged apart; whether style sheets lock the orientation, once for each.

axe reads every sheet through for that rule alone, and for each page unless told not to.
"""
CONTRAST = f"""async seen => {{
  {Path(__file__).with_name("tints.js").read_text()}
  const fresh = tints(new Set(seen));
  if (!fresh.size) return [[], []];
  const options = {{runOnly: ["color-contrast"], resultTypes: ["violations"]}};
  const found = await axe.run({{include: [...fresh.values()]}}, options);
  return [{TOLD}, [...fresh.keys()]];
}}"""
PARTS = """() => [...new Set([...document.querySelectorAll("main *")]
  .map(one => one.tagName + "." + (one.getAttribute("class") || ""))
  .concat([...document.styleSheets].map(one => "sheet " + (one.href ?? one.ownerNode.outerHTML))))]
  .map(one => one.replace(location.origin, ""))"""
SHEET = "sheet "
"""How the parts that are style sheets begin."""
OVERFLOW = "() => document.documentElement.scrollWidth - innerWidth"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 375, "height": 800}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TOKEN = re.compile(r"[\w-]{24,}")
KEYED = re.compile(r"/(rubriques|questions|controles|eligibilite)/(?!nouve)[a-z][a-z0-9_.]*")
"""A part of a call named by its author: one page whatever its key."""
STATUS_LINE = "Failed to load resource: the server responded with a status of"
"""Chromium's own word about a 404, 409 or 422, which `Eyes` judges by the answer itself."""
LOCAL = ("data:", "blob:", "about:")


class Readings:
    """Which pages, and parts of any page, axe has read in this run, whichever process asked it to.

    Each process notes its own in a file of the shared folder, and reads those of the others.
    """

    def __init__(self) -> None:
        self.pages: set[str] = set()
        self.parts: set[str] = set()
        self.tints: set[str] = set()
        self.folder: Path | None = None
        self._read: dict[Path, int] = {}

    def share(self, folder: Path) -> None:
        """Tell the other processes of the run, and hear of theirs."""
        folder.mkdir(exist_ok=True)
        self.folder = folder

    def listen(self) -> None:
        """Hear what the other processes have read since."""
        for path in self.folder.glob("*.jsonl") if self.folder else ():
            with path.open() as lines:
                lines.seek(self._read.get(path, 0))
                # A line without its end is still being written: it is for another time.
                while (line := lines.readline()).endswith("\n"):
                    self._keep(*json.loads(line))
                    self._read[path] = lines.tell()

    def add(self, page: str, parts: Iterable[str], tints: Iterable[str] = ()) -> None:
        """Note what was read."""
        self._keep(page, parts, tints)
        if self.folder:
            with (self.folder / f"{os.getpid()}.jsonl").open("a") as lines:
                lines.write(json.dumps([page, sorted(parts), sorted(tints)]) + "\n")

    def _keep(self, page: str, parts: Iterable[str], tints: Iterable[str]) -> None:
        self.pages.add(page)
        self.parts.update(parts)
        self.tints.update(tints)


READINGS = Readings()


class Eyes:
    """Faults seen so far, and the pages looked at, each once at both widths.

    A page is read once for each address (identifiers aside), and again when it holds a part
    that no page showed before; at 375 pixels once for each address, for what its width may
    change: colours it does not. Contrast, half of axe's work, is judged once for each ink on
    its ground. Whether a page fits its width is looked at by each site.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.measured: set[str] = set()

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
        key, shown = f"{status} {place}", set(page.evaluate(PARTS))
        READINGS.listen()
        is_new, unmeasured = key not in READINGS.pages, key not in self.measured
        unread = is_new or not shown <= READINGS.parts
        if not (unread or unmeasured):
            return
        self.measured.add(key)
        page = readable() if readable else page
        if unread:
            styled = any(one.startswith(SHEET) for one in shown - READINGS.parts)
            READINGS.add(key, shown)
            page.evaluate(AXE)
            self._read(page, "1280", styled=styled)
            self._compare(page, key)
        if unmeasured:
            page.set_viewport_size(NARROW)
            if is_new:
                self._read(page, "375")
            if (over := page.evaluate(OVERFLOW)) > 0:
                self._note(f"{page.url} at 375: {over} pixels too wide")
            page.set_viewport_size(WIDE)

    def _read(self, page: Page, width: str, *, styled: bool = False) -> None:
        self._blame(page, width, page.evaluate(RUN, [TAGS, styled]))

    def _compare(self, page: Page, key: str) -> None:
        """Have axe judge each ink on its ground the first time that any page shows them."""
        found, fresh = page.evaluate(CONTRAST, sorted(READINGS.tints))
        self._blame(page, "1280", found)
        READINGS.add(key, (), fresh)

    def _blame(self, page: Page, width: str, found: list[tuple[str, str, str]]) -> None:
        for rule, html, why in found:
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
