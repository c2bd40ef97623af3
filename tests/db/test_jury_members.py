"""Composing a jury and sharing out its reading: invite, accept, decline, assign."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from build.clock import NOW
from build.counting import number, told
from build.juries import (
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    an_application_in_review,
    an_assignment,
    as_juror,
)
from build.people import a_person, acting_as, an_organisation
from grants.applications.models import ApplicationState
from grants.juries import queries, services
from grants.juries.models import SEATS_MAX, Assignment, ReviewState, SeatRole
from grants.juries.roster import Listed
from grants.kernel.errors import Refused, Unknown
from grants.people.models import OneTimeLink, Purpose

# Inviting, accepting, declining.


def test_an_invitation_makes_a_seat_a_link_and_a_message(session, panel, officer):
    seat = services.invite(
        session,
        panel.jury.id,
        email=" Jeanne@Example.org ",
        name="Jeanne Roy",
        actor=officer,
        now=NOW,
    )
    assert (seat.email, seat.answer, seat.role) == ("jeanne@example.org", "pending", SeatRole.JUROR)
    link = session.scalars(select(OneTimeLink)).one()
    assert link.purpose is Purpose.INVITATION
    assert link.payload["next"] == f"/jury/invitations/{seat.id}"
    [message] = told(session, "juror.invited")
    assert message.payload["link"] == str(link.id)
    assert "jeanne" not in str(message.payload)


def test_inviting_again_whoever_declined_asks_again(session, panel, officer):
    seat = a_seat(session, panel.jury, accepted=False, declined_at=NOW, decline_reason="Absente")
    services.invite(
        session, panel.jury.id, email=seat.email, name=seat.name, actor=officer, now=NOW
    )
    assert (seat.answer, seat.decline_reason) == ("pending", None)


def test_whoever_sits_is_not_invited_again(session, panel, officer):
    with pytest.raises(Refused, match=r"juror.invite.already_seated"):
        services.invite(
            session,
            panel.jury.id,
            email=panel.seats[0].email,
            name="x",
            actor=officer,
            now=NOW,
        )


def test_only_an_officer_of_the_call_invites(session, panel):
    stranger = acting_as(session, a_panel(session).officer)
    for actor in (stranger, as_juror(session, panel.jurors[0])):
        with pytest.raises(Unknown):
            services.invite(session, panel.jury.id, email="a@b", name="x", actor=actor, now=NOW)


def test_accepting_takes_the_charter_with_the_seat(session, panel):
    person = a_person(session)
    seat = a_seat(session, panel.jury, person=person, accepted=False)
    actor = acting_as(session, person)
    with pytest.raises(Refused, match=r"juror.accept.charter"):
        services.accept(session, seat.id, charter=False, actor=actor, now=NOW)
    services.accept(session, seat.id, charter=True, actor=actor, now=NOW)
    assert (seat.person_id, seat.accepted_at, seat.charter_accepted_at) == (person.id, NOW, NOW)
    services.accept(session, seat.id, charter=True, actor=actor, now=NOW + timedelta(days=1))
    assert seat.accepted_at == NOW
    assert len(told(session, "juror.accepted")) == 1


def test_a_seat_offered_to_another_does_not_exist(session, panel):
    seat = a_seat(session, panel.jury, accepted=False)
    stranger = acting_as(session, a_person(session))
    with pytest.raises(Unknown):
        services.accept(session, seat.id, charter=True, actor=stranger, now=NOW)


def test_accepting_a_second_seat_of_one_jury_is_refused(session, panel, juror):
    seat = a_seat(session, panel.jury, accepted=False, email=juror.email + "x")
    seat.email = "autre@example.org"
    session.flush()
    other = as_juror(session, panel.jurors[0])
    actor = type(other)(**{**other.__dict__, "email": "autre@example.org"})
    with pytest.raises(Refused, match=r"juror.accept.already_seated"):
        services.accept(session, seat.id, charter=True, actor=actor, now=NOW)


def test_accepting_leaves_out_the_file_of_ones_own_organisation(session, panel):
    person = a_person(session)
    seat = a_seat(session, panel.jury, person=person, accepted=False)
    own = an_organisation(session, representative=person)
    panel.applications[0].organisation_id = own.id
    session.flush()
    an_assignment(session, seat, panel.applications[0])
    services.accept(session, seat.id, charter=True, actor=acting_as(session, person), now=NOW)
    assert session.scalars(select(Assignment).where(Assignment.seat_id == seat.id)).all() == []


def test_declining_says_why_and_frees_the_files(session, panel):
    person = a_person(session)
    seat = a_seat(session, panel.jury, person=person, accepted=False)
    an_assignment(session, seat, panel.applications[0])
    actor = acting_as(session, person)
    services.decline(session, seat.id, reason=" En congé. ", actor=actor, now=NOW)
    assert (seat.answer, seat.decline_reason) == ("declined", "En congé.")
    assert session.scalars(select(Assignment).where(Assignment.seat_id == seat.id)).all() == []
    with pytest.raises(Refused, match=r"juror.accept.declined"):
        services.accept(session, seat.id, charter=True, actor=actor, now=NOW)


def test_whoever_accepted_no_longer_declines(session, panel, juror):
    with pytest.raises(Refused, match=r"juror.decline.accepted"):
        services.decline(session, panel.seats[0].id, reason="", actor=juror, now=NOW)


# Assigning.


def test_everyone_reads_everything_once(session, officer, panel):
    more = [an_application_in_review(session, panel.call) for _ in range(2)]
    a_seat(session, panel.jury, accepted=False)
    declined = a_seat(session, panel.jury, accepted=False, declined_at=NOW)
    given = services.assign_everyone(session, panel.jury.id, actor=officer, now=NOW)
    assert given == 2 * 3 - 1  # two seats, three files, one of them given before
    assert services.assign_everyone(session, panel.jury.id, actor=officer, now=NOW) == 0
    assert number(session, Assignment) == 6
    assert not session.scalars(select(Assignment).where(Assignment.seat_id == declined.id)).all()
    assert len(told(session, "jury.assigned")) == 1
    assert len(more) == 2


@pytest.mark.parametrize(
    "state",
    [
        s
        for s in ApplicationState
        if s not in {ApplicationState.IN_REVIEW, ApplicationState.FINALIST}
    ],
)
def test_only_what_is_in_review_is_assigned(session, state):
    panel = a_panel(session, applications=0)
    an_application_in_review(session, panel.call, state=state)
    officer = acting_as(session, panel.officer)
    assert services.assign_everyone(session, panel.jury.id, actor=officer, now=NOW) == 0


def test_assigning_skips_recusals_and_own_files(session):
    panel = a_panel(session, jurors=2, applications=2, assigned=False)
    a_recusal(session, panel.jurors[0], panel.applications[0])
    panel.applications[1].author_id = panel.jurors[1].id
    session.flush()
    officer = acting_as(session, panel.officer)
    assert services.assign_everyone(session, panel.jury.id, actor=officer, now=NOW) == 2
    pairs = set(session.execute(select(Assignment.seat_id, Assignment.application_id)))
    assert pairs == {
        (panel.seats[0].id, panel.applications[1].id),
        (panel.seats[1].id, panel.applications[0].id),
    }


def test_assigning_is_one_insert_whatever_the_number(session, officer, panel, statements):
    for _ in range(3):
        an_application_in_review(session, panel.call)
    statements.clear()
    services.assign_everyone(session, panel.jury.id, actor=officer, now=NOW)
    # The jury (its funders and criteria apart), the insert, the message; then the radar: the
    # seats, how many files, its eight questions.
    assert len(statements) == 15


def test_files_are_given_and_taken_back_by_hand(session):
    panel = a_panel(session, applications=3, assigned=False)
    officer = acting_as(session, panel.officer)
    seat, files = panel.seats[0], [one.id for one in panel.applications]
    asked = {"actor": officer, "now": NOW}
    assert services.assign(session, panel.jury.id, seat.id, files[:2], **asked) == 2
    a_review(session, seat, panel.applications[0], 5, state=ReviewState.DRAFT)
    # What is begun stays.
    assert services.unassign(session, panel.jury.id, seat.id, files, **asked) == 1
    left = session.scalars(select(Assignment.application_id)).all()
    assert left == [panel.applications[0].id]


def test_a_seat_of_another_jury_does_not_exist_here(session, panel, officer):
    other = a_panel(session)
    with pytest.raises(Unknown):
        services.assign(session, panel.jury.id, other.seats[0].id, [], actor=officer, now=NOW)


SEATS = """INSERT INTO seat (id, jury_id, email, name, role, invited_at)
    SELECT gen_random_uuid(), :jury, 'm' || n || '@example.org', 'M', 'juror', :now
    FROM generate_series(1, :many) n"""


def test_a_jury_has_as_many_seats_as_its_lists_show_and_refuses_more(session, panel):
    officer, jury_id = as_juror(session, panel.officer), panel.jury.id
    facts = {"jury": jury_id, "now": NOW, "many": SEATS_MAX - len(panel.seats) - 1}
    session.execute(text(SEATS), facts)
    by = {"actor": officer, "now": NOW}
    both = [Listed("Zoé Roy", "zoe@example.org"), Listed("Ali Roy", "ali@example.org")]
    with pytest.raises(Refused, match=r"juror\.invite\.full"):
        services.invite_list(session, jury_id, both, **by)
    assert services.invite_list(session, jury_id, [both[0], both[0]], **by) == 1
    assert len(queries.members(session, panel.jury, officer)) == SEATS_MAX
    assert services.invite_list(session, jury_id, both[:1], **by) == 0  # who has a seat keeps it
    with pytest.raises(Refused, match=r"juror\.invite\.full"):
        services.invite(session, jury_id, email="ali@example.org", name="Ali Roy", **by)
