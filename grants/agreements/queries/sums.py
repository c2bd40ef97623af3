"""What an authority gives one body in a year: beyond a threshold the law asks for an agreement.

Counted as the watch counts it before a vote (`watch.counting.agreement`): what stands and was not
taken back, help in kind at its value, in the year in which the right to it was given.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    Subquery,
    case,
    cast,
    extract,
    func,
    select,
    true,
)
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.decisions.models import Decision, Deliberation
from grants.decisions.queries import stands
from grants.kernel.money import Unit
from grants.ledger.remaining import standing
from grants.people.models import Organisation
from grants.watch.law import Watched, law
from grants.watch.models import AidRuling
from grants.watch.queries.aids import GRANTED_ON, NO_SUBSIDY

SIREN = 9
BODY = func.coalesce(func.left(Organisation.siret, SIREN), func.text(Organisation.id))
"""A body by its SIREN: its establishments are one."""
YEAR = extract("year", GRANTED_ON)
PUBLIC = "7"
"""How the codes of public bodies begin (`people.legal_forms.Family.PUBLIC`)."""


def threshold_cents(on: date) -> int:
    """Beyond what an authority's grants of a year to one body ask for an agreement, that day."""
    rule = law(Watched.AGREEMENT, on)
    if rule is None or rule.threshold is None:
        raise ValueError(f"no threshold of agreements on {on}")
    return rule.threshold


def must_sign(session: Session, decision_id: UUID, *, on: date) -> bool:
    """Whether the law asks for an agreement: the year's sum, this award included, is beyond it."""
    whose = session.execute(
        select(Decision.funder_id, BODY, YEAR)
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(Decision.id == decision_id)
    ).one_or_none()
    if whose is None:
        return False
    funder_id, body, in_year = whose
    year = year_sums(Decision.funder_id == funder_id, in_year == YEAR, body == BODY)
    cents = session.scalar(select(year.c.cents).where(year.c.decision_id == decision_id))
    return (cents or 0) > threshold_cents(on)


def year_sums(*narrowed: ColumnElement[bool]) -> Subquery:
    """What each award's funder granted its beneficiary that year, in cents.

    Bodies of private law alone: public ones sign none of these (loi 2000-321, art. 10).

    Subsidies that stand, less what was cancelled or claimed back: neither shares nor advances,
    which have contracts of their own. `narrowed` leaves out whole years, bodies or funders.
    """
    held = standing(Decision.id)
    together = func.sum(_worth(held)).over(partition_by=(Decision.funder_id, BODY, YEAR))
    return (
        select(Decision.id.label("decision_id"), cast(together, BigInteger).label("cents"))
        .join(Deliberation, Deliberation.id == Decision.deliberation_id)
        .join(Application, Application.id == Decision.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .outerjoin(held, true())
        .where(
            Deliberation.adopted,
            Decision.amount.is_not(None),
            Decision.instrument.not_in(NO_SUBSIDY),
            stands(),
            ~Organisation.legal_form.startswith(PUBLIC),
            *narrowed,
        )
        .subquery()
    )


def _worth(held: Any) -> ColumnElement[Any]:
    """In cents: money as it stands, help in kind at its value while something of it is left."""
    net = func.greatest(func.coalesce(held.c.net, Decision.amount), 0)
    valued = (
        select(AidRuling.value_cents)
        .where(
            AidRuling.application_id == Decision.application_id,
            AidRuling.funder_id == Decision.funder_id,
        )
        .order_by(AidRuling.ruled_at.desc(), AidRuling.id.desc())
        .limit(1)
        .correlate(Decision)
        .scalar_subquery()
    )
    return case(
        (Decision.unit == Unit.EUR, cast(net, Numeric)),
        (net > 0, cast(func.coalesce(valued, 0), Numeric)),
        else_=0,
    )
