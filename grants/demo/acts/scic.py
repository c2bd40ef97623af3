"""2016: two new cooperatives of collective interest, two stakes of 10 000 €."""

from __future__ import annotations

from datetime import UTC, date, datetime

from grants.demo.cast import CLERMONT_STAFF, SCICS
from grants.demo.moves import applying, budget, calls
from grants.demo.theatre import Theatre

SCHEME, SLUG = "scic_creation", "creation-de-scic-2016"
CLERMONT, ENVELOPE = "Clermont Auvergne Métropole", "Participations dans des SCIC"


def play(theatre: Theatre) -> None:
    """From the envelope to the subscribed shares."""
    theatre.say("2016 : création de SCIC")
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
    calls.make(
        theatre,
        officer,
        SCHEME,
        edition="2016",
        slug=SLUG,
        opens=date(2016, 3, 1),
        closes=date(2016, 4, 29),
        choices={"funder_clermont": CLERMONT, "envelope_participations": ENVELOPE},
    )
    theatre.move_to(datetime(2016, 4, 18, 16, tzinfo=UTC))
    applying.arrive(theatre, SCICS, first_rank=100)
    theatre.everyone(lambda one: applying.apply(theatre, one, slug=SLUG, scheme=SCHEME), SCICS)
