"""A year of one authority: its people, its budget, its votes, what it pays and takes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.applications import ANSWERS, an_application
from build.calls import a_call
from build.decisions import PLAN_OF_2016, draws_on
from build.payments import IBAN, VAULT, a_document
from build.people import a_funder, a_funder_member, a_person, acting_as, an_organisation
from build.sides import SECRET
from build.signing import documented, signed_by
from grants.agreements import services as agreements
from grants.agreements.models import Side
from grants.agreements.queries import must_sign, signed_for
from grants.agreements.signing import OneTimeCode
from grants.applications.models import ApplicationState
from grants.calls.models import Call
from grants.councils.services import record
from grants.decisions.models import Body, Decision, Instrument, Outcome
from grants.decisions.services import (
    Item,
    acknowledge,
    announce_results,
    make_executory,
    open_session,
)
from grants.followup import services as followup
from grants.followup.figures import Line as Spent
from grants.followup.models import FinancialReport
from grants.kernel.access import Actor, FunderRole
from grants.kernel.money import Amount, Unit
from grants.ledger import queries as balances
from grants.ledger import services as ledger
from grants.ledger.operations import ActKind, Kind, Section
from grants.ledger.queries import EnvelopeLine
from grants.ledger.services import ActFacts, Choice, CreditLine, Signature
from grants.payments import services as payments
from grants.payments.bank import read_account
from grants.payments.models import Instalment, Method, PaymentOrder
from grants.payments.plan import Part
from grants.people.models import Funder, FunderKind
from grants.withdrawals import services as withdrawals
from grants.withdrawals.models import Reason

_serial = count(1)

ONCE = (Part(percent=100, label="Versement unique"),)
TWICE = (Part(percent=80, label="Acompte"), Part(percent=20, label="Solde"))
STAGES = ("available", "reserved", "committed", "ordered", "paid", "lapsed", "carried")


def at(day: date) -> datetime:
    """Ten in the morning of a day, in Paris or an hour later."""
    return datetime.combine(day, time(9), tzinfo=UTC)


@dataclass
class File:
    """One application: whose it is, and what was decided for it."""

    id: UUID
    applicant: Actor
    name: str
    decision_id: UUID | None = None
    instalments: list[UUID] = field(default_factory=list)


@dataclass
class Authority:
    """A funder with its people, its calls and its envelopes by label and year."""

    id: UUID
    key: str
    people: dict[str, UUID]
    actors: dict[str, Actor]
    calls: dict[str, UUID] = field(default_factory=dict)
    books: dict[int, UUID] = field(default_factory=dict)
    envelopes: dict[tuple[str, int], UUID] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)

    def by(self, role: str, day: date) -> dict[str, object]:
        """Who acts, and when."""
        return {"actor": self.actors[role], "now": at(day)}


def an_authority(session: Session, key: str, name: str, kind: FunderKind) -> Authority:
    """A funder; officer, finance officer and two who sign are four persons."""
    funder = a_funder(session, key=key, name=name, kind=kind)
    roles = {
        "officer": FunderRole.OFFICER,
        "finance": FunderRole.FINANCE,
        "approver": FunderRole.APPROVER,
        "second": FunderRole.APPROVER,
    }
    people = {
        who: a_funder_member(session, funder, role, name=f"{who.title()} {name}")
        for who, role in roles.items()
    }
    return Authority(
        id=funder.id,
        key=key,
        people={who: one.id for who, one in people.items()},
        actors={who: acting_as(session, one) for who, one in people.items()},
    )


@dataclass(frozen=True)
class Opening:
    """An envelope to open; with a last year it is an authorisation."""

    label: str
    section: Section = Section.OPERATING
    nature: str = "65748"
    last_year: int | None = None


def opened(
    session: Session, house: Authority, year: int, *openings: Opening, on: date
) -> dict[str, UUID]:
    """The book of a year, and envelopes without credits."""
    act = house.by("finance", on)
    house.books[year] = ledger.open_book(session, house.id, year, **act).id
    for one in openings:
        made = ledger.open_envelope(
            session,
            house.books[year],
            label=one.label,
            unit=Unit.EUR,
            section=one.section,
            nature_account=one.nature,
            last_year=one.last_year,
            **act,
        )
        house.envelopes[one.label, year] = made.id
    return {one.label: house.envelopes[one.label, year] for one in openings}


@dataclass(frozen=True)
class Dated:
    """An act of the budget: its kind, number and day, in the book of whose year it is."""

    kind: ActKind
    number: str
    on: date


def act_of(session: Session, house: Authority, act: Dated, amounts: Mapping[str, int]) -> None:
    """One act of the budget: cents by label of the year's envelope."""
    year = act.on.year
    lines = [CreditLine(house.envelopes[label, year], cents) for label, cents in amounts.items()]
    facts = ActFacts(act.kind, act.number, act.on, f"{act.number} {year}")
    ledger.record_act(session, house.books[year], facts, lines, **house.by("finance", act.on))


def a_scheme(
    session: Session, house: Authority, key: str, *labels: str, call: Call | None = None
) -> None:
    """A call whose awards draw on envelopes of 2018."""
    funder = session.get_one(Funder, house.id)
    made = call or a_call(session, funders=[funder], closes_at=None, opens_at=at(date(2018, 1, 2)))
    house.calls[key] = made.id
    for label in labels:
        draws_on(session, made, house.envelopes[label, 2018], funder)


def filed(
    session: Session,
    house: Authority,
    scheme: str,
    name: str,
    requested: int,
    *,
    on: date,
    **organisation: object,
) -> File:
    """A file in review, of a new organisation and its representative."""
    author = a_person(session, name=f"Responsable de {name}")
    whose = an_organisation(session, name=name, representative=author, **organisation)
    application = an_application(
        session,
        session.get_one(Call, house.calls[scheme]),
        organisation=whose,
        author=author,
        state=ApplicationState.IN_REVIEW,
        with_files=False,
        title=name,
        answers={**ANSWERS, "title": name, "requested": requested},
        started_at=at(on) - timedelta(days=4),
        saved_at=at(on) - timedelta(days=3),
        submitted_at=at(on) - timedelta(days=3),
        admissible_at=at(on) - timedelta(days=1),
    )
    house.files[name] = File(application.id, acting_as(session, author), name)
    return house.files[name]


@dataclass(frozen=True)
class Line:
    """What is put to the vote for one file."""

    name: str
    cents: int
    label: str = ""
    instrument: Instrument = Instrument.GRANT
    outcome: Outcome = Outcome.AWARD


def waits(name: str) -> Line:
    """A file for the waiting list."""
    return Line(name, 0, outcome=Outcome.WAITLIST)


def voted(session: Session, house: Authority, number: str, lines: Iterable[Line], *, on: date):
    """A deliberation of the council, held against the law before the vote; its id."""
    act = house.by("officer", on)
    sitting = open_session(session, house.id, body=Body.COUNCIL, held_on=on, **act)
    items = [_item(house, one) for one in lines]
    return record(
        session,
        sitting,
        number=number,
        object=f"Soutien à l’économie sociale et solidaire, {number}",
        vote=PLAN_OF_2016,
        items=items,
        **act,
    ).id


def followed(session: Session, house: Authority, deliberation_id: UUID, *, on: date) -> None:
    """Executory on that day, announced, and read by every beneficiary."""
    act = house.by("officer", on)
    make_executory(session, deliberation_id, on=on, **act)
    announce_results(session, deliberation_id, **act)
    by_application = {one.id: one for one in house.files.values()}
    found = select(Decision).where(Decision.deliberation_id == deliberation_id)
    for one in session.scalars(found).all():
        file = by_application[one.application_id]
        file.decision_id = one.id
        acknowledge(session, file.id, deliberation_id, actor=file.applicant, now=at(on))


def planned(
    session: Session, house: Authority, names: Iterable[str], parts: Sequence[Part], *, on: date
) -> None:
    """Instalments of awards."""
    for name in names:
        file = house.files[name]
        rows = payments.plan_instalments(
            session, file.decision_id, parts=parts, **house.by("officer", on)
        )
        file.instalments = [one.id for one in rows]


def certified(session: Session, house: Authority, name: str, nth: int, *, on: date) -> UUID:
    """A claim of the beneficiary that an officer certified; its id."""
    file = house.files[name]
    part = session.get_one(Instalment, file.instalments[nth])
    given: dict[str, object] = {"account": read_account(IBAN), "holder": name}
    if part.method is Method.SUBSCRIPTION:
        paper = a_document(session, file.applicant.id, "bulletin.pdf")
        given = {"account": None, "reference": f"Bulletin {name}", "documents": [paper]}
    claim = payments.submit_claim(
        session, part.id, vault=VAULT, actor=file.applicant, now=at(on), **given
    )
    payments.certify(session, claim.id, **house.by("officer", on))
    return claim.id


def ordered(session: Session, house: Authority, claims: Sequence[UUID], *, on: date) -> list[UUID]:
    """Orders in one batch, signed by one who did not prepare them, and by a second above the
    funder's threshold."""
    orders = payments.prepare(session, claims, **house.by("finance", on))
    ids = [one.id for one in orders]
    payments.approve(session, ids, **house.by("approver", on))
    twice = [one.id for one in orders if one.needs_second]
    payments.approve(session, twice, **house.by("second", on))
    return ids


def paid(
    session: Session,
    house: Authority,
    *parts: tuple[str, int],
    on: date,
    claims: Sequence[UUID] = (),
) -> list[PaymentOrder]:
    """Claims, certified, ordered in one batch on that day, paid a week later.

    Beyond the law's threshold each beneficiary signs its agreement first.
    """
    for name in sorted({name for name, _ in parts}):
        award = house.files[name].decision_id
        if must_sign(session, award, on=on) and signed_for(session, award) is None:
            agreed(session, house, name, on=on)
    made = [certified(session, house, name, nth, on=on) for name, nth in parts]
    ids = ordered(session, house, [*claims, *made], on=on)
    day = on + timedelta(days=7)
    reference = f"Bordereau {next(_serial)}"
    return payments.pay(session, ids, on=day, reference=reference, **house.by("finance", day))


def withdrawn(
    session: Session, house: Authority, name: str, cents: int, reason: Reason, *, on: date
) -> UUID:
    """An award taken back on that day, its beneficiary heard for the weeks before; its id."""
    told = on - timedelta(days=20)
    intent = withdrawals.Intent(
        reason, f"{reason}: {name}", Amount(cents), told + timedelta(days=15)
    )
    award = house.files[name].decision_id
    row = withdrawals.notify(session, award, intent, **house.by("officer", told))
    ruling = withdrawals.Ruling(f"ARR{on:%Y%m%d}", on, Amount(cents), intent.grounds)
    officer = house.by("officer", on)
    withdrawals.decide(session, row.id, ruling, **officer)
    withdrawals.carry_out(session, row.id, on=on, **officer)
    return row.id


def agreed(session: Session, house: Authority, name: str, *, on: date) -> None:
    """The agreement of an award, drafted, sent, and signed by both with their codes."""
    file, codes = house.files[name], OneTimeCode(SECRET)
    officer = house.by("officer", on)
    made = agreements.draft(session, file.decision_id, text="Article 1.", **officer)
    session.refresh(made, ["acts"])
    act_id = made.acts[0].id
    agreements.send(session, act_id, **officer)
    documented(session, act_id)
    for side, who in ((Side.BENEFICIARY, file.applicant), (Side.AUTHORITY, officer["actor"])):
        signed_by(session, act_id, side, who, codes, now=at(on))


def reported(session: Session, house: Authority, name: str, cents: int, *, on: date) -> None:
    """The financial report of an award, sent by the beneficiary and accepted."""
    file = house.files[name]
    followup.expect_reports(session, now=at(on))
    report = session.scalars(
        select(FinancialReport).where(FinancialReport.decision_id == file.decision_id)
    ).one()
    lines = {
        "charges": [Spent("60", "Achats", 0, cents)],
        "products": [Spent("74", "Subvention", 0, cents)],
    }
    sent = followup.Written(lines=lines, narrative={"done": "L’atelier tourne."}, version=0)
    followup.submit_report(session, report.id, sent, actor=file.applicant, now=at(on))
    followup.accept_report(session, report.id, **house.by("officer", on))


def closed(
    session: Session,
    house: Authority,
    year: int,
    choices: Mapping[tuple[str, str], Choice],
    *,
    on: date,
):
    """The year closed, as signed by the finance officer; `choices` by label and name of file."""
    left = balances.left_in(session, house.books[year])
    chosen = {
        (house.envelopes[label, year], house.files[name].decision_id): choice
        for (label, name), choice in choices.items()
    }
    signature = Signature("Nadia Ferrand", balances.state_fingerprint(left))
    return ledger.close_year(
        session, house.books[year], chosen, signature, voted={}, **house.by("finance", on)
    )


def held(session: Session, house: Authority, year: int) -> dict[str, dict[str, int]]:
    """What each envelope of a year holds, in cents, zeros left out."""
    return {one.label: _stages(one) for one in balances.envelopes(session, [house.id], year)}


def _stages(line: EnvelopeLine) -> dict[str, int]:
    names = ("voted", *STAGES, "claimed", "recovered")
    whole = sum(getattr(line, one) for one in STAGES)
    assert whole == line.voted, line
    assert line.kind is Kind.AUTHORISATION or not line.last_year
    return {one: getattr(line, one) for one in names if getattr(line, one)}


def _item(house: Authority, line: Line) -> Item:
    gives = line.outcome is Outcome.AWARD
    return Item(
        application_id=house.files[line.name].id,
        outcome=line.outcome,
        instrument=line.instrument if gives else None,
        amount=Amount(line.cents) if gives else None,
        envelope_id=house.envelopes[line.label, 2018] if gives else None,
    )
