"""2018: the Maison de l'ESS. Twenty answers, 4 000 m² of which 500 stay for the public desk."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

from grants.demo.browser import Unexpected
from grants.demo.cast import CLERMONT_JURY, CLERMONT_STAFF, MAISON_ESS
from grants.demo.moves import applying, budget, calls, deciding, judging, paying
from grants.demo.theatre import Theatre

SCHEME, SLUG = "ami_maison_ess", "maison-de-l-ess"
CLERMONT, ENVELOPE = "Clermont Auvergne Métropole", "Maison de l’ESS"
PUBLIC_DESK = "500"
KEYS_HANDED = MAISON_ESS[:3]
"""The first tenants in: their rooms are handed over within the year."""

VOTE = deciding.Session(
    number="DEL20181214_021",
    object="Maison de l’ESS : attribution des surfaces",
    held_on=date(2018, 12, 14),
    seats=89,
    present=68,
    represented=14,
    votes_for=80,
    abstentions=2,
)


def play(theatre: Theatre) -> None:
    """From the call to the keys."""
    theatre.say("2018 : Maison de l’ESS, vingt réponses")
    call_id = publish(theatre)
    theatre.move_to(datetime(2018, 11, 26, 17, tzinfo=UTC))
    applying.arrive(theatre, MAISON_ESS, first_rank=200)
    theatre.everyone(partial(applying.apply, theatre, slug=SLUG, scheme=SCHEME), MAISON_ESS)
    theatre.say("2018 : le comité lit et note")
    judge(theatre, call_id)
    theatre.say("2018 : une réponse de trop")
    decide(theatre, call_id)
    hand_over(theatre)


def publish(theatre: Theatre) -> str:
    """The floor area is an envelope like another; 500 m² are kept for the public desk."""
    theatre.move_to(datetime(2018, 9, 28, 8, tzinfo=UTC))
    keeper, officer = CLERMONT_STAFF["administrator"], CLERMONT_STAFF["officer"]
    theatre.enter(keeper)
    book = budget.open_book(theatre, keeper, CLERMONT, 2018)
    books = budget.open_envelope(
        book, ENVELOPE, "4 000", act="Programme du bâtiment", unit="m2", section="none"
    )
    budget.reserve(books, PUBLIC_DESK, label=ENVELOPE, why="Accueil du public des collectivités")
    theatre.enter(officer)
    return calls.make(
        theatre,
        officer,
        SCHEME,
        edition="2018",
        slug=SLUG,
        opens=date(2018, 9, 28),
        closes=date(2018, 11, 30),
        choices={"funder_clermont": CLERMONT, "envelope_surface": ENVELOPE},
    )


def judge(theatre: Theatre, call_id: str) -> None:
    """Three jurors read everything; one knows a candidate and withdraws from that file."""
    theatre.move_to(datetime(2018, 12, 6, 8, tzinfo=UTC))
    officer = CLERMONT_STAFF["officer"]
    theatre.enter(officer)
    judging.receive(theatre, officer, call_id)
    jury = calls.overview(theatre, officer, call_id).link(r"/instruction/jurys/")
    judging.seat(theatre, officer, jury, CLERMONT_JURY)
    judging.share_out(theatre, officer, jury)
    known = {CLERMONT_JURY[2].email: MAISON_ESS[7].title}
    judging.everyone_scores(theatre, jury, CLERMONT_JURY, known=known)
    judging.close(theatre, officer, jury)


def decide(theatre: Theatre, call_id: str) -> None:
    """Everything asked is 480 m² too much: the ledger refuses, and one answer has to wait."""
    theatre.move_to(datetime(2018, 12, 14, 17, tzinfo=UTC))
    officer = CLERMONT_STAFF["officer"]
    theatre.enter(officer)
    table = f"{deciding.CALLS}/{call_id}/decision"
    proposals = {
        theatre.drafts[one.organisation]: deciding.Proposal(
            "award", "floor_area", str(one.requested), ENVELOPE, "Surface attribuée"
        )
        for one in MAISON_ESS
    }
    deciding.propose(theatre, officer, table, proposals)
    refused = deciding.deliberate(theatre, officer, table, VOTE, expect=409)
    if "480" not in refused.text:
        raise Unexpected(f"the refusal does not say what is missing: {refused.text[:800]}")
    theatre.say("2018 : refusé par le grand livre, 480 m² de trop")
    last = theatre.drafts[MAISON_ESS[-1].organisation]
    waiting = deciding.Proposal("waitlist", reason="Retenu dès qu’une surface se libère.")
    deciding.propose(theatre, officer, table, {last: waiting})
    page = deciding.deliberate(theatre, officer, table, VOTE)
    deciding.plan(page)
    theatre.move_to(datetime(2018, 12, 21, 10, tzinfo=UTC))
    deciding.announce(theatre, officer, page.path, executory_on=date(2018, 12, 20))


def hand_over(theatre: Theatre) -> None:
    """The first tenants get their keys: no bank details, the same chain of signatures."""
    theatre.move_to(datetime(2018, 12, 27, 9, tzinfo=UTC))
    for rank, one in enumerate(KEYS_HANDED, 1):
        theatre.enter(one.person)
        application = theatre.drafts[one.organisation]
        deciding.take_note(theatre, one, application)
        paying.claim(theatre, one, application, rank=rank)
    staff = CLERMONT_STAFF
    for role in ("officer", "finance", "approver"):
        theatre.enter(staff[role])
    paying.certify_all(theatre, staff["officer"])
    paying.order_all(theatre, staff["finance"])
    paying.sign_all(theatre, staff["approver"])
    paying.pay_all(
        theatre, staff["finance"], on=date(2018, 12, 27), reference="Procès-verbal de remise"
    )
