"""Nothing is committed without an executory act, whoever writes; nothing held slips away."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from build.clock import NOW
from build.decisions import (
    HELD_ON,
    a_delegation,
    a_deliberation,
    a_refusal,
    a_scene,
    an_award,
    an_envelope,
    draws_on,
    standing,
)
from build.ledger import booked
from grants.decisions import queries
from grants.decisions.models import Body, Decision, Deliberation, Instrument
from grants.decisions.services import (
    deliberate,
    end_delegation,
    make_executory,
    note_formalities,
    open_session,
    require_free,
)
from grants.decisions.vote import Vote
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Refused
from grants.kernel.money import Unit
from grants.ledger import services as ledger
from grants.ledger.verify import verify

OF_FIVE = Vote(seats=5, present=4, votes_for=4)


def the_award(session, deliberation) -> Decision:
    return session.scalars(
        select(Decision).where(
            Decision.deliberation_id == deliberation.id, Decision.envelope_id.is_not(None)
        )
    ).first()


def test_a_vote_reserves_and_the_executory_act_commits_once(session):
    scene = a_scene(session)
    act = a_deliberation(session, scene, an_award(scene), a_refusal(scene))
    assert standing(session, scene.envelope_id) == {"available": 5_000_000, "reserved": 1_000_000}
    held = queries.held(session, scene.envelope_id)
    assert [(one.number, one.amount) for one in held] == [(act.number, 1_000_000)]
    for _ in range(2):
        make_executory(session, act.id, on=HELD_ON, actor=scene.officer, now=NOW)
    assert standing(session, scene.envelope_id) == {"available": 5_000_000, "committed": 1_000_000}
    assert queries.held(session, scene.envelope_id) == []
    assert verify(session) == []


def test_the_executory_day_is_the_later_of_transmission_and_publication(session):
    scene = a_scene(session)
    act = a_deliberation(session, scene)
    note = {"actor": scene.officer, "now": NOW}
    sent = HELD_ON + timedelta(days=2)
    note_formalities(session, act.id, transmitted_on=sent, receipt="063-AR-1", **note)
    assert (act.made_executory_on, act.receipt) == (None, "063-AR-1")
    assert standing(session, scene.envelope_id)["reserved"] == 1_000_000
    note_formalities(session, act.id, published_on=HELD_ON, **note)
    assert act.made_executory_on == sent
    day = session.scalar(text("SELECT booked_on FROM ledger_entry ORDER BY number DESC LIMIT 1"))
    assert day == sent
    with pytest.raises(Refused, match="executory_already"):
        note_formalities(session, act.id, published_on=sent, **note)
    assert note_formalities(session, act.id, published_on=HELD_ON, **note).made_executory_on == sent


@pytest.fixture
def raw(fresh_url):
    """A second connection, as the owner of the tables."""
    with psycopg.connect(fresh_url.replace("+psycopg", "", 1)) as connection:
        yield connection


def by_hand(raw, operation: str, envelope: UUID, award: UUID | None, amount: int) -> None:
    """One entry through the database's own function, around every service."""
    raw.execute(
        "SELECT ledger_book_movements(%s, %s, ARRAY[%s]::uuid[], ARRAY[%s]::uuid[],"
        " ARRAY[%s]::bigint[], NULL, %s, 'raw', '2018-10-01', '2018-10-01T09:00Z', 'À la main',"
        " %s, NULL)",
        (uuid4(), operation, envelope, award, amount, str(uuid4()), uuid4()),
    )


def test_by_hand_no_award_is_committed_before_its_act_is_executory(fresh_database, fresh_url, raw):
    with fresh_database.transaction() as session:
        scene = a_scene(session, applications=1)
        act = a_deliberation(session, scene)
        award = the_award(session, act).id
    for operation in ("commit", "commit_reserved"):
        for one in (award, uuid4()):
            with pytest.raises(psycopg.errors.IntegrityError, match="not executory"):
                by_hand(raw, operation, scene.envelope_id, one, 1)
            raw.rollback()
    for statement, told in (
        ("INSERT INTO ledger_warrant SELECT id, funder_id, 'x', '2018-01-01' FROM decision", "act"),
        ("UPDATE deliberation SET made_executory_on = voted_on", "executory_once_both"),
        (
            "UPDATE deliberation SET made_executory_on = voted_on,"
            " transmitted_on = voted_on + 1, published_on = voted_on",
            "executory_on_the_later",
        ),
    ):
        with pytest.raises(psycopg.errors.IntegrityError, match=told):
            raw.execute(statement)
        raw.rollback()
    with fresh_database.transaction() as session:
        make_executory(session, act.id, on=HELD_ON, actor=scene.officer, now=NOW)
    for statement in (
        "UPDATE ledger_warrant SET executory_on = '2000-01-01'",
        "DELETE FROM ledger_warrant",
        "TRUNCATE ledger_warrant",
        "UPDATE deliberation SET published_on = NULL, made_executory_on = NULL",
    ):
        with pytest.raises(psycopg.errors.IntegrityError):
            raw.execute(statement)
        raw.rollback()
    with fresh_database.reading() as session:
        assert standing(session, scene.envelope_id)["committed"] == 1_000_000


def test_a_warrant_lets_no_earlier_day_and_no_other_funder_commit(session):
    scene = a_scene(session)
    other = a_scene(session)
    award = the_award(session, a_deliberation(session, scene, executory=True)).id
    early = {"key": "early", "on": HELD_ON - timedelta(days=1)}
    elsewhere = {"key": "elsewhere", "on": HELD_ON}
    for envelope, act in ((scene.envelope_id, early), (other.envelope_id, elsewhere)):
        with pytest.raises(DatabaseError, match="not executory"), session.begin_nested():
            ledger.book(
                session,
                "commit",
                [ledger.Movement(envelope, 5, award)],
                reason="Plus",
                actor=SYSTEM,
                now=NOW,
                **act,
            )


def test_by_hand_no_award_is_committed_beyond_what_was_decided(session):
    scene = a_scene(session)
    other = an_envelope(session, scene.funder)
    award = the_award(session, a_deliberation(session, scene, executory=True)).id
    for operation, envelope, amount in (
        ("commit", scene.envelope_id, 1),
        ("commit", other, 1_000_000),
    ):
        with pytest.raises(DatabaseError, match="more than award"), session.begin_nested():
            booked(session, operation, envelope, amount, award)
    # What was given back may be committed again, and no cent more.
    booked(session, "decommit", scene.envelope_id, 300_000, award)
    with pytest.raises(DatabaseError, match="more than award"), session.begin_nested():
        booked(session, "commit", scene.envelope_id, 300_001, award)
    booked(session, "commit", scene.envelope_id, 300_000, award)
    booked(session, "order", scene.envelope_id, 1_000_000, award)
    with pytest.raises(DatabaseError, match="more than award"), session.begin_nested():
        booked(session, "commit", scene.envelope_id, 1, award)
    assert verify(session) == []


def test_what_a_vote_holds_is_not_released(session):
    scene = a_scene(session)
    booked(session, "reserve", scene.envelope_id, 300)
    act = a_deliberation(session, scene)
    require_free(session, scene.envelope_id, 300)
    with pytest.raises(Refused, match="held_by_votes") as refused:
        require_free(session, scene.envelope_id, 301)
    assert refused.value.facts["available"] == 300
    booked(session, "release", scene.envelope_id, 300)
    with pytest.raises(DatabaseError, match="releases what voted"), session.begin_nested():
        booked(session, "release", scene.envelope_id, 1)
    make_executory(session, act.id, on=HELD_ON, actor=scene.officer, now=NOW)
    booked(session, "reserve", scene.envelope_id, 1)
    booked(session, "release", scene.envelope_id, 1)


def by_the_bureau(session, scene, *items, number="B-1", held_on=HELD_ON, body=Body.BUREAU):
    sitting = open_session(
        session, scene.funder.id, body=body, held_on=held_on, actor=scene.officer, now=NOW
    )
    return deliberate(
        session,
        sitting.id,
        number=number,
        object="Soutien",
        vote=OF_FIVE,
        items=items,
        actor=scene.officer,
        now=NOW,
    )


def test_the_bureau_decides_within_what_the_council_delegated(session):
    scene = a_scene(session, applications=3)
    with pytest.raises(Refused, match=r"delegation\.missing"), session.begin_nested():
        by_the_bureau(session, scene, an_award(scene))
    given = a_delegation(session, scene.funder, scene.officer)
    with pytest.raises(Refused, match=r"delegation\.amount") as refused, session.begin_nested():
        by_the_bureau(session, scene, an_award(scene, amount=1_000_001))
    assert refused.value.facts["ceiling_cents"] == 1_000_000
    prize = an_award(scene, instrument=Instrument.PRIZE)
    with pytest.raises(Refused, match=r"delegation\.instrument"), session.begin_nested():
        by_the_bureau(session, scene, prize)
    with pytest.raises(Refused, match=r"delegation\.missing"), session.begin_nested():
        by_the_bureau(session, scene, an_award(scene), body=Body.PRESIDENT)
    act = by_the_bureau(session, scene, an_award(scene), a_refusal(scene))
    assert act.delegation_id == given.id
    note = {"actor": scene.officer, "now": NOW}
    with pytest.raises(Refused, match="used_since"):
        end_delegation(session, given.id, on=HELD_ON, **note)
    end_delegation(session, given.id, on=HELD_ON + timedelta(days=1), **note)
    with pytest.raises(Refused, match=r"delegation\.missing"):
        by_the_bureau(
            session, scene, an_award(scene, 2), held_on=HELD_ON + timedelta(days=1), number="B-2"
        )


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ((Body.BUREAU, HELD_ON, 1_000_001, "grant"), "exceeds the delegation"),
        ((Body.BUREAU, HELD_ON, 1_000_000, "prize"), "exceeds the delegation"),
        ((Body.BUREAU, date(2018, 1, 14), 5, "grant"), "no delegation in force"),
        ((Body.BUREAU, date(2018, 12, 1), 5, "grant"), "no delegation in force"),
        ((Body.PRESIDENT, HELD_ON, 5, "grant"), "no delegation in force"),
        ((Body.COUNCIL, HELD_ON, 5, "grant"), "no delegation in force"),
    ],
)
def test_by_hand_no_act_goes_beyond_its_delegation(session, case, told):
    body, held_on, amount, instrument = case
    scene = a_scene(session)
    given = a_delegation(session, scene.funder, scene.officer, until_on=date(2018, 11, 30))
    sitting = open_session(
        session, scene.funder.id, body=body, held_on=held_on, actor=scene.officer, now=NOW
    )

    def write() -> None:
        act = Deliberation(
            council_session_id=sitting.id,
            funder_id=scene.funder.id,
            delegation_id=given.id,
            number="B-9",
            object="À la main",
            voted_on=held_on,
            adopted=True,
            recorded_by=scene.officer.id,
            recorded_at=NOW,
            fingerprint="x",
            **{name: getattr(OF_FIVE, name) for name in vars(OF_FIVE)},
        )
        session.add(act)
        session.flush()
        session.add(
            Decision(
                deliberation_id=act.id,
                position=1,
                application_id=scene.applications[0].id,
                funder_id=scene.funder.id,
                outcome="award",
                instrument=instrument,
                amount=amount,
                unit=Unit.EUR,
                envelope_id=scene.envelope_id,
            )
        )
        session.flush()

    with pytest.raises(DatabaseError, match=told), session.begin_nested():
        write()


def test_two_awards_to_one_application_do_not_slip_under_the_ceiling(session):
    scene = a_scene(session)
    a_delegation(session, scene.funder, scene.officer)
    second = an_envelope(session, scene.funder)
    draws_on(session, scene.call, second, scene.funder)
    halves = [
        an_award(scene, amount=600_000),
        an_award(scene, amount=600_000, envelope_id=second),
    ]
    with pytest.raises(Refused, match=r"delegation\.amount"):
        by_the_bureau(session, scene, *halves)
