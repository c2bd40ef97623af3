"""Letters seen before they leave, agreements signed with a code, appeals and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from grants.demo.browser import Page
from grants.demo.cast import Candidate, Player
from grants.demo.theatre import Theatre

APPEALS, AGREEMENTS = "/instruction/recours", "/instruction/conventions"
WITHDRAWALS = "/instruction/retraits"


def release(
    theatre: Theatre,
    officer: Player,
    deliberation: str,
    *,
    executory_on: date,
    added: Mapping[str, str] | None = None,
) -> None:
    """Note since when the act is executory, look the letters through, and let them leave.

    `added` gives some letters a paragraph of their own, by application.
    """
    browser, day = theatre.browser(officer), f"{executory_on:%d/%m/%Y}"
    page = browser.get(deliberation)
    page.send({"transmitted_on": day, "published_on": day}, to="executoire$")
    letters = f"{deliberation}/courriers"
    for application, words in (added or {}).items():
        browser.get(f"{letters}/{application}").send({"added": words}, to=application)
    browser.get(letters).send({"looked": "y"}, to="courriers$")


def draft_agreement(theatre: Theatre, officer: Player, award: str) -> str:
    """Write the agreement of an award and send it to be signed; give its address."""
    page = theatre.browser(officer).get(f"{AGREEMENTS}/attributions/{award}")
    page = page.send(dict(page.form(having="text").fields), to=award)
    return page.press("/envoi$").path


def sign(theatre: Theatre, candidate: Candidate, application: str, *, capacity: str) -> None:
    """The beneficiary signs with the code that came by mail."""
    typed = {"name": candidate.person.name, "capacity": capacity}
    _sign(theatre, candidate.person, f"/dossiers/{application}/convention", typed)


def countersign(
    theatre: Theatre, officer: Player, signatory: Player, agreement: str, *, on: date
) -> None:
    """Whom the president lets sign does; the agreement binds from the day it is notified."""
    _sign(theatre, signatory, agreement, {})
    theatre.browser(officer).get(agreement).send({"on": f"{on:%d/%m/%Y}"}, to="/effet$")


def _sign(theatre: Theatre, player: Player, address: str, typed: Mapping[str, str]) -> Page:
    browser = theatre.browser(player)
    theatre.wait_for(
        "the PDF that is signed", lambda: bool(browser.get(address).all_links("/document$"))
    )
    page = browser.get(address).press("/code$")
    code = theatre.mail_words(player, r"\b(\d{6})\b")
    return page.send({**typed, "code": code}, to="/signature$")


def appeal(theatre: Theatre, candidate: Candidate, application: str, grounds: str) -> None:
    """An applicant contests the decision before the authority that made it."""
    browser = theatre.browser(candidate.person)
    page = browser.get(f"/dossiers/{application}/decision")
    page = browser.get(page.link(rf"/dossiers/{application}/recours/"))
    page.send({"grounds": grounds}, to="/recours/")


def answer_appeal(theatre: Theatre, officer: Player, text: str) -> None:
    """Answer the appeal that waits first: the decision stands."""
    browser = theatre.browser(officer)
    page = browser.get(browser.get(APPEALS).link(rf"{APPEALS}/[0-9a-f-]{{36}}$"))
    page.send({"verdict": "reject", "answer": text}, to="/recours/")


def announce_withdrawal(
    theatre: Theatre, officer: Player, award: str, grounds: str, *, planned: str, spent: str
) -> str:
    """Tell a beneficiary that what was not spent is about to be taken back; its address."""
    page = theatre.browser(officer).get(f"{WITHDRAWALS}/aides/{award}")
    typed = {"reason": "unspent", "how": "expense", "planned": planned, "spent": spent}
    page = page.send({**typed, "grounds": grounds}, to=award)
    return page.send(to=award, button="notify").path
