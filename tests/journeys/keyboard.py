"""Hands that hold no mouse: what Tab reaches, whether it shows, whether one gets out again."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from journeys.visitor import Visitor, Wrong

STEPS_MAX = 400
FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const parts = [one, ...(one.labels ?? [])];
  const styles = parts.flatMap((part) => [null, "::before", "::after"].map(
    (layer) => getComputedStyle(part, layer)));
  const drawn = styles.some((style) => style.boxShadow !== "none"
    || (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0));
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const inside = boxes.some((box) => box.width > 1 && box.height > 1
    && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth);
  one.dataset.reached = "yes";
  return {tag: one.outerHTML.slice(0, 200), id: one.id, drawn, inside};
}"""
ASKS = "() => !!document.activeElement.dataset.confirm"
MISSED = """() => {
  const named = new Set();
  return [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
  )].filter((one) => {
    if (one.disabled || one.tabIndex < 0 || one.dataset.reached) return false;
    if (!one.checkVisibility()) return false;
    if (one.type !== "radio") return true;
    const group = [...document.getElementsByName(one.name)];
    return !group.some((other) => other.dataset.reached);
  }).map((one) => one.outerHTML.slice(0, 200));
}"""


class Hands:
    """The keyboard of one visitor."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._page = visitor.page

    def reach(self, selector: str) -> Hands:
        """Press Tab until that control has the focus, seen."""
        for _ in range(STEPS_MAX):
            focused = self.tab()
            if focused and self._page.evaluate("s => document.activeElement.matches(s)", selector):
                assert focused["drawn"], f"the focus does not show: {focused['tag']}"
                assert focused["inside"], f"the focus is out of sight: {focused['tag']}"
                return self
        raise AssertionError(f"Tab never reaches {selector}")

    def enter(self, selector: str, *, status: int | Wrong = 200) -> Hands:
        """Reach a link or a button, press Enter, and be where it leads.

        Once more where a script asks whether one is sure.
        """
        self.reach(selector)
        if self._visitor.scripts and self._page.evaluate(ASKS):
            self._page.keyboard.press("Enter")
            expect(self._page.locator(".confirming")).to_be_visible()
        with self._page.expect_navigation() as going:
            self._page.keyboard.press("Enter")
        self._visitor.arrive(going.value, status)
        return self

    def choose(self, value: str) -> Hands:
        """Choose among the radio buttons that have the focus: digits, or the arrows."""
        keys = self._page.keyboard
        if value.isdigit() and self._visitor.scripts:
            return self.type(value)
        keys.press("Space")
        for _ in range(STEPS_MAX):
            if self._page.evaluate("document.activeElement.value") == value:
                return self
            keys.press("ArrowRight")
        raise AssertionError(f"no arrow leads to {value}")

    def type(self, text: str) -> Hands:
        """Type into what has the focus."""
        self._page.keyboard.type(text)
        return self

    def tab(self) -> dict[str, Any] | None:
        """Press Tab; what has the focus now, and whether that shows."""
        self._page.keyboard.press("Tab")
        found: dict[str, Any] | None = self._page.evaluate(FOCUSED)
        return found

    def walk(self) -> int:
        """Go through the whole page: the way past the menu first, every control seen, no trap.

        Gives how many steps it took.
        """
        here = self._visitor.path
        first = self.tab()
        assert first, "Tab reaches nothing"
        assert 'class="skip"' in first["tag"], first["tag"]
        self._page.keyboard.press("Enter")
        assert self._page.evaluate("document.activeElement.id") == "main"
        self._visitor.goto(here)
        steps, last = 0, ""
        while (focused := self.tab()) and steps < STEPS_MAX:
            steps += 1
            if steps > 1 and 'class="skip"' in focused["tag"]:
                break
            assert focused["drawn"], f"the focus does not show: {focused['tag']}"
            assert focused["inside"], f"the focus is out of sight: {focused['tag']}"
            assert focused["tag"] != last or "textarea" not in last, f"a trap: {last}"
            last = focused["tag"]
        assert steps < STEPS_MAX, f"Tab never comes to the end: {last}"
        missed = self._page.evaluate(MISSED)
        assert missed == [], f"{self._visitor.path}: Tab never reaches {missed}"
        return steps
