"""2016: two new cooperatives of collective interest, two stakes of 10 000 €."""

from __future__ import annotations

from datetime import UTC, date, datetime

from grants.demo.cast import CLERMONT_STAFF, SCICS
from grants.demo.moves import applying, budget, calls, deciding, housekeeping, judging, paying
from grants.demo.theatre import Theatre

SCHEME, SLUG = "scic_creation", "creation-de-scic-2016"
CLERMONT, ENVELOPE = "Clermont Auvergne Métropole", "Participations dans des SCIC"


def play(theatre: Theatre) -> None:
    """From the envelope to the subscribed shares."""
    theatre.say("2016 : création de SCIC")
    call_id = publish(theatre)
    theatre.move_to(datetime(2016, 4, 18, 16, tzinfo=UTC))
    applying.arrive(theatre, SCICS, first_rank=100)
    theatre.everyone(lambda one: applying.apply(theatre, one, slug=SLUG, scheme=SCHEME), SCICS)
    theatre.move_to(datetime(2016, 5, 9, 8, tzinfo=UTC))
    theatre.enter(CLERMONT_STAFF["officer"])
    judging.receive(theatre, CLERMONT_STAFF["officer"], call_id)
    for one in SCICS[:2]:
        theatre.enter(one.person)
        housekeeping.declare_capital(
            theatre, one, whole="42 000", public="5 000", on=date(2016, 4, 30)
        )
    decide(theatre, call_id)
    pay(theatre)


def publish(theatre: Theatre) -> str:
    """Open the year, vote the capital envelope, publish the call."""
    theatre.move_to(datetime(2016, 3, 1, 9, tzinfo=UTC))
    keeper, officer = CLERMONT_STAFF["administrator"], CLERMONT_STAFF["officer"]
    theatre.enter(keeper)
    book = budget.open_book(theatre, keeper, CLERMONT, 2016)
    budget.open_envelope(
        book,
        ENVELOPE,
        "20 000",
        act="Budget primitif 2016",
        section="capital",
        nature="261",
    )
    theatre.enter(officer)
    return calls.make(
        theatre,
        officer,
        SCHEME,
        edition="2016",
        slug=SLUG,
        opens=date(2016, 3, 1),
        closes=date(2016, 4, 29),
        choices={"funder_clermont": CLERMONT, "envelope_participations": ENVELOPE},
    )


def decide(theatre: Theatre, call_id: str) -> None:
    """One deliberation: two stakes of exactly 10 000 €, one refusal with its reason."""
    theatre.move_to(datetime(2016, 6, 24, 18, tzinfo=UTC))
    officer = CLERMONT_STAFF["officer"]
    theatre.enter(officer)
    first, second, third = (theatre.drafts[one.organisation] for one in SCICS)
    stake = deciding.Proposal("award", "equity", "10 000", ENVELOPE, "Prise de participation")
    refusal = deciding.Proposal(
        "refusal",
        reason="La société ne réunit pas encore trois catégories d’associés.",
    )
    table = f"{deciding.CALLS}/{call_id}/decision"
    deciding.propose(theatre, officer, table, {first: stake, second: stake, third: refusal})
    vote = deciding.Session(
        number="DEL20160624_012",
        object="Prises de participation dans deux SCIC",
        held_on=date(2016, 6, 24),
        seats=89,
        present=70,
        represented=12,
        votes_for=82,
    )
    page = deciding.deliberate(theatre, officer, table, vote)
    deciding.plan(page)
    theatre.move_to(datetime(2016, 7, 4, 9, tzinfo=UTC))
    deciding.announce(theatre, officer, page.path, executory_on=date(2016, 7, 1))


def pay(theatre: Theatre) -> None:
    """The shares are subscribed: no bank details, the same chain of signatures."""
    theatre.move_to(datetime(2016, 9, 12, 9, tzinfo=UTC))
    winners = SCICS[:2]
    for rank, one in enumerate(SCICS, 1):
        theatre.enter(one.person)
        deciding.take_note(theatre, one, theatre.drafts[one.organisation])
        if one in winners:
            paying.claim(theatre, one, theatre.drafts[one.organisation], rank=rank)
    for role in ("officer", "finance", "approver"):
        theatre.enter(CLERMONT_STAFF[role])
    paying.certify_all(theatre, CLERMONT_STAFF["officer"])
    paying.order_all(theatre, CLERMONT_STAFF["finance"])
    paying.sign_all(theatre, CLERMONT_STAFF["approver"])
    theatre.move_to(datetime(2016, 10, 3, 9, tzinfo=UTC))
    theatre.enter(CLERMONT_STAFF["finance"])
    paying.pay_all(
        theatre, CLERMONT_STAFF["finance"], on=date(2016, 9, 30), reference="Bordereau 214"
    )
