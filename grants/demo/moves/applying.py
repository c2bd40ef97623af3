"""A candidate applies: account, organisation, draft, each section, check, receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grants.demo.answers import Answers
from grants.demo.browser import Page
from grants.demo.cast import Candidate, Player
from grants.demo.theatre import Theatre, identifier
from grants.kernel.clock import paris_date

Typed = Mapping[str, str]


def fill(theatre: Theatre, player: Player, draft: str, section: str, typed: Typed) -> Page:
    """Type answers on one page of a draft, and save it."""
    page = theatre.browser(player).get(f"/dossiers/{draft}/rubriques/{section}")
    return page.send(typed, to=f"rubriques/{section}")


def arrive(theatre: Theatre, candidates: Sequence[Candidate], *, first_rank: int) -> None:
    """Everybody opens an account and tells which structure they act for."""
    theatre.open_accounts([one.person for one in candidates])
    ranked = list(enumerate(candidates, first_rank))
    theatre.everyone(lambda pair: theatre.create_organisation(pair[1], pair[0]), ranked)


def apply(theatre: Theatre, candidate: Candidate, *, slug: str, scheme: str) -> str:
    """Fill a draft page by page, submit it, and give the application's identifier."""
    draft = begin(theatre, candidate, slug=slug, scheme=scheme)
    browser = theatre.browser(candidate.person)
    certify = browser.get(f"/dossiers/{draft}/depot")
    certify.send({"certified": "y", "committed": "y"}, to="depot$")
    return draft


def begin(
    theatre: Theatre, candidate: Candidate, *, slug: str, scheme: str, pages: int | None = None
) -> str:
    """Fill a draft page by page (or its first `pages`) without submitting it."""
    browser = theatre.browser(candidate.person)
    page = browser.get(browser.get(f"/appels/{slug}").link(r"/dossiers/nouveau/"))
    own = page.form("/dossiers/nouveau/", having="organisation").choices["organisation"][0]
    page = page.send({"organisation": own}, to="/dossiers/nouveau/")
    draft = theatre.drafts[candidate.organisation] = identifier(page.path)
    theatre.drafts[candidate.title] = draft  # an organisation may apply again
    answers = Answers(candidate, scheme, paris_date(theatre.clock.now()))
    for section in answers.sections[:pages]:
        address = f"/dossiers/{draft}/rubriques/{section.key}"
        if page.path != address:  # saving one section opens the next
            page = browser.get(address)
        form = page.form(f"rubriques/{section.key}")
        page = page.send(
            answers.typed(section, form),
            to=f"rubriques/{section.key}",
            files=answers.files(section, form),
        )
    return draft
