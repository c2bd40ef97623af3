"""Officers receive, jurors accept their charter and score, juries close."""

from __future__ import annotations

import random
from collections.abc import Sequence

from grants.demo.browser import HtmlForm, Page, Unexpected
from grants.demo.cast import Player
from grants.demo.theatre import Theatre

INSTRUCTION = "/instruction"
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
    for rank, member in enumerate(members):
        page = theatre.browser(officer).get(jury)
        page.send(
            {
                "name": member.name,
                "email": member.email,
                "role": "juror" if rank else "chair",
            },
            to="invitations$",
        )
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
    queue = f"/jury/{jury_id}"
    _declare(browser.get(queue))
    files = browser.get(f"{queue}?size=250").all_links(rf"{queue}/dossiers/[0-9a-f-]+$")
    for address in files[:at_most]:
        page = browser.get(address)
        if known and known in page.text:
            page = browser.get(page.link("deport"))
            page.send({"reason": "Je siège à son conseil d’administration."}, to="deport")
            continue
        form = page.form("dossiers", having="comment_jury")
        title = page.text.partition(" — Lauréat")[0]
        chance = random.Random(f"{member.email} {title}")  # noqa: S311 -- the same play every time
        page.send(
            {
                **_marks(form, chance),
                "comment_jury": chance.choice(COMMENTS),
                "intent": "finalise",
            },
            to="dossiers",
        )


def _marks(form: HtmlForm, chance: random.Random) -> dict[str, str]:
    """A mark for each criterion, mostly good; now and then an abstention."""
    marks = {}
    for name, values in form.choices.items():
        scale = [one for one in values if one.isdigit()]
        others = [one for one in values if not one.isdigit()]
        if not scale:
            continue
        if others and chance.random() < 0.05:  # noqa: PLR2004 -- one in twenty
            marks[name] = others[0]
        else:
            low = len(scale) * 2 // 5
            marks[name] = scale[chance.randint(low, len(scale) - 1)]
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
