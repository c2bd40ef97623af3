"""Polls: a stage of a public vote, its candidates, voters with a link in their hand."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.calls import a_call
from build.clock import NOW
from build.juries import an_application_in_review
from build.people import a_funder
from build.sides import Side
from grants.applications.models import ApplicationState
from grants.calls.models import Call, Stage, StageKind
from grants.people.models import Funder
from grants.polls import queries, services, voters
from grants.polls.links import token_of
from grants.polls.models import Candidate, Poll, PollLink, PollRule

SECRET = "s" * 32
_serial = count(1)


def a_vote_stage(session: Session, call: Call) -> Stage:
    """A stage where the public votes."""
    stage = Stage(
        call_id=call.id,
        position=90,
        key="public",
        kind=StageKind.PUBLIC_VOTE,
        title_fr="Vote du public",
        title_en="Public vote",
    )
    session.add(stage)
    session.flush()
    return stage


def a_poll(
    session: Session,
    *,
    call: Call | None = None,
    candidates: int = 3,
    published: bool = True,
    **columns: object,
) -> Poll:
    """A poll that is open NOW for a week, by approval of two at most, between finalists."""
    nth = next(_serial)
    call = call or a_call(session, funders=[a_funder(session)])
    stage = a_vote_stage(session, call)
    poll = Poll(
        **{
            "stage_id": stage.id,
            "slug": f"prix-du-public-{nth}",
            "title_fr": "Prix du public",
            "title_en": "The public’s prize",
            "prize_fr": "Un coup de pouce de 1 000 €",
            "rule": PollRule.APPROVAL,
            "most": 2,
            "opens_at": NOW - timedelta(days=1),
            "closes_at": NOW + timedelta(days=7),
            **columns,
        }
    )
    session.add(poll)
    session.flush()
    for position in range(1, candidates + 1):
        application = an_application_in_review(session, call, state=ApplicationState.FINALIST)
        session.add(
            Candidate(
                poll_id=poll.id,
                application_id=application.id,
                position=position,
                title=application.title,
                applicant=f"Association {nth}-{position}",
                summary="Donner une seconde vie aux objets du quartier.",
                cost_cents=position * 100_000,
            )
        )
    poll.published_at = NOW - timedelta(days=2) if published else None
    session.flush()
    session.expire_all()
    return queries.published(session, poll.slug) if published else poll


def a_link(session: Session, poll: Poll, email: str) -> PollLink:
    """The link that a mail to this address holds."""
    services.ask_link(
        session, poll, email, secret_key=SECRET, locale="fr", address="192.0.2.7", now=NOW
    )
    voter = voters.voter_of(SECRET, poll.id, email)
    asked = select(PollLink).where(PollLink.voter == voter).order_by(PollLink.id.desc())
    return session.scalars(asked).first()


def vote(session: Session, poll: Poll, email: str, *places: int, now=NOW) -> str:
    """Ask for a link, follow it, approve of the candidates at these places; the receipt."""
    link = a_link(session, poll, email)
    return cast(session, poll, link, *places, now=now)


def cast(session: Session, poll: Poll, link: PollLink, *places: int, now=NOW) -> str:
    """Follow a link and approve of the candidates at these places (from 0)."""
    choices = {poll.candidates[at].id: 1 for at in places}
    return services.cast_by_link(
        session, poll, link.id, choices, secret_key=SECRET, address="192.0.2.7", now=now
    )


def some_codes(session: Session, poll: Poll, count: int) -> list[str]:
    """Printed codes, good for a ballot each."""
    codes = services.new_codes(count)
    services.keep_codes(session, poll.id, codes, secret_key=SECRET)
    return codes


def votes_of_the_public(session: Session, side: Side, funder: Funder) -> None:
    """A vote that is open, one that is prepared, and a stage that has none yet."""
    slug = side.name.lower()

    def held(key: str, **columns: object) -> Poll:
        call = a_call(session, funders=[funder], slug=f"{slug}-{key}")
        return a_poll(session, call=call, slug=f"public-{slug}-{key}", **columns)

    draft = held("futur", published=False)
    poll = held("vote")
    first = select(Candidate.id).where(Candidate.poll_id == draft.id).limit(1)
    bare = a_vote_stage(session, a_call(session, funders=[funder], slug=f"{slug}-sans-vote"))
    link = a_link(session, poll, f"citoyenne@{slug}.example.org")
    side.objects |= {
        "poll": poll.id,
        "poll.slug": poll.slug,
        "poll.draft": draft.id,
        "candidate": poll.candidates[0].id,
        "candidate.draft": session.scalars(first).one(),
        "stage.vote": bare.id,
        "token.vote": token_of(SECRET, link.id),
        "hall_code": some_codes(session, poll, 1)[0],
    }
