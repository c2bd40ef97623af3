"""2019: Clermont's three yearly envelopes, and CISCA's 10 000 € through the rolling scheme."""

from __future__ import annotations

from datetime import UTC, date, datetime

from grants.demo.cast import CISCA, CLERMONT_STAFF
from grants.demo.moves import applying, budget, calls, deciding, judging, paying
from grants.demo.theatre import Theatre

SCHEME, SLUG = "clermont_direct", "soutien-direct-2019"
CLERMONT = "Clermont Auvergne Métropole"
DIRECT = "Soutien direct aux acteurs"
ENVELOPES = (
    (DIRECT, "60 000"),
    ("Soutien aux acteurs de l’accompagnement", "75 000"),
    ("Organisation d’événements", "15 000"),
)
STAFF = CLERMONT_STAFF
MAY, NOVEMBER = 5, 11


def play(theatre: Theatre) -> None:
    """From the voted budget to CISCA's balance."""
    theatre.say("2019 : le budget de Clermont, et CISCA")
    call_id = publish(theatre)
    theatre.move_to(datetime(2019, 2, 4, 10, tzinfo=UTC))
    applying.arrive(theatre, [CISCA], first_rank=400)
    applying.apply(theatre, CISCA, slug=SLUG, scheme=SCHEME)
    decide(theatre, call_id)
    pay(theatre)


def publish(theatre: Theatre) -> str:
    """The three envelopes of the sources, and a call that receives all year round."""
    theatre.move_to(datetime(2019, 1, 7, 8, tzinfo=UTC))
    keeper, officer = STAFF["administrator"], STAFF["officer"]
    theatre.enter(keeper)
    book = budget.open_book(theatre, keeper, CLERMONT, 2019)
    for label, amount in ENVELOPES:
        budget.open_envelope(book, label, amount, act="Budget primitif 2019")
    theatre.enter(officer)
    return calls.make(
        theatre,
        officer,
        SCHEME,
        edition="2019",
        slug=SLUG,
        opens=date(2019, 1, 7),
        closes=None,
        choices={"funder_clermont": CLERMONT, "envelope_direct": DIRECT},
    )


def decide(theatre: Theatre, call_id: str) -> None:
    """The department finds the action of community interest; the assembly votes 10 000 €."""
    theatre.move_to(datetime(2019, 3, 4, 8, tzinfo=UTC))
    officer = STAFF["officer"]
    theatre.enter(officer)
    judging.receive(theatre, officer, call_id)
    theatre.move_to(datetime(2019, 3, 29, 18, tzinfo=UTC))
    theatre.enter(officer)
    table = f"{deciding.CALLS}/{call_id}/decision"
    award = deciding.Proposal("award", "grant", "10 000", DIRECT, "Subvention de fonctionnement")
    deciding.propose(theatre, officer, table, {theatre.drafts[CISCA.organisation]: award})
    vote = deciding.Session(
        number="DEL20190329_007",
        object="Soutien direct aux acteurs de l’ESS : CISCA",
        held_on=date(2019, 3, 29),
        seats=89,
        present=71,
        represented=12,
        not_taking_part=1,
        votes_for=82,
    )
    page = deciding.plan(deciding.deliberate(theatre, officer, table, vote))
    theatre.move_to(datetime(2019, 4, 8, 9, tzinfo=UTC))
    deciding.announce(theatre, officer, page.path, executory_on=date(2019, 4, 5))


def pay(theatre: Theatre) -> None:
    """80 % at once, 20 % on the report: two claims, two orders, four signatures."""
    application = theatre.drafts[CISCA.organisation]
    for month, reference in ((MAY, "Bordereau 118"), (NOVEMBER, "Bordereau 402")):
        theatre.move_to(datetime(2019, month, 13, 9, tzinfo=UTC))
        theatre.enter(CISCA.person)
        if month == MAY:
            deciding.take_note(theatre, CISCA, application)
        paying.claim(theatre, CISCA, application, rank=50)
        for role in ("officer", "finance", "approver"):
            theatre.enter(STAFF[role])
        paying.certify_all(theatre, STAFF["officer"])
        paying.order_all(theatre, STAFF["finance"])
        paying.sign_all(theatre, STAFF["approver"])
        day = date(2019, month, 13)
        paying.pay_all(theatre, STAFF["finance"], on=day, reference=reference)
