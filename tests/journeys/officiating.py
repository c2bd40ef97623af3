"""An officer's way: publish, receive, ask, hand to the juries, propose, record, announce."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from playwright.sync_api import expect

from journeys.visitor import Visitor, Wrong

CALLS = "/instruction/appels"


def publish(
    officer: Visitor,
    scheme: str,
    *,
    edition: str,
    slug: str,
    opens: date,
    closes: date,
    choices: Mapping[str, str],
) -> UUID:
    """Make a call out of the scheme so titled, and publish it; a wrong address is told."""
    officer.goto(CALLS).follow("Nouvel appel").follow(scheme)
    officer.fill({"slug": "Une adresse, avec des blancs"})
    officer.press("Préparer l’appel", status=422)
    summary_leads_to(officer, "slug")
    officer.fill(
        {
            "edition": edition,
            "slug": slug,
            "opens_at": f"{opens:%d/%m/%Y}",
            "closes_at": f"{closes:%d/%m/%Y}",
        }
    )
    for name, words in choices.items():
        officer.choose(name, words)
    officer.press("Préparer l’appel").says("Brouillon")
    call_id = officer.identifier
    officer.press("Publier").says("L’appel est publié.")
    return call_id


def summary_leads_to(visitor: Visitor, field: str) -> None:
    """What went wrong is read first, and its line leads to the question."""
    summary = visitor.page.locator("#error-summary")
    expect(summary).to_be_visible()
    assert visitor.page.title().startswith("Erreur")
    if visitor.scripts:
        expect(summary).to_be_focused()
    link = summary.locator(f'a[href^="#{field}"]').first
    target = visitor.page.locator(str(link.get_attribute("href")))
    link.click()
    if visitor.scripts:
        expect(target).to_be_focused()


def ask_complement(officer: Visitor, call_id: UUID, number: str, *, about: str, due: date) -> None:
    """Ask once for what is to be mended in the application of that number."""
    officer.goto(f"{CALLS}/{call_id}/dossiers").follow(number).follow("Demander des compléments")
    officer.press("Envoyer la demande", status=422)
    officer.page.locator(f'[name="items"][value="{about}"]').check()
    officer.fill(
        {
            f"about_{about}": "Le calendrier n’y figure pas.",
            "message": "Merci de compléter votre dossier.",
            "due_on": f"{due:%d/%m/%Y}",
        }
    )
    officer.press("Envoyer la demande").says("Compléments demandés")


def answer_complement(applicant: Visitor, draft: str, *, question: str, answer: str) -> None:
    """The applicant mends that answer alone, and sends it."""
    applicant.goto(draft).follow("Voir ce qui est demandé").says("Le calendrier n’y figure pas.")
    applicant.open_first(".tasks__link")
    boxes = applicant.page.locator('main [name^="q_"]')
    assert boxes.count() == 1
    applicant.fill({f"q_{question}": answer}).press("Enregistrer et continuer")
    applicant.goto(f"{draft}/complements")
    applicant.fill({"answer": "C’est fait."}).press("Envoyer mes compléments")
    applicant.says("Vos compléments sont envoyés.")


def admit_all(officer: Visitor, call_id: UUID) -> None:
    """One application by its own page, the others in bulk; then all of them to the juries."""
    officer.goto(f"{CALLS}/{call_id}/dossiers")
    officer.open_first("tbody a")
    officer.press("Déclarer recevable")
    officer.goto(f"{CALLS}/{call_id}/dossiers")
    officer.press("Déclarer recevable").says("Rien n’a changé")
    tick_all(officer).press("Déclarer recevable")
    officer.press("Envoyer tous les recevables en examen").says("En examen")


def tick_all(officer: Visitor) -> Visitor:
    """Every line of the list: by the one box, or one by one where scripts are off."""
    every = officer.page.locator("[data-tick-all]")
    if officer.scripts:
        every.check()
    else:
        for box in officer.page.locator("main tbody [type=checkbox]").all():
            box.check()
    return officer


@dataclass(frozen=True)
class Proposal:
    """What one line of the decision table says."""

    outcome: str
    instrument: str = ""
    amount: str = ""
    label: str = ""
    reason: str = ""


def propose(officer: Visitor, table: str, proposals: Mapping[UUID, Proposal]) -> None:
    """Fill the table in, by application, and save it."""
    officer.goto(table)
    for box in officer.page.locator('[name$="-application_id"]').all():
        wanted = proposals.get(UUID(str(box.get_attribute("value"))))
        line = str(box.get_attribute("name")).removesuffix("application_id")
        if wanted is None:
            continue
        officer.fill({f"{line}outcome": wanted.outcome, f"{line}label": wanted.label})
        officer.fill({f"{line}reason": wanted.reason})
        if wanted.outcome == "award":
            officer.fill({f"{line}instrument": wanted.instrument, f"{line}amount": wanted.amount})
    officer.look().press("Enregistrer les propositions").says("Les propositions sont enregistrées.")


def enter_vote(
    officer: Visitor, vote: Mapping[str, object], *, status: int | Wrong = 200
) -> Visitor:
    """From the table: copy the figures of the minutes and record the deliberation."""
    officer.press("Enregistrer, puis saisir la délibération")
    return officer.fill(vote).press("Enregistrer la délibération", status=status)


def vote_of(number: str, what: str, held_on: date, **figures: int) -> dict[str, object]:
    """The figures of one vote: unanimous among 73 present and 13 represented, unless told."""
    usual = {
        "seats": 89,
        "present": 73,
        "represented": 13,
        "not_taking_part": 0,
        "votes_for": 86,
        "votes_against": 0,
        "abstentions": 0,
    }
    act = {"number": number, "object": what, "body": "council", "held_on": f"{held_on:%d/%m/%Y}"}
    return {**act, **usual, **figures}


def announce(officer: Visitor, *, executory_on: date, plans: int) -> None:
    """On the deliberation's page: plan the payments, note the day, tell everybody."""
    page = officer.path
    for _ in range(plans):
        officer.goto(page).follow("Prévoir les versements").press("Enregistrer l’échéancier")
    day = f"{executory_on:%d/%m/%Y}"
    officer.goto(page).fill({"transmitted_on": day, "published_on": day})
    officer.press("Noter ces dates").says("exécutoire")
    officer.press("Annoncer les résultats").says("Les porteurs de projet sont prévenus")


def figures(visitor: Visitor) -> dict[str, str]:
    """The decision table's strip, as the page says it: by its words."""
    facts = visitor.page.locator(".strip__line").first.locator("dl > div").all()
    pairs = [(one.locator("dt").inner_text(), one.locator("dd").inner_text()) for one in facts]
    return {words: re.sub(r"\s", " ", amount) for words, amount in pairs}
