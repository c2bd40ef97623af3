"""Today: a new edition of Courts-circuits is open, one draft begun, one application sent."""

from __future__ import annotations

from datetime import timedelta

from grants.demo.acts.courts_circuits import FUNDERS, SCHEME
from grants.demo.cast import MULHOUSE_STAFF, OPEN_NOW
from grants.demo.moves import applying, calls
from grants.demo.theatre import Theatre
from grants.kernel.clock import paris_date


def play(theatre: Theatre) -> None:
    """Something to look at, to apply to and to go on with."""
    theatre.say("Aujourd’hui : un appel ouvert")
    theatre.clock.back_to_present()
    today = paris_date(theatre.clock.now())
    edition = str(today.year)
    officer = MULHOUSE_STAFF["officer"]
    theatre.enter(officer)
    calls.make(
        theatre,
        officer,
        SCHEME,
        edition=edition,
        slug=f"courts-circuits-{edition}",
        opens=today,
        closes=today + timedelta(days=45),
        choices={f"funder_{key}": name for key, (name, _amount) in FUNDERS.items()},
    )
    applying.arrive(theatre, OPEN_NOW, first_rank=500)
    slug = f"courts-circuits-{edition}"
    applying.begin(theatre, OPEN_NOW[0], slug=slug, scheme=SCHEME)
    applying.apply(theatre, OPEN_NOW[1], slug=slug, scheme=SCHEME)
