"""Booking: what moves, what is refused and how, what happens twice."""

from __future__ import annotations

import contextlib
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from build.clock import NOW
from build.ledger import a_book, an_award, an_envelope, booked
from build.people import a_funder, a_funder_member, acting_as
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.money import Unit
from grants.ledger import queries, services
from grants.ledger.models import OperationRow
from grants.ledger.operations import OPERATIONS, Section, Stage
from grants.ledger.services import Movement
from grants.ledger.verify import as_stored, verify
from grants.outbox.models import Delivery
from grants.outbox.queries import history
from grants.outbox.services import News


def held(session, envelope) -> dict[str, int]:
    line = queries.envelope_line(session, envelope.id)
    names = [stage for stage in Stage if stage not in {Stage.VOTED, Stage.CLAIM_CONTRA}]
    return {name.value: getattr(line, name) for name in names if getattr(line, name)}


def checked(session) -> None:
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert verify(session) == []


def test_postgresql_and_python_hold_the_same_table_of_operations(session):
    rows = {row.name: as_stored(row) for row in session.scalars(select(OperationRow))}
    assert rows == {name: as_stored(one) for name, one in OPERATIONS.items()}


def test_an_award_walks_from_the_vote_to_the_bank(session):
    envelope = an_envelope(session, voted=100_00)
    award = uuid4()
    assert held(session, envelope) == {"available": 100_00}
    booked(session, "reserve", envelope.id, 40_00)
    assert held(session, envelope) == {"available": 60_00, "reserved": 40_00}
    booked(session, "commit_reserved", envelope.id, 30_00, award)
    booked(session, "release", envelope.id, 10_00)
    assert held(session, envelope) == {"available": 70_00, "committed": 30_00}
    booked(session, "order", envelope.id, 25_00, award)
    booked(session, "cancel_order", envelope.id, 1_00, award)
    booked(session, "pay", envelope.id, 24_00, award)
    booked(session, "reject_payment", envelope.id, 4_00, award)
    assert held(session, envelope) == {
        "available": 70_00,
        "committed": 6_00,
        "ordered": 4_00,
        "paid": 20_00,
    }
    booked(session, "claim_back", envelope.id, 5_00, award)
    booked(session, "recover", envelope.id, 2_00, award)
    booked(session, "decommit", envelope.id, 6_00, award)
    booked(session, "lapse", envelope.id, 70_00)
    assert held(session, envelope) == {
        "available": 6_00,
        "ordered": 4_00,
        "paid": 20_00,
        "lapsed": 70_00,
        "claimed": 3_00,
        "recovered": 2_00,
    }
    assert queries.award_balances(session, [award]) == {
        award: {
            Stage.ORDERED: 4_00,
            Stage.PAID: 20_00,
            Stage.CLAIMED: 3_00,
            Stage.RECOVERED: 2_00,
        }
    }
    assert queries.award_envelopes(session, [award])[award][envelope.id][Stage.PAID] == 20_00
    checked(session)


def test_an_amending_decision_takes_back_only_what_is_free(session):
    envelope = an_envelope(session, voted=100)
    an_award(session, envelope.id, 70)
    with pytest.raises(Refused) as refusal:
        booked(session, "vote", envelope.id, -31)
    assert refusal.value.code == "ledger.insufficient"
    booked(session, "vote", envelope.id, -30)
    line = queries.envelope_line(session, envelope.id)
    assert (line.voted, line.available, line.committed) == (70, 0, 70)
    checked(session)


def test_a_shortage_names_every_short_envelope_and_books_nothing(session):
    book = a_book(session)
    wealthy = an_envelope(session, book, voted=100)
    poor = an_envelope(session, book, label="Soutien direct", voted=10)
    area = an_envelope(session, book, label="Maison de l’ESS", unit=Unit.SQUARE_METRE, voted=5)
    wanted = [(wealthy, 60), (poor, 7), (poor, 8), (area, 6)]
    with pytest.raises(Refused) as refusal:
        services.book(
            session,
            "commit",
            [Movement(envelope.id, amount, uuid4()) for envelope, amount in wanted],
            key="deliberation",
            on=paris_date(NOW),
            reason="DEL",
            actor=SYSTEM,
            now=NOW,
        )
    facts = dict(refusal.value.facts)
    shortages = facts.pop("shortages")
    assert refusal.value.code == "ledger.insufficient"
    assert facts == {
        "envelope": "Soutien direct",
        "unit": "EUR",
        "available": 10,
        "asked": 15,
        "missing": 5,
    }
    assert [(one["envelope"], one["unit"], one["missing"]) for one in shortages] == [
        ("Soutien direct", "EUR", 5),
        ("Maison de l’ESS", "m2", 1),
    ]
    assert held(session, wealthy) == {"available": 100}
    assert book.last_number == 0
    checked(session)


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("release", "ledger.exceeds_reserved"),
        ("commit_reserved", "ledger.exceeds_reserved"),
        ("decommit", "ledger.exceeds_committed"),
        ("order", "ledger.exceeds_committed"),
        ("cancel_order", "ledger.exceeds_ordered"),
        ("pay", "ledger.exceeds_ordered"),
        ("reject_payment", "ledger.exceeds_paid"),
        ("claim_back", "ledger.exceeds_paid"),
        ("recover", "ledger.exceeds_claimed"),
    ],
)
def test_nothing_leaves_a_stage_that_did_not_reach_it(session, operation, code):
    envelope = an_envelope(session, voted=100)
    award = uuid4() if OPERATIONS[operation].per_award else None
    with pytest.raises(Refused) as refusal:
        booked(session, operation, envelope.id, 1, award)
    assert refusal.value.code == code
    assert (refusal.value.facts["available"], refusal.value.facts["missing"]) == (0, 1)


def test_the_commitment_of_one_award_pays_no_other(session):
    envelope = an_envelope(session, voted=100)
    an_award(session, envelope.id, 60)
    with pytest.raises(Refused, match="exceeds_committed"):
        booked(session, "order", envelope.id, 1, uuid4())


def test_no_more_is_claimed_back_than_was_paid_and_not_claimed_yet(session):
    envelope = an_envelope(session, voted=100)
    award = an_award(session, envelope.id, 50, until="pay")
    booked(session, "claim_back", envelope.id, 30, award)
    booked(session, "recover", envelope.id, 30, award)
    with pytest.raises(Refused) as refusal:
        booked(session, "claim_back", envelope.id, 21, award)
    assert (refusal.value.code, refusal.value.facts["available"]) == ("ledger.exceeds_paid", 20)
    booked(session, "claim_back", envelope.id, 20, award)
    assert queries.envelope_line(session, envelope.id).available == 50
    checked(session)


def test_what_was_claimed_back_is_not_sent_back_as_rejected(session):
    envelope = an_envelope(session, voted=100)
    award = an_award(session, envelope.id, 50, until="pay")
    booked(session, "claim_back", envelope.id, 30, award)
    with pytest.raises(Refused) as refusal:
        booked(session, "reject_payment", envelope.id, 21, award)
    assert (refusal.value.code, refusal.value.facts["available"]) == ("ledger.exceeds_paid", 20)
    booked(session, "reject_payment", envelope.id, 20, award)
    checked(session)


def test_the_same_key_is_the_same_entry(session):
    envelope = an_envelope(session, voted=100)
    award = uuid4()
    first = booked(session, "commit", envelope.id, 60, award, key="once")
    again = booked(session, "commit", envelope.id, 60, award, key="once", reason="Retried")
    assert (first.already, again.already) == (False, True)
    assert (again.id, again.number, again.hash) == (first.id, first.number, first.hash)
    assert held(session, envelope) == {"available": 40, "committed": 60}


def test_what_it_tells_is_told_with_the_entry_once_and_not_of_a_refusal(session):
    envelope, subject = an_envelope(session, voted=100), uuid4()
    news = News("test.reserved", None, subject, {"amount": 60})
    for key in ("once", "once", "another"):  # then nothing is left for the other
        with contextlib.suppress(Refused):
            booked(session, "reserve", envelope.id, 60, key=key, tells=news)
    (message,) = history(session, subject=subject)
    said = (message.kind, message.actor_id, message.at, message.payload)
    assert said == ("test.reserved", SYSTEM.id, NOW, {"amount": 60})
    assert session.get_one(Delivery, message.id).due_at == NOW


def test_a_key_is_not_used_for_something_else(session):
    envelope = an_envelope(session, voted=100)
    award = uuid4()
    booked(session, "commit", envelope.id, 60, award, key="once")
    with pytest.raises(Refused, match=r"ledger\.key_reused"):
        booked(session, "commit", envelope.id, 61, award, key="once")
    with pytest.raises(Refused, match=r"ledger\.key_reused"):
        booked(session, "decommit", envelope.id, 60, award, key="once")


def test_a_transfer_moves_credits_and_their_vote(session):
    book = a_book(session)
    here, there = an_envelope(session, book, voted=100), an_envelope(session, book, voted=20)
    booked(session, "transfer", here.id, 40, to=there.id)
    lines = queries.envelopes(session, [book.funder_id], 2018)
    assert [(one.voted, one.available) for one in lines] == [(60, 60), (60, 60)]
    with pytest.raises(Refused, match=r"ledger\.insufficient"):
        booked(session, "transfer", here.id, 61, to=there.id)
    checked(session)


@pytest.mark.parametrize("other", ["unit", "section", "itself", "book"])
def test_a_transfer_stays_in_its_unit_section_and_book(session, other):
    book = a_book(session)
    here = an_envelope(session, book, voted=100)
    there = {
        "unit": lambda: an_envelope(session, book, unit=Unit.HOUR),
        "section": lambda: an_envelope(session, book, section=Section.CAPITAL),
        "itself": lambda: here,
        "book": lambda: an_envelope(session),
    }[other]()
    code = "ledger.several_books" if other == "book" else "ledger.transfer_across"
    with pytest.raises(Refused) as refusal:
        booked(session, "transfer", here.id, 1, to=there.id)
    assert refusal.value.code == code


def test_what_is_carried_over_is_credits_of_the_next_book(session):
    funder = a_funder(session)
    old = an_envelope(session, a_book(session, funder, 2018), voted=100)
    new = an_envelope(session, a_book(session, funder, 2019), voted=7)
    award = an_award(session, old.id, 30)
    entry = booked(session, "carry_over", old.id, 50, to=new.id, key="year-end")
    again = booked(session, "carry_over", old.id, 50, to=new.id, key="year-end")
    assert again.id == entry.id
    booked(session, "carry_commitment", old.id, 30, award, to=new.id)
    assert held(session, old) == {"available": 20, "carried": 80}
    assert held(session, new) == {"available": 57, "committed": 30}
    assert queries.envelope_line(session, new.id).voted == 87
    booked(session, "order", new.id, 30, award)
    checked(session)


def test_nothing_is_carried_back_in_time_or_to_another_funder(session):
    funder = a_funder(session)
    old = an_envelope(session, a_book(session, funder, 2018), voted=100)
    past = an_envelope(session, a_book(session, funder, 2017))
    foreign = an_envelope(session, a_book(session, year=2019))
    for target in (past, foreign):
        with pytest.raises(Refused, match=r"ledger\.not_next_book"):
            booked(session, "carry_over", old.id, 1, to=target.id)
    with pytest.raises(Unknown):
        booked(session, "carry_over", old.id, 1, to=uuid4())
    with pytest.raises(ValueError, match="carry_over"):
        booked(session, "bring_forward", old.id, 1)


def test_an_entry_is_of_one_book(session):
    one, two = an_envelope(session, voted=5), an_envelope(session, voted=5)
    with pytest.raises(Refused, match=r"ledger\.several_books"):
        services.book(
            session,
            "reserve",
            [Movement(one.id, 1), Movement(two.id, 1)],
            key="k",
            on=paris_date(NOW),
            reason="Test",
            actor=SYSTEM,
            now=NOW,
        )


def test_roles_are_asked_for_the_funder_of_the_book(session):
    funder, other = a_funder(session), a_funder(session)
    envelope = an_envelope(session, a_book(session, funder), voted=100)
    officer = acting_as(session, a_funder_member(session, funder, FunderRole.OFFICER))
    stranger = acting_as(session, a_funder_member(session, other, *FunderRole))
    booked(session, "commit", envelope.id, 1, uuid4(), actor=officer)
    with pytest.raises(Forbidden):
        booked(session, "vote", envelope.id, 1, actor=officer)
    with pytest.raises(Unknown):
        booked(session, "vote", envelope.id, 1, actor=stranger)
    with pytest.raises(Unknown):
        booked(session, "vote", uuid4(), 1)


def test_a_year_is_opened_once_and_told(session):
    funder = a_funder(session)
    book = a_book(session, funder, 2019)
    assert a_book(session, funder, 2019).id == book.id
    assert [message.kind for message in history(session, subject=book.id)] == ["book.opened"]
    with pytest.raises(Unknown):
        queries.book_of_year(session, funder.id, 2020)
    with pytest.raises(Unknown):
        queries.book(session, uuid4())


def test_a_label_names_one_envelope_of_a_book(session):
    book = a_book(session)
    first = an_envelope(session, book, label="ESS")
    second = an_envelope(session, book, label="Autre")
    with pytest.raises(Refused, match=r"ledger\.label_taken"):
        an_envelope(session, book, label=" ESS ")
    with pytest.raises(Refused, match=r"ledger\.label_taken"):
        services.rename_envelope(session, second.id, label="ESS", actor=SYSTEM, now=NOW)
    services.rename_envelope(session, first.id, label="ESS 2018", actor=SYSTEM, now=NOW)
    assert queries.envelope_line(session, first.id).label == "ESS 2018"
    for missing in (queries.envelope_line, queries.locked_envelope):
        with pytest.raises(Unknown):
            missing(session, uuid4())


@pytest.mark.parametrize(
    ("unit", "section"), [(Unit.EUR, Section.NONE), (Unit.HOUR, Section.CAPITAL)]
)
def test_money_has_a_section_and_nothing_else_does(session, unit, section):
    with pytest.raises(Refused, match=r"ledger\.section_for_money"):
        an_envelope(session, unit=unit, section=section)


def test_the_journal_is_read_from_the_latest_entry_down(session):
    book = a_book(session)
    envelope = an_envelope(session, book, label="ESS", voted=100)
    for amount in (1, 2, 3):
        booked(session, "reserve", envelope.id, amount, reason=f"R{amount}")
    page = queries.journal(session, book.id, limit=2)
    assert [(one.number, one.reason) for one in page] == [(4, "R3"), (3, "R2")]
    legs = [(leg.envelope, leg.stage, leg.amount) for leg in page[0].lines]
    assert legs == [("ESS", Stage.AVAILABLE, -3), ("ESS", Stage.RESERVED, 3)]
    rest = queries.journal(session, book.id, before=3)
    assert [one.number for one in rest] == [2, 1]


def test_a_book_is_read_by_those_who_work_for_its_funder(session):
    funder = a_funder(session)
    old, new = a_book(session, funder, 2018), a_book(session, funder, 2019)
    a_book(session, year=2019)
    envelope = an_envelope(session, old, voted=1)
    auditor = acting_as(session, a_funder_member(session, funder, FunderRole.AUDITOR))
    stranger = acting_as(session, a_funder_member(session, a_funder(session), *FunderRole))
    found = queries.books(session, viewer=auditor)
    assert [(one.id, one.entries) for one in found] == [(new.id, 0), (old.id, 1)]
    assert queries.readable_line(session, envelope.id, viewer=auditor).voted == 1
    assert [one.id for one in queries.envelopes(session, [funder.id])] == [envelope.id]
    with pytest.raises(Unknown):
        queries.readable_line(session, envelope.id, viewer=stranger)
    assert [one.id for one in queries.books(session, viewer=stranger)] == []
