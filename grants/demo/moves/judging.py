"""Officers receive, jurors accept their charter and score, juries close."""

from __future__ import annotations

import random
from collections.abc import Sequence

from grants.demo.browser import HtmlForm, Page, Unexpected
from grants.demo.cast import Candidate, Player
from grants.demo.theatre import Theatre, identifier

INSTRUCTION = "/instruction"
MEMBERSHIP = {
    "reason_class": "mandate",
    "reason": "Je siège à son conseil d’administration.",
}
COMMENTS = (
    "Un besoin bien établi, une équipe solide.",
    "Le projet est clair ; le modèle économique reste à consolider.",
    "Très bon ancrage, des partenaires déjà engagés.",
    "Une idée simple et utile. Les moyens humains paraissent justes.",
)


def receive(theatre: Theatre, officer: Player, call_id: str, *, only: Sequence[str] = ()) -> None:
    """Declare applications admissible (all, or `only` some), then hand them to the juries."""
    address = f"{INSTRUCTION}/appels/{call_id}/dossiers"
    page = theatre.browser(officer).get(f"{address}?size=250")
    every = list(only) or page.form("dossiers", having="id").choices["id"]
    page = page.send({"id": every, "act": "declare_admissible"}, to="dossiers")
    page.send({"act": "send_all_to_review"}, to="dossiers")


def seat(theatre: Theatre, officer: Player, jury: str, members: Sequence[Player]) -> None:
    """Invite jurors by mail, the first one to the chair; each accepts the charter."""
    page = theatre.browser(officer).get(jury)
    for rank, member in enumerate(members):
        role = "juror" if rank else "chair"
        typed = {"name": member.name, "email": member.email, "role": role}
        page = page.send(typed, to="invitations$")
    theatre.everyone(lambda one: _take_seat(theatre, one), members)


def _take_seat(theatre: Theatre, member: Player) -> None:
    page = theatre.accept_invitation(member)
    _declare(page.send({"charter": "y"}, to="accepter$"))


def _declare(page: Page) -> Page:
    """Declare one's interests where the page asks for it: of most, there is nothing to say."""
    if not page.path.endswith("/jury/declaration"):
        return page
    return page.send({"nothing": "y", "charter": "y"}, to="declaration")


def share_out(theatre: Theatre, officer: Player, jury: str) -> None:
    """Everyone reads everything."""
    theatre.browser(officer).get(jury).send(to="tout-le-monde$")


def score_all(
    theatre: Theatre, member: Player, jury_id: str, *, known: str = "", at_most: int | None = None
) -> None:
    """Go through one's queue, or so many files; withdraw from the file of `known`, if any."""
    browser = theatre.browser(member)
    queue, done = f"/jury/{jury_id}", 0
    _declare(browser.get(queue))
    page = browser.get(f"{queue}/suite")
    while "/dossiers/" in page.path and done != at_most:
        done += 1
        if known and known in page.text:
            page = browser.get(page.link("deport"))
            page.send(MEMBERSHIP, to="deport")
            page = browser.get(f"{queue}/suite")
            continue
        form = page.form("dossiers", having="comment_jury")
        title = page.text.partition(" — Lauréat")[0]
        chance = random.Random(f"{member.email} {title}")  # noqa: S311 -- the same play every time
        # The button finishes this file and opens the next one.
        page = page.send(
            {
                **_marks(form, chance, _worth(title)),
                "comment_jury": chance.choice(COMMENTS),
                "intent": "finalise",
            },
            to="dossiers",
        )


def everyone_scores(
    theatre: Theatre, jury: str, members: Sequence[Player], *, known: dict[str, str] | None = None
) -> None:
    """Every member goes through their queue; `known`: titles to withdraw from, by e-mail."""
    aware = known or {}
    theatre.everyone(
        lambda one: score_all(theatre, one, identifier(jury), known=aware.get(one.email, "")),
        members,
    )


def in_order(page: Page, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of a page that ranks them, best first."""
    there = [one for one in candidates if one.title in page.text]
    return sorted(there, key=lambda one: page.text.index(one.title))


def _worth(title: str) -> float:
    """How good a project is to everybody's eyes, from 0 to 1: jurors differ, but not at random."""
    return random.Random(title).uniform(0.35, 0.95)  # noqa: S311 -- the same play every time


def _marks(form: HtmlForm, chance: random.Random, worth: float) -> dict[str, str]:
    """A mark for each criterion, about what the project is worth; now and then an abstention."""
    marks = {}
    for name, values in form.choices.items():
        scale = [one for one in values if one.isdigit()]
        others = [one for one in values if not one.isdigit()]
        if not scale:
            continue
        if others and chance.random() < 0.05:  # noqa: PLR2004 -- one in twenty
            marks[name] = others[0]
        else:
            best = len(scale) - 1
            seen = round(best * (worth + chance.gauss(0, 0.12)))
            marks[name] = scale[min(max(seen, 0), best)]
    if not marks:
        raise Unexpected("no criterion to score")
    return marks


def close(theatre: Theatre, officer: Player, jury: str) -> None:
    """Close the jury: its ranking is frozen."""
    theatre.browser(officer).get(f"{jury}/classement").send(to="cloture$")


def sort_out(
    theatre: Theatre, officer: Player, call_id: str, applications: Sequence[str], *, act: str
) -> None:
    """Shortlist the ticked applications, or not."""
    page = theatre.browser(officer).get(f"{INSTRUCTION}/appels/{call_id}/dossiers?size=250")
    page.send({"id": list(applications), "act": act}, to="dossiers")
