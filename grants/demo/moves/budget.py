"""The administrator opens a year, its envelopes, and gives them their credits."""

from __future__ import annotations

from grants.demo.browser import Page
from grants.demo.cast import Player
from grants.demo.theatre import Theatre

ENVELOPES = "/administration/enveloppes"


def open_book(theatre: Theatre, keeper: Player, funder: str, year: int) -> Page:
    """Open a funder's year; gives the page where its envelopes will stand."""
    page = theatre.browser(keeper).get(f"{ENVELOPES}/annees/nouvelle")
    return page.send({"funder": page.option("funder", funder), "year": year}, to="annees/nouvelle")


def open_envelope(
    book: Page,
    label: str,
    credits_voted: str,
    *,
    act: str,
    unit: str = "EUR",
    section: str = "operating",
    nature: str = "65748",
) -> Page:
    """Open an envelope in the year shown, and vote its credits (typed as people type)."""
    page = book.browser.get(book.link(r"/enveloppes/nouvelle$"))
    typed = {"label": label, "unit": unit, "section": section}
    if unit == "EUR":
        typed |= {"nature_account": nature, "function_code": "65"}
    page = page.send(typed, to="enveloppes/nouvelle")
    voted = {"amount": credits_voted, "number": act, "label": label}
    return page.send(voted, to="credits$")


def reserve(books: Page, amount: str, *, label: str, why: str) -> Page:
    """Keep part of an envelope aside."""
    page = books.browser.get(books.link_reading(r"/reserve$", label))
    return page.send({"direction": "keep", "amount": amount, "reason": why}, to="reserve$")
