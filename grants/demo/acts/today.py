"""Today: a call is open with a draft begun, and a jury of another one is at work."""

from __future__ import annotations

from datetime import timedelta

from grants.demo.acts import courts_circuits, scic
from grants.demo.acts.courts_circuits import FUNDERS
from grants.demo.cast import (
    BUSINESS_JURY,
    CITIZEN_JURY,
    CLERMONT_STAFF,
    IN_PREPARATION,
    MULHOUSE_STAFF,
    OPEN_NOW,
)
from grants.demo.moves import applying, calls, judging
from grants.demo.theatre import Theatre, identifier
from grants.kernel.clock import paris_date


def play(theatre: Theatre) -> None:
    """Something to look at, to apply to and to go on with."""
    theatre.say("Aujourd’hui : un appel ouvert, un jury au travail")
    theatre.clock.back_to_present()
    present = theatre.clock.now()
    call_id = publish_courts_circuits(theatre)
    theatre.move_to(present - timedelta(days=9))
    applying.arrive(theatre, OPEN_NOW, first_rank=500)
    slug = f"courts-circuits-{present.year}"
    theatre.everyone(
        lambda one: applying.apply(theatre, one, slug=slug, scheme=courts_circuits.SCHEME),
        OPEN_NOW,
    )
    theatre.clock.back_to_present()
    begin_judging(theatre, call_id)
    open_another(theatre)


def publish_courts_circuits(theatre: Theatre) -> str:
    """This year's edition, which closed three days ago."""
    present = theatre.clock.now()
    theatre.move_to(present - timedelta(days=40))
    today, edition = paris_date(present), str(present.year)
    officer = MULHOUSE_STAFF["officer"]
    theatre.enter(officer)
    return calls.make(
        theatre,
        officer,
        courts_circuits.SCHEME,
        edition=edition,
        slug=f"courts-circuits-{edition}",
        opens=today - timedelta(days=40),
        closes=today - timedelta(days=3),
        choices={f"funder_{key}": name for key, (name, _amount) in FUNDERS.items()},
    )


def begin_judging(theatre: Theatre, call_id: str) -> None:
    """The committee sits; one juror has scored one file out of two."""
    officer = MULHOUSE_STAFF["officer"]
    theatre.enter(officer)
    judging.receive(theatre, officer, call_id)
    jury = courts_circuits.jury_of(theatre, call_id, "Comité de sélection")
    members = [BUSINESS_JURY[0], CITIZEN_JURY[0], BUSINESS_JURY[1]]
    judging.seat(theatre, officer, jury, members)
    judging.share_out(theatre, officer, jury)
    judging.score_all(theatre, members[0], identifier(jury), at_most=1)


def open_another(theatre: Theatre) -> None:
    """Clermont receives new cooperatives; one is filling its form in."""
    today = paris_date(theatre.clock.now())
    officer, edition = CLERMONT_STAFF["officer"], str(today.year)
    slug = f"creation-de-scic-{edition}"
    theatre.enter(officer)
    calls.make(
        theatre,
        officer,
        scic.SCHEME,
        edition=edition,
        slug=slug,
        opens=today,
        closes=today + timedelta(days=41),
        choices={"funder_clermont": scic.CLERMONT},
    )
    applying.arrive(theatre, [IN_PREPARATION], first_rank=600)
    applying.begin(theatre, IN_PREPARATION, slug=slug, scheme=scic.SCHEME)
