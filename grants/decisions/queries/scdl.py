"""The public file of deliberations, as the SCDL schema has it (« délibérations », 2.1.5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.decisions.models import Decision, Deliberation
from grants.ledger import queries as balances
from grants.people.models import Funder

COLUMNS = (
    *("COLL_NOM", "COLL_SIRET", "DELIB_ID", "DELIB_DATE", "DELIB_MATIERE_CODE"),
    *("DELIB_MATIERE_NOM", "DELIB_OBJET", "BUDGET_ANNEE", "BUDGET_NOM", "PREF_ID", "PREF_DATE"),
    *("VOTE_EFFECTIF", "VOTE_REEL", "VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION", "DELIB_URL"),
)
"""In the order of the schema; those that we do not know stay empty."""
MATTER = ("7.5", "Finances locales/Subventions")
"""Where the nomenclature ACTES files grants."""


def scdl(session: Session) -> Iterator[dict[str, str]]:
    """The announced deliberations, oldest first, column by column. Three statements.

    Of authorities with a SIRET, which the schema asks for. No beneficiary is named: the object
    is what the body voted.
    """
    found = session.scalars(
        select(Deliberation)
        .join(Deliberation.funder)
        .where(Deliberation.announced_at.is_not(None), Funder.siret.is_not(None))
        .options(joinedload(Deliberation.funder))
        .order_by(Funder.siret, Deliberation.voted_on, Deliberation.number)
    ).all()
    drawn = session.execute(
        select(Decision.deliberation_id, Decision.envelope_id).where(
            Decision.deliberation_id.in_([one.id for one in found]),
            Decision.envelope_id.is_not(None),
        )
    ).all()
    places = balances.places(session, {row.envelope_id for row in drawn})
    years: dict[UUID, set[int]] = defaultdict(set)
    for row in drawn:
        years[row.deliberation_id].add(places[row.envelope_id].year)
    for one in found:
        yield _line(one, years[one.id])


def _line(one: Deliberation, years: set[int]) -> dict[str, str]:
    vote = one.vote
    budget = "/".join(str(year) for year in sorted({min(years), max(years)})) if years else ""
    given = (
        *(one.funder.name, str(one.funder.siret), one.number, one.voted_on.isoformat()),
        *(*MATTER, one.object, budget, "", ""),
        one.transmitted_on.isoformat() if one.transmitted_on else "",
        *(str(vote.seats), str(vote.voters), str(vote.votes_for), str(vote.votes_against)),
        *(str(vote.abstentions), ""),
    )
    return dict(zip(COLUMNS, given, strict=True))
