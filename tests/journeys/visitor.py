"""One person at a browser: goes, reads, types, presses; every page met is looked at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from playwright.sync_api import BrowserContext, Download, Locator, Page, Response, expect

from journeys.eyes import UUID as IDENTIFIER
from journeys.eyes import Eyes

Wrong = tuple[int, ...]
WRONG: Wrong = (422, 409)
"""What was typed is refused by the domain: beside its field, hence 422; or as a whole."""


SEEN = ":not([type=hidden])"
"""Nobody types into what a button sends along, though it may bear the same name."""
KINDS = """names => Object.fromEntries(names.map(name =>
  [name, document.querySelector(`main [name="${name}"]:not([type=hidden])`)?.type ?? null]))"""
UNLIKE = """([name, wanted]) => [...document.querySelectorAll(`main [name="${name}"]`)]
  .filter(one => one.checked !== wanted.includes(one.value)).map(one => one.value)"""


class Visitor:
    """A browser of someone's own. `page` is Playwright's, for what has no word here."""

    def __init__(
        self, context: BrowserContext, eyes: Eyes, *, twin: BrowserContext | None = None
    ) -> None:
        self.context = context
        self.page = context.new_page()
        self.scripts = twin is None
        self._eyes = eyes
        self._twin = twin.new_page() if twin else None
        if self._twin:  # nobody sits at the copy: it has no sign-in to say that someone is here
            self._twin.route("**/presence", lambda route: route.fulfill(status=204))
        self._last: Response | None = None

    # --- going ------------------------------------------------------------------------------

    def goto(self, path: str, *, status: int = 200) -> Visitor:
        """Open an address of the site, and be there."""
        self.arrive(self.page.goto(path), status)
        assert self.path == path, f"{path} leads to {self.path}"
        return self

    def follow(self, words: str, *, within: str = "main") -> Visitor:
        """Follow the first link that reads `words`, in the part of the page that `within` names."""
        return self._go(self.page.locator(within).get_by_role("link", name=words).first, 200)

    def open_first(self, selector: str) -> Visitor:
        """Follow the first link that the selector finds."""
        return self._go(self.page.locator(selector).first, 200)

    def open_last(self, selector: str) -> Visitor:
        """Follow the last link that the selector finds."""
        return self._go(self.page.locator(selector).last, 200)

    def press(self, words: str, *, status: int | Wrong = 200) -> Visitor:
        """Press a button that sends, and once more where it asks whether one is sure."""
        button = self.page.get_by_role("button", name=words, exact=True).first
        if self.scripts and button.get_attribute("data-confirm"):
            button.click()
            expect(self.page.locator(".confirming")).to_be_visible()
            expect(button).to_be_focused()
        return self._go(button, status)

    def download(self, words: str) -> Download:
        """Follow a link to a document."""
        with self.page.expect_download() as got:
            self.page.get_by_role("link", name=words).first.click()
        return got.value

    def _go(self, target: Locator, status: int | Wrong) -> Visitor:
        with self.page.expect_navigation() as going:
            target.click()
        return self.arrive(going.value, status)

    def arrive(self, answer: Response | None, status: int | Wrong) -> Visitor:
        """Be where an answer leads, and look at it."""
        assert answer is not None
        wanted = status if isinstance(status, tuple) else (status,)
        assert answer.status in wanted, f"{answer.url}: {answer.status}\n{self.text()[:1500]}"
        self._last = answer
        return self.look(answer.status)

    def look(self, status: int = 200) -> Visitor:
        """Have the page checked as it is now."""
        self._eyes.look(self.page, status, None if self.scripts else self._copy)
        return self

    def _copy(self) -> Page:
        """The very answer on the screen, in a browser with scripts."""
        answer = self._last
        assert answer is not None
        assert self._twin is not None
        body, headers = answer.body(), answer.headers
        self._twin.route(
            answer.url,
            lambda route: route.fulfill(status=answer.status, headers=headers, body=body),
            times=1,
        )
        self._twin.goto(answer.url)
        return self._twin

    # --- typing -----------------------------------------------------------------------------

    def fill(self, values: Mapping[str, Any]) -> Visitor:
        """Answer questions by the names of their controls, whatever they are."""
        kinds = self.page.evaluate(KINDS, list(values))
        for name, value in values.items():
            # A control that is not there yet is waited for, one by one.
            controls = self.page.locator(f'main [name="{name}"]{SEEN}')
            self._answer(controls, value, kinds.get(name))
        return self

    def tick_only(self, name: str, values: Iterable[str]) -> Visitor:
        """Have those boxes of that name ticked, and no other."""
        for value in self.page.evaluate(UNLIKE, [name, sorted(values)]):
            self.page.locator(f'main [name="{name}"][value="{value}"]').click()
        return self

    def choose(self, name: str, words: str) -> Visitor:
        """Choose the option of a list that holds `words`."""
        options = self.page.locator(f'main select[name="{name}"] option')
        value = options.filter(has_text=words).first.get_attribute("value")
        return self.fill({name: value})

    def tick(self, *words: str) -> Visitor:
        """Tick the boxes whose name holds each of these."""
        for one in words:
            self.page.get_by_role("checkbox", name=one).first.check()
        return self

    def _answer(self, controls: Locator, value: Any, kind: str | None) -> None:
        first = controls.first
        kind = kind or first.evaluate("one => one.type")
        if kind in {"radio", "checkbox"}:
            for one in value if isinstance(value, (list, tuple)) else [value]:
                # The buttons of a rubric are hidden behind their labels.
                controls.and_(self.page.locator(f'[value="{one}"]')).check(force=True)
        elif kind == "select-one":
            first.select_option(value)
        elif kind == "file":
            first.set_input_files(value)
        else:
            first.fill(str(value))

    # --- reading ----------------------------------------------------------------------------

    def text(self) -> str:
        """What the page says, spaces as one types them."""
        said = self.page.locator("body").inner_text()
        return re.sub(r"[\u00a0\u202f]", " ", said)

    def says(self, *words: str) -> Visitor:
        """The page says each of these."""
        said = self.text()
        missing = [one for one in words if one not in said]
        assert not missing, f"{self.page.url} does not say {missing}:\n{said}"
        return self

    @property
    def path(self) -> str:
        """Where one is."""
        return "/" + self.page.url.partition("://")[2].partition("/")[2]

    @property
    def identifier(self) -> UUID:
        """The last identifier of the address."""
        return UUID([one.group() for one in IDENTIFIER.finditer(self.page.url)][-1])
