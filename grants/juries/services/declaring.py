"""The general declaration of interests: made, renewed every year, its end told in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from grants.applications.models import folded
from grants.juries.affiliation import body_core
from grants.juries.models import DeclaredInterest, InterestKind, InterestsDeclaration
from grants.juries.queries import interests as queries
from grants.juries.services.radar import look_again_for
from grants.kernel.access import SYSTEM, Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.outbox.services import announce

FEBRUARY_29 = (2, 29)


@dataclass(frozen=True)
class Interest:
    """One mandate or employer, as declared; numbers already checked."""

    kind: InterestKind
    body: str
    siren: str | None = None
    rna: str | None = None
    role: str = ""
    since: date | None = None
    until: date | None = None


def declare_interests(
    session: Session,
    *,
    interests: Sequence[Interest] = (),
    family: str = "",
    nothing: bool,
    charter: bool,
    actor: Actor,
    now: datetime,
) -> InterestsDeclaration:
    """Declare one's interests for a year from today, the charter accepted with them.

    Looks again for conflicts over the actor's seats. Announces `interests.declared`, which says
    nothing of what they are.

    Raises:
        Unknown: the actor sits on no jury and is asked to sit on none.
        Refused: `interests.charter`, `interests.nothing_said`, `interests.nothing_and_something`.
    """
    if not queries.sits_or_is_asked(session, actor):
        raise Unknown
    if not charter:
        raise Refused("interests.charter", field="charter")
    _require_sense(nothing=nothing, said=bool(interests or family.strip()))
    declaration = InterestsDeclaration(
        person_id=actor.id,
        declared_at=now,
        lapses_on=a_year_later(paris_date(now)),
        nothing=nothing,
        family=family.strip(),
    )
    session.add(declaration)
    session.flush()
    lines = [
        {
            "id": new_id(),
            "declaration_id": declaration.id,
            "position": at,
            "core": body_core(folded(one.body)),
            **asdict(one),
        }
        for at, one in enumerate(interests, 1)
    ]
    if lines:
        session.execute(insert(DeclaredInterest), lines)
    announce(session, "interests.declared", by=actor, at=now, subject=declaration.id)
    look_again_for(session, actor.id, now=now)
    return declaration


def _require_sense(*, nothing: bool, said: bool) -> None:
    if nothing == said:
        code = "interests.nothing_and_something" if said else "interests.nothing_said"
        raise Refused(code, field="nothing")


def remind_of_lapse(session: Session, *, now: datetime) -> int:
    """Tell members of open juries that their declaration ends within thirty days; how many.

    Once for each declaration, and not when a newer one exists. Safe to run twice at once.
    Announces `interests.lapsing` for each.
    """
    due = queries.lapsing(session, paris_date(now))
    for declaration in due:
        declaration.reminded_at = now
        announce(session, "interests.lapsing", by=SYSTEM, at=now, subject=declaration.id)
    return len(due)


def a_year_later(day: date) -> date:
    """The first day on which a declaration of `day` is no longer good."""
    if (day.month, day.day) == FEBRUARY_29:
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)
