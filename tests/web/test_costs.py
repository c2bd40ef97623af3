"""What a person's whole way costs the database: literal counts, as `make bench` counts them."""

from __future__ import annotations

from build.calls import a_call
from build.clock import NOW
from build.people import a_person
from grants.people.services import start_sign_in
from tests.bench import flows
from tests.bench.flows import Place
from tests.bench.forty import FORTY
from tests.bench.sql import Glass


def test_submitting_forty_answers_takes_twenty_statements(session, app, statements):
    """From the call's page to the receipt, in the eight requests of `flows.submission`."""
    call = a_call(session, document=FORTY, number_prefix="BANC-2026")
    people = [a_person(session) for _ in range(2)]
    tokens = [start_sign_in(session, one.id, user_agent="bench", now=NOW) for one in people]
    session.flush()
    place = Place("", str(call.id), f"/appels/{call.slug}", "", "", "", "", tokens, "", [], [])
    rounds = flows.submission(Glass(app.test_client()), place, 0)
    next(rounds)
    statements.clear()
    next(rounds)
    assert len(statements) == 20, "\n\n".join(statements)
