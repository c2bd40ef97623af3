"""What each rule leaves before a decision: for a file, for a table, for the vote itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grants.applications import answers
from grants.applications.models import Application
from grants.applications.rules import is_funder_side
from grants.decisions.models import Instrument
from grants.kernel.access import Actor
from grants.kernel.errors import Unknown
from grants.kernel.money import Amount, Unit
from grants.ledger import queries as ledger
from grants.people.legal_forms import SIGNS_CONTRACT, Family, legal_form
from grants.watch import counting
from grants.watch.counting import Aid, Capital, Margin
from grants.watch.queries.aids import (
    NO_AID,
    NO_SUBSIDY,
    Granted,
    Ruling,
    capital_of,
    capitals,
    declared,
    granted,
    once,
    rulings,
)
from grants.watch.queries.undertakings import Undertaking, undertakings

EURO = 100
CAPPED = "rate_max"


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is about to be put to the vote for one application out of one envelope.

    `amount` counts the envelope's unit; None with an award that draws on none.
    """

    application_id: UUID
    funder_id: UUID
    instrument: Instrument | None
    amount: Amount | None = None
    envelope_id: UUID | None = None


@dataclass
class Watch:
    """Everything that the rules need to know of the applications of some lines."""

    applications: Mapping[UUID, Application]
    undertakings: Mapping[UUID, Undertaking]
    granted: Sequence[Granted]
    declared: Mapping[UUID, list[Aid]]
    rulings: Mapping[tuple[UUID, UUID], Ruling]
    capitals: Mapping[UUID, Any]
    units: Mapping[UUID, Unit]
    day: date
    typed: date | None = None
    earlier: dict[UUID, list[Line]] = field(default_factory=dict)
    owners: dict[UUID, list[Granted]] = field(init=False)

    def __post_init__(self) -> None:
        """Find awards by whose they are: a table may hold thousands of lines."""
        self.owners = {}
        for one in self.granted:
            self.owners.setdefault(one.organisation_id or one.author_id, []).append(one)

    def take(self, line: Line) -> None:
        """Count a line for those that come after it."""
        for owner in self.whose(self.applications[line.application_id]):
            self.earlier.setdefault(owner, []).append(line)

    def before(self, application: Application) -> list[Line]:
        """The lines taken already for the same single undertaking, each once."""
        found: dict[Line, None] = {}
        for owner in sorted(self.whose(application)):
            found.update(dict.fromkeys(self.earlier.get(owner, ())))
        return list(found)

    def whose(self, application: Application) -> set[UUID]:
        """The organisations of the applicant's single undertaking, or the person."""
        if application.organisation_id is None:
            return {application.author_id}
        return self.undertakings[application.organisation_id].organisation_ids

    def worth(self, line: Line) -> int:
        """What a line is worth in cents: money, or what help in kind is valued at."""
        if line.instrument is None or line.instrument in NO_AID:
            return 0
        unit = self.units.get(line.envelope_id) if line.envelope_id else None
        if unit is Unit.EUR:
            return int(line.amount or 0)
        return self.ruling(line).value_cents or 0

    def ruling(self, line: Line) -> Ruling:
        """Under which rules the line's funder helps its project."""
        return self.rulings.get((line.application_id, line.funder_id), Ruling())

    def given(self, application: Application) -> list[Granted]:
        """The awards to the applicant's single undertaking, or to the person."""
        owners = sorted(self.whose(application))
        return [one for owner in owners for one in self.owners.get(owner, ())]

    def aids(self, application: Application, *, whole: bool) -> list[Aid]:
        """The aid to the single undertaking, or to the applicant's own legal person alone."""
        organisation = application.organisation_id
        given = self.given(application)
        if organisation is None:
            return [one.aid for one in given]
        one = self.undertakings[organisation]
        who = one.organisation_ids if whole else one.body_ids
        told = [aid for each in sorted(who) for aid in self.declared.get(each, [])]
        return once([each.aid for each in given if each.organisation_id in who], told)


def watched(
    session: Session,
    lines: Sequence[Line],
    *,
    on: date,
    viewer: Actor | None,
    typed: date | None = None,
) -> Watch:
    """What the rules need for these lines. A constant count of statements.

    `typed`: the day on which a vote of `on` is written down, when it is a later one.

    `viewer` None counts everything there is: for the service that refuses, never for a page.
    """
    ids = {one.application_id for one in lines}
    applications = _applications(session, ids, viewer)
    own = {one.organisation_id for one in applications.values() if one.organisation_id}
    who = undertakings(session, own)
    every = {one for each in who.values() for one in each.organisation_ids}
    persons = {one.author_id for one in applications.values() if not one.organisation_id}
    envelopes = {one.envelope_id for one in lines if one.envelope_id}
    units = {one.id: one.unit for one in ledger.places(session, envelopes).values()}
    return Watch(
        applications=applications,
        undertakings=who,
        granted=granted(session, every, persons, viewer=viewer),
        declared=declared(session, every),
        rulings=rulings(session, ids),
        capitals=capitals(session, own, on) if any(map(_takes_shares, lines)) else {},
        units=units,
        day=on,
        typed=typed,
    )


def _takes_shares(line: Line) -> bool:
    return line.instrument is Instrument.EQUITY


def reckon(watch: Watch, line: Line) -> list[Margin]:
    """What each rule leaves with one line, the earlier lines of the same vote counted. Pure."""
    application = watch.applications[line.application_id]
    found: list[Margin | None] = []
    if line.instrument is Instrument.EQUITY:
        capital = _capital(watch, application)
        found.append(counting.capital_share(capital, int(line.amount or 0), watch.day))
    elif line.instrument is None or line.instrument not in NO_AID:
        found += _of_aid(watch, application, line)
    return [one for one in found if one is not None]


def _of_aid(watch: Watch, application: Application, line: Line) -> list[Margin | None]:
    worth = watch.worth(line)
    own, whole = (
        watch.aids(application, whole=one) + _before(watch, application, whole=one)
        for one in (False, True)
    )
    subsidy = 0 if line.instrument in NO_SUBSIDY else worth
    found: list[Margin | None] = []
    if _is_private_body(application):
        found.append(counting.agreement(own, subsidy, watch.day, line.funder_id, typed=watch.typed))
    if _appoints_auditor(application):
        found.append(counting.auditor(own, subsidy, watch.day, typed=watch.typed))
    regime = watch.ruling(line).regime
    found.append(counting.de_minimis(whole, worth, watch.day, regime, typed=watch.typed))
    found.append(_public_aid(watch, application, subsidy))
    return found


def _before(watch: Watch, application: Application, *, whole: bool) -> list[Aid]:
    """The lines already looked at in this vote, for the same undertaking, as aid of today.

    Not `whole`: for the same legal person alone.
    """
    organisation = application.organisation_id
    own = watch.undertakings[organisation] if organisation else None
    return [
        Aid(
            amount_cents=watch.worth(one),
            granted_on=watch.day,
            regime=watch.ruling(one).regime,
            origin=counting.Origin.DECIDED,
            funder="",
            funder_id=one.funder_id,
            is_subsidy=one.instrument not in NO_SUBSIDY,
            is_pending=True,
        )
        for one in watch.before(application)
        if whole
        or own is None
        or watch.applications[one.application_id].organisation_id in own.body_ids
    ]


def _capital(watch: Watch, application: Application) -> Capital | None:
    organisation = application.organisation_id
    if organisation is None:
        return None
    given = watch.owners.get(organisation, [])
    found = capital_of(watch.capitals.get(organisation), given)
    taken = sum(
        int(one.amount or 0)
        for one in watch.earlier.get(organisation, ())
        if one.instrument is Instrument.EQUITY
        and watch.applications[one.application_id].organisation_id == organisation
    )
    if found is None or not taken:
        return found
    return Capital(
        total_cents=found.total_cents,
        public_cents=found.public_cents,
        since_cents=found.since_cents + taken,
    )


def _public_aid(watch: Watch, application: Application, added: int) -> Margin | None:
    """Public aid to the project itself, where the call caps it.

    The other aid is what account 74 of its budget expects beside what is asked of the call's
    authorities together, and what these decided for it already: as the financing plan counts it.
    """
    percent = application.call.award_rule.get(CAPPED)
    if not percent:
        return None
    known = answers.outlook(application)
    cost = _cents(known["budget.charges"])
    expected = max(_cents(known["budget.grants"]) - _cents(known["requested"]), 0)
    decided = sum(
        one.aid.amount_cents
        for one in watch.given(application)
        if one.application_id == application.id and one.aid.is_subsidy
    )
    earlier = sum(
        watch.worth(one)
        for one in watch.before(application)
        if one.application_id == application.id and one.instrument not in NO_SUBSIDY
    )
    return counting.public_aid(expected + decided + earlier, added, cost, watch.day, int(percent))


def _cents(value: object) -> int:
    """An amount in euros out of a form, in cents; nothing where it is not known."""
    if value is None or isinstance(value, str | bool | tuple):
        return 0
    return int(value * EURO)  # type: ignore[operator]


def _is_private_body(application: Application) -> bool:
    """An agreement is asked of bodies of private law: neither persons nor public bodies."""
    organisation = application.organisation
    if organisation is None:
        return False
    family = legal_form(organisation.legal_form, organisation.legal_label).family
    return family is not Family.PUBLIC


def _appoints_auditor(application: Application) -> bool:
    """Associations and foundations publish audited accounts beyond a threshold."""
    organisation = application.organisation
    if organisation is None:
        return False
    return legal_form(organisation.legal_form, organisation.legal_label).family in SIGNS_CONTRACT


def _applications(
    session: Session, ids: Collection[UUID], viewer: Actor | None
) -> dict[UUID, Application]:
    statement = select(Application).where(Application.id.in_(list(ids)))
    if viewer is not None:
        statement = statement.where(is_funder_side.where(viewer))
    statement = statement.options(
        joinedload(Application.call),
        joinedload(Application.organisation),
        joinedload(Application.revision),
    )
    found = {one.id: one for one in session.scalars(statement).unique()}
    if set(found) != set(ids):
        raise Unknown
    return found
