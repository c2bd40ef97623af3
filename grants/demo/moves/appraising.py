"""Officers appraise: contact points, checklists, complements, messages, opinions, searches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from grants.demo.answers import PDF_TYPE, a_pdf
from grants.demo.browser import Page
from grants.demo.cast import Candidate, Player
from grants.demo.theatre import Theatre

INSTRUCTION, FILES = "/instruction", "/instruction/dossiers"
JUDGED = 3
"""How many lines of a checklist are judged when it is left half done."""


def add_contact(
    theatre: Theatre, officer: Player, funder: str, *, label: str, person: Player, places: str = ""
) -> None:
    """From now on the files of these places go to this person as they come in."""
    page = theatre.browser(officer).get(f"{INSTRUCTION}/contacts")
    page.send(
        {
            "label": label,
            "funder": page.option("funder", funder),
            "person": page.option("person", person.name),
            "communes": places,
        },
        to="contacts$",
    )


def stick(theatre: Theatre, officer: Player, funder: str, application: str, label: str) -> None:
    """Make a label and stick it on a file."""
    browser = theatre.browser(officer)
    page = browser.get(f"{INSTRUCTION}/etiquettes")
    funder_id = page.option("funder", funder)
    page.send({"name": label, "funder": funder_id, "tone": "warning"}, to="etiquettes$")
    page = browser.get(f"{FILES}/{application}")
    page.send({"label": page.option("label", label)}, to="/etiquettes$")


def check_half(theatre: Theatre, officer: Player, application: str, *, doubt: str) -> None:
    """Judge the first lines of the checklist that the software leaves open, and stop there."""
    page = theatre.browser(officer).get(f"{FILES}/{application}/controle")
    form = page.form("controle")
    lines = [name for name in form.choices if name.startswith("verdict-")]
    typed = dict.fromkeys(lines[:JUDGED], "met")
    if len(lines) > JUDGED:
        typed[lines[JUDGED]] = "not_met"
        typed[lines[JUDGED].replace("verdict-", "note-", 1)] = doubt
    page.send(typed, to="controle")


def write_note(theatre: Theatre, officer: Player, application: str, text: str) -> None:
    """Leave a note that only colleagues read."""
    theatre.browser(officer).get(f"{FILES}/{application}").send({"text": text}, to="notes$")


def ask_complement(
    theatre: Theatre,
    officer: Player,
    application: str,
    questions: Mapping[str, str],
    *,
    message: str,
    due: date,
) -> None:
    """Open some questions again: a sentence about each, by the question's key."""
    page = theatre.browser(officer).get(f"{FILES}/{application}/complements")
    typed = {"message": message, "due_on": f"{due:%d/%m/%Y}", "items": list(questions)}
    typed |= {f"about_{key}": words for key, words in questions.items()}
    page.send(typed, to="complements$")


def answer_complement(
    theatre: Theatre, candidate: Candidate, application: str, texts: Mapping[str, str], words: str
) -> None:
    """Mend what was asked, on the pages that are open again, and send it back.

    A question that is not in `texts` is one of a document.
    """
    browser = theatre.browser(candidate.person)
    address = f"/dossiers/{application}/complements"
    for section in browser.get(address).all_links(rf"/dossiers/{application}/rubriques/"):
        page = browser.get(section.partition("#")[0])
        form = page.form("rubriques/")
        typed = {f"q_{key}": text for key, text in texts.items() if f"q_{key}" in form.names}
        file = ("complement.pdf", a_pdf(f"{candidate.organisation} - complement"), PDF_TYPE)
        page.send(typed, to="rubriques/", files=dict.fromkeys(form.files, file))
    browser.get(address).send({"answer": words}, to="complements$")


def write(theatre: Theatre, player: Player, address: str, text: str) -> None:
    """Write in the conversation of a file, on either side of the counter."""
    theatre.browser(player).get(f"{address}/echanges").send({"text": text}, to="echanges$")


def ask_opinion(
    theatre: Theatre, officer: Player, application: str, expert: Player, *, ask: str, due: date
) -> None:
    """Ask somebody outside the house, who needs no account."""
    page = theatre.browser(officer).get(f"{FILES}/{application}/avis")
    page.send(
        {
            "name": expert.name,
            "email": expert.email,
            "question": ask,
            "due_on": f"{due:%d/%m/%Y}",
        },
        to="avis$",
    )


def give_opinion(theatre: Theatre, expert: Player, advice: str, text: str) -> None:
    """Answer by the link that came by mail."""
    page = theatre.browser(expert).get(theatre.mail_link(expert, r"/avis/"))
    page.send({"advice": advice, "text": text}, to="/avis/[^/]+$")


def keep_search(theatre: Theatre, officer: Player, name: str, query: str) -> None:
    """Keep a search across calls, at an address to share."""
    page = theatre.browser(officer).get(f"{FILES}?q={query}")
    page.send({"name": name}, to=r"vues(\?|$)")


def export(theatre: Theatre, officer: Player, call_id: str, *, kind: str = "archive") -> Page:
    """Ask for the documents of a call as one archive, and wait until the worker has made it."""
    browser = theatre.browser(officer)
    page = browser.get(f"{INSTRUCTION}/appels/{call_id}/dossiers")
    job = page.send({"kind": kind}, to="/exports").path

    def made() -> bool:
        return bool(browser.get(job).all_links(r"/resultat$"))

    theatre.wait_for("the archive", made)
    return browser.get(job)


def follow_calls(theatre: Theatre, reader: Player, watched: str) -> None:
    """Ask to be told of calls like these, and confirm by the link that came by mail."""
    browser = theatre.browser(reader)
    browser.get(f"/alertes?{watched}").send({"email": reader.email}, to="alertes")
    confirm = theatre.mail_link(reader, r"/alertes/confirmation/")
    browser.get(confirm).send(to="confirmation|^$")
