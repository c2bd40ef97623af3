"""What members and officers do with a jury: invite, accept, assign, recuse, score."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from build.clock import NOW
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
from grants.calls.models import Stage
from grants.juries import queries, services
from grants.juries.models import Assignment, Mark, Recusal, Review, ReviewState, Seat, SeatRole
from grants.juries.services import Intent, Written
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message
from grants.people.models import OneTimeLink, Purpose


def told(session, kind):
    return session.scalars(select(Message).where(Message.kind == kind)).all()


def number(session, model):
    return session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def panel(session):
    return a_panel(session)


@pytest.fixture
def officer(session, panel):
    return acting_as(session, panel.officer)


@pytest.fixture
def juror(session, panel):
    return as_juror(session, panel.jurors[0])


def save(session, panel, juror, *values, intent=Intent.SAVE, version=0, **comments):
    marks = {c.key: v for c, v in zip(panel.criteria, values, strict=False)}
    return services.save_review(
        session,
        panel.jury.id,
        panel.applications[0].id,
        Written(version=version, marks=marks, **comments),
        intent=intent,
        actor=juror,
        now=NOW,
    )


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
    # The jury (its funders and criteria apart), the insert, the message.
    assert len(statements) == 5


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


# Scoring.


def test_a_draft_keeps_what_was_written(session, panel, juror):
    save(session, panel, juror, 7, None, comment_jury="Solide.", private_note="À revoir")
    review = session.scalars(select(Review)).one()
    assert (review.state, review.total, review.version) == (ReviewState.DRAFT, None, 1)
    assert (review.comment_jury, review.private_note) == ("Solide.", "À revoir")
    marks = dict(session.execute(select(Mark.criterion_id, Mark.value)).all())
    assert marks == {panel.criteria[0].id: 7, panel.criteria[1].id: None}
    assert told(session, "review.finalised") == []


def test_finishing_computes_the_total_and_tells_it(session, panel, juror):
    save(session, panel, juror, 7, 5, intent=Intent.FINALISE)
    review = session.scalars(select(Review)).one()
    assert (review.state, review.total, review.finalised_at) == (ReviewState.FINAL, 62_000, NOW)
    [message] = told(session, "review.finalised")
    assert message.payload["application"] == str(panel.applications[0].id)


def test_an_abstention_on_a_criterion_is_no_zero(session, panel, juror):
    save(session, panel, juror, 8, None, intent=Intent.FINALISE)
    assert session.scalars(select(Review.total)).one() == 80_000


def test_a_draft_is_finished_later_from_its_marks_on_screen(session, panel, juror):
    save(session, panel, juror, 2)
    save(session, panel, juror, 7, 5, version=1, intent=Intent.FINALISE)
    assert session.scalars(select(Review.total)).one() == 62_000


def test_an_answer_taken_back_leaves_no_mark(session, panel, juror):
    save(session, panel, juror, 2, 3)
    save(session, panel, juror, 4, version=1)
    assert session.scalars(select(Mark.value)).all() == [4]


def test_finishing_wants_every_criterion(session, panel, juror):
    with pytest.raises(Refused, match=r"review.incomplete") as caught:
        save(session, panel, juror, 7, intent=Intent.FINALISE)
    assert caught.value.facts == {"count": 1, "missing": ["criterion2"]}


def test_abstaining_from_everything_is_not_a_score(session, panel, juror):
    with pytest.raises(Refused, match=r"review.all_abstained"):
        save(session, panel, juror, None, None, intent=Intent.FINALISE)


def test_abstaining_from_a_file_keeps_it_out_of_the_figures(session, panel, juror):
    save(session, panel, juror, 7, intent=Intent.ABSTAIN)
    review = session.scalars(select(Review)).one()
    assert (review.state, review.total, review.finalised_at) == (ReviewState.ABSTAINED, None, NOW)
    [line] = queries.ranking(session, panel.jury, acting_as(session, panel.officer)).lines
    assert (line.scores, line.abstentions, line.mean, line.rank) == (0, 1, None, None)


def test_an_abstention_may_be_taken_back(session, panel, juror):
    save(session, panel, juror, intent=Intent.ABSTAIN)
    save(session, panel, juror, 7, 5, version=1, intent=Intent.FINALISE)
    assert session.scalars(select(Review.state)).one() is ReviewState.FINAL


@pytest.mark.parametrize("intent", Intent)
def test_a_final_review_takes_nothing_more(session, panel, juror, intent):
    save(session, panel, juror, 7, 5, intent=Intent.FINALISE)
    with pytest.raises(Refused, match=f"review.{intent}.from_final"):
        save(session, panel, juror, 1, 1, version=1, intent=intent)


def test_a_second_window_is_told_that_the_first_saved(session, panel, juror):
    save(session, panel, juror, 7)
    with pytest.raises(Refused, match=r"review.stale"):
        save(session, panel, juror, 1, version=0)
    assert session.scalars(select(Mark.value)).one() == 7


@pytest.mark.parametrize("value", [-1, 11])
def test_a_mark_off_its_scale_is_refused(session, panel, juror, value):
    with pytest.raises(Refused, match=r"review.mark_off_scale"):
        save(session, panel, juror, value)


def test_a_mark_on_an_unknown_criterion_is_refused(session, panel, juror):
    with pytest.raises(Refused, match=r"review.mark_off_scale"):
        services.save_review(
            session,
            panel.jury.id,
            panel.applications[0].id,
            Written(version=0, marks={"elsewhere": 1}),
            actor=juror,
            now=NOW,
        )


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ((date(2018, 10, 2), None), "jury.reads_later"),
        ((None, date(2018, 9, 30)), "jury.has_read"),
        ((date(2018, 10, 1), date(2018, 10, 1)), None),
    ],
)
def test_a_jury_reads_from_its_first_day_to_the_end_of_its_last(session, panel, juror, dates, code):
    stage = session.get_one(Stage, panel.jury.stage_id)
    stage.starts_on, stage.ends_on = dates
    session.flush()
    if code is None:
        save(session, panel, juror, 7)
    else:
        with pytest.raises(Refused, match=code):
            save(session, panel, juror, 7)


def test_scoring_takes_as_many_statements_for_two_criteria_as_for_five(
    session, panel, juror, statements
):
    statements.clear()
    save(session, panel, juror, 7, 5, intent=Intent.FINALISE)
    # The seat's lock; the sheet; the review; its marks; its final state; the message.
    assert len(statements) == 6


# Recusals.


def test_a_recusal_is_recorded_once_with_its_reason(session, panel, juror):
    given = {"jury_id": panel.jury.id, "reason": " Conflit. ", "now": NOW}
    services.recuse(session, panel.applications[0].id, actor=juror, **given)
    again = as_juror(session, panel.jurors[0])
    services.recuse(session, panel.applications[0].id, actor=again, **given)
    recusal = session.scalars(select(Recusal)).one()
    assert (recusal.reason, recusal.jury_id) == ("Conflit.", panel.jury.id)
    [message] = told(session, "recusal.declared")
    assert message.subject_id == panel.applications[0].id
    assert "Conflit" not in str(message.payload)


def test_a_recusal_wants_a_reason(session, panel, juror):
    with pytest.raises(Refused, match=r"recusal.reason"):
        services.recuse(
            session,
            panel.applications[0].id,
            jury_id=panel.jury.id,
            reason="  ",
            actor=juror,
            now=NOW,
        )


def test_nobody_recuses_from_what_they_do_not_read(session, panel, juror):
    stranger = an_application_in_review(session, panel.call)
    with pytest.raises(Unknown):
        services.recuse(
            session, stranger.id, jury_id=panel.jury.id, reason="x", actor=juror, now=NOW
        )


def test_an_officer_recuses_too_and_sees_nothing_more(session, panel, officer):
    services.recuse(session, panel.applications[0].id, reason="x", actor=officer, now=NOW)
    officer = as_juror(session, panel.officer)
    assert officer.recused_from == {panel.applications[0].id}
    assert queries.ranking(session, panel.jury, officer).lines == []


def test_the_chair_and_officers_impose_a_recusal_and_jurors_do_not(session, panel, officer):
    chair = a_seat(session, panel.jury, role=SeatRole.CHAIR)
    given = {"reason": "Lien familial", "now": NOW}
    target = (panel.seats[0].id, panel.applications[0].id)
    with pytest.raises(Unknown):
        services.impose_recusal(session, *target, actor=as_juror(session, panel.jurors[0]), **given)
    presiding = as_juror(session, session.get(type(panel.officer), chair.person_id))
    services.impose_recusal(session, *target, actor=presiding, **given)
    services.impose_recusal(session, *target, actor=officer, **given)
    recusal = session.scalars(select(Recusal)).one()
    assert (recusal.person_id, recusal.origin) == (panel.jurors[0].id, "imposed")


def test_nobody_is_recused_from_an_empty_seat(session, panel, officer):
    seat = a_seat(session, panel.jury, accepted=False)
    with pytest.raises(Refused, match=r"recusal.nobody"):
        services.impose_recusal(
            session, seat.id, panel.applications[0].id, reason="x", actor=officer, now=NOW
        )


def test_seats_of_an_unaccepted_charter_give_nothing_to_read(session, panel):
    person = a_person(session)
    seat = a_seat(session, panel.jury, person=person, accepted=False)
    an_assignment(session, seat, panel.applications[0])
    actor = as_juror(session, person)
    with pytest.raises(Unknown):
        queries.own_seat(session, panel.jury.id, actor)
    with pytest.raises(Unknown):
        queries.sheet(session, panel.jury.id, panel.applications[0].id, actor, now=NOW)
    assert session.get(Seat, seat.id).answer == "pending"
