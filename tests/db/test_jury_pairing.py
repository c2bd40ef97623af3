"""Who reads what, computed over the database: read in bulk, kept, applied once, explained."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from build.clock import NOW
from build.juries import (
    Panel,
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    an_assignment,
    as_juror,
)
from build.people import a_member, a_person, acting_as
from grants.juries import queries, services
from grants.juries.matching.explaining import Code, explain, why_not
from grants.juries.matching.problem import Plan, Shortfall, Weights
from grants.juries.matching.solving import solve
from grants.juries.models import (
    Answer,
    Assignment,
    AssignmentPlan,
    ConflictHint,
    HintKind,
    Liking,
    ReadingPreference,
    ReviewState,
    Strength,
)
from grants.juries.pairing import Options, lack_kept, lack_taken
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message
from grants.people.models import Organisation, OrganisationRole

TWO = Options(readers=2, load_max=9)


@dataclass
class Office:
    session: Session
    panel: Panel
    actor: Actor

    @property
    def jury(self):
        return queries.jury(self.session, self.panel.jury.id, self.actor)


@pytest.fixture
def office(session):
    """Four jurors, six files, nothing given yet; the officer as an actor."""
    panel = a_panel(session, jurors=4, applications=6, assigned=False)
    return Office(session, panel, acting_as(session, panel.officer))


def computed(session, office, options=TWO):
    """A plan as the worker makes it."""
    job = services.ask_plan(session, office.jury.id, options, actor=office.actor, now=NOW)
    given = queries.given(session, office.jury, options)
    found = solve(given.pairing, seed=options.seed)
    return services.keep_plan(
        session, office.jury, given, found, job_id=job, options=options, now=NOW
    )


def apply(session, office, plan):
    return services.apply_plan(session, office.jury.id, plan.id, actor=office.actor, now=NOW)


def readings(session, office):
    statement = select(Assignment.application_id, Assignment.seat_id).where(
        Assignment.jury_id == office.jury.id, Assignment.withdrawn_at.is_(None)
    )
    return {tuple(row) for row in session.execute(statement)}


def test_a_plan_is_kept_looked_at_and_applied_once(session, office):
    plan = computed(session, office)
    assert plan.found
    assert readings(session, office) == set()
    changes = queries.changes(session, plan, office.actor)
    assert [(one.now, one.later, one.added, one.taken) for one in changes] == [(0, 3, 3, 0)] * 4
    assert apply(session, office, plan) == (12, 0)
    given = readings(session, office)
    assert len(given) == 12
    assert {sum(file == one.id for file, _ in given) for one in office.panel.applications} == {2}
    with pytest.raises(Refused, match=r"assignment.applied"):
        apply(session, office, plan)
    told = session.scalars(select(Message).where(Message.kind == "jury.assigned")).one()
    assert told.payload["readings"] == 12


def test_readings_keep_the_draw_and_the_guards_of_those_given_by_hand(session, office):
    apply(session, office, computed(session, office))
    drawn = session.scalar(
        text(
            "SELECT count(*) FROM assignment WHERE draw ="
            " md5(seat_id::text || application_id::text)::uuid"
        )
    )
    assert drawn == 12


def test_what_may_not_be_is_never_planned(session, office):
    recused, own, member, conflicted = office.panel.seats
    first, second, third, fourth = office.panel.applications[:4]
    a_recusal(session, office.panel.jurors[0], first)
    second.author_id = own.person_id
    organisation = session.get_one(Organisation, third.organisation_id)
    a_member(session, organisation, OrganisationRole.EDITOR, person=office.panel.jurors[2])
    session.add(
        ConflictHint(
            jury_id=office.jury.id,
            seat_id=conflicted.id,
            application_id=fourth.id,
            kind=HintKind.EMPLOYER,
            source="s",
            strength=Strength.STRONG,
            facts={},
            found_at=NOW,
            answer=Answer.CONFIRMED,
            reason="Son employeur.",
            answered_by=office.actor.id,
            answered_at=NOW,
        )
    )
    session.flush()
    given = queries.given(session, office.jury, Options(readers=3, load_max=9))
    forbidden = {(given.applications[a], given.seats[b]) for a, b in given.pairing.forbidden}
    assert forbidden == {
        (first.id, recused.id),
        (second.id, own.id),
        (third.id, member.id),
        (fourth.id, conflicted.id),
    }
    plan = computed(session, office, Options(readers=3, load_max=9))
    apply(session, office, plan)
    assert not forbidden & readings(session, office)


def test_a_recusal_moves_as_little_as_possible_and_what_was_begun_stays(session, office):
    apply(session, office, computed(session, office))
    before = readings(session, office)
    file, seat = sorted(before)[0]
    gone = next(one for one in office.panel.seats if one.id == seat)
    begun = next(one for one in sorted(before) if one[1] != seat)
    holder = next(one for one in office.panel.seats if one.id == begun[1])
    started = next(one for one in office.panel.applications if one.id == begun[0])
    a_review(session, holder, started, 5, 5, state=ReviewState.DRAFT)
    a_recusal(
        session,
        office.panel.jurors[office.panel.seats.index(gone)],
        next(one for one in office.panel.applications if one.id == file),
    )
    again = Options(readers=2, load_max=9, weights=Weights(balance=0))
    plan = computed(session, office, again)
    assert plan.figures["moved"] == 0
    assert apply(session, office, plan) == (1, 0)
    after = readings(session, office)
    assert before - after == {(file, seat)}
    assert begun in after


def test_what_is_not_kept_may_move_but_not_what_was_begun(session, office):
    one, two = office.panel.seats[:2]
    for application in office.panel.applications:
        an_assignment(session, one, application)
    a_review(session, one, office.panel.applications[0], 5, 5)
    free = Options(readers=1, load_max=2, keep=False)
    plan = computed(session, office, free)
    added, taken = apply(session, office, plan)
    after = readings(session, office)
    assert (office.panel.applications[0].id, one.id) in after
    assert len(after) == 6
    assert added == taken >= 4
    assert sum(seat == one.id for _, seat in after) <= 2
    assert two.id in {seat for _, seat in after}


@pytest.mark.parametrize("change", ["given", "taken", "recused", "declined", "withdrawn"])
def test_a_plan_that_no_longer_fits_is_not_applied(session, office, change):
    an_assignment(session, office.panel.seats[0], office.panel.applications[0])
    plan = computed(session, office)
    rows = session.execute(
        text(
            "SELECT w.f, w.s FROM assignment_plan p,"
            " unnest(p.application_ids, p.seat_ids) w(f, s) ORDER BY 1, 2"
        )
    ).all()
    planned = {tuple(row) for row in rows}
    if change == "given":
        free = next(
            (file, seat)
            for file in office.panel.applications
            for seat in office.panel.seats
            if (file.id, seat.id) not in planned
        )
        an_assignment(session, free[1], free[0])
    elif change == "taken":
        session.execute(text("DELETE FROM assignment"))
    elif change == "recused":
        file, seat = next(one for one in rows if tuple(one) not in readings(session, office))
        person = next(
            p for p, s in zip(office.panel.jurors, office.panel.seats, strict=True) if s.id == seat
        )
        a_recusal(session, person, next(a for a in office.panel.applications if a.id == file))
    elif change == "declined":
        session.execute(
            text(
                "UPDATE seat SET accepted_at = NULL, charter_accepted_at = NULL,"
                " declined_at = now() WHERE id = :id"
            ),
            {"id": office.panel.seats[3].id},
        )
    else:
        session.execute(
            text("UPDATE application SET state = 'withdrawn', withdrawn_at = now() WHERE id = :id"),
            {"id": office.panel.applications[5].id},
        )
    with pytest.raises(Refused, match=r"assignment.stale"):
        apply(session, office, plan)


def test_what_lacks_is_kept_and_nothing_is_applied(session, office):
    plan = computed(session, office, Options(readers=5, load_max=1))
    assert not plan.found
    given = queries.given(session, office.jury, Options(readers=5, load_max=1))
    short = solve(given.pairing)
    assert isinstance(short, Shortfall)
    assert [lack_taken(one) for one in plan.lacks] == list(short.lacks)
    assert lack_taken(lack_kept(short.lacks[0])) == short.lacks[0]
    with pytest.raises(Refused, match=r"assignment.nothing"):
        apply(session, office, plan)


def test_skills_territory_preferences_and_loads_are_read(session, office):
    first, second, third, fourth = office.panel.seats
    office.jury.call.themes = ["food", "energy"]
    office.jury.call.territories = [{"code": "63113", "name": "Clermont-Ferrand"}]
    organisation = session.get_one(Organisation, office.panel.applications[0].organisation_id)
    organisation.place_commune_code = None
    organisation.commune_code = "63113"
    first.skills, second.territories, third.load_max = ["food"], ["63113"], 1
    fourth.college = "habitants"
    session.add(
        ReadingPreference(
            seat_id=third.id,
            application_id=office.panel.applications[0].id,
            liking=Liking.RATHER_NOT,
            said_at=NOW,
        )
    )
    session.flush()
    given = queries.given(session, office.jury, Options(readers=1, colleges=True, load_max=7))
    at = {seat: column for column, seat in enumerate(given.seats)}
    row = given.applications.index(office.panel.applications[0].id)
    need = given.pairing.needs[row]
    assert need.skills == {"food", "energy"}
    assert need.territory == "63113"
    assert given.pairing.jurors[at[first.id]].skills == {"food"}
    assert given.pairing.jurors[at[second.id]].territories == {"63113"}
    assert given.pairing.jurors[at[third.id]].load_max == 1
    assert given.pairing.jurors[at[first.id]].load_max == 7
    assert given.pairing.colleges == ("habitants",)
    assert given.pairing.preferences == {(row, at[third.id]): -100}


def test_reading_writing_and_looking_take_few_statements(session, office):
    session.expire_all()
    jury = queries.jury(session, office.jury.id, office.actor)

    def statements(work):
        seen = []
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *a: seen.append(a[2]))
        work()
        return len(seen)

    assert statements(lambda: queries.given(session, jury, TWO)) <= 9
    plan = computed(session, office)
    assert statements(lambda: queries.changes(session, plan, office.actor)) == 1
    assert statements(lambda: apply(session, office, plan)) <= 14


def test_reasons_for_and_against_one_application(session, office):
    plan = computed(session, office)
    file = office.panel.applications[0]
    given = queries.given(session, office.jury, TWO, only=file.id)
    assert given.applications == (file.id,)
    around = queries.plan_around(session, given, plan, office.jury)
    assert len(around.pairs) == 2
    assert set(around.loads) == {3}
    for _, column in around.pairs:
        assert explain(given.pairing, around, (0, column)).load == 3
    others = [c for c in range(4) if (0, c) not in around.pairs]
    assert all(why_not(given.pairing, around, (0, c)) for c in others)
    apply(session, office, plan)
    a_recusal(
        session,
        office.panel.jurors[
            office.panel.seats.index(
                next(s for s in office.panel.seats if s.id == given.seats[others[0]])
            )
        ],
        file,
    )
    after = queries.given(session, office.jury, TWO, only=file.id)
    stands = queries.plan_around(session, after, plan, office.jury)
    assert stands.pairs == around.pairs
    assert [one.code for one in why_not(after.pairing, stands, (0, others[0]))] == [Code.RECUSED]


def test_the_many_at_once_are_guarded_as_the_one(session, office):
    a_recusal(session, office.panel.jurors[0], office.panel.applications[0])
    with pytest.raises(IntegrityError, match="recused"), session.begin_nested():
        session.execute(
            text(
                "INSERT INTO assignment (id, jury_id, seat_id, application_id)"
                " SELECT gen_random_uuid(), s.jury_id, s.id, a.id FROM seat s, application a"
                " WHERE s.jury_id = :jury AND a.call_id = :call"
            ),
            {"jury": office.jury.id, "call": office.jury.call_id},
        )


def test_only_officers_of_the_call_ask_and_apply(session, office):
    plan = computed(session, office)
    juror = as_juror(session, office.panel.jurors[0])
    stranger = acting_as(session, a_person(session))
    for actor in (juror, stranger):
        with pytest.raises(Unknown):
            services.ask_plan(session, office.jury.id, TWO, actor=actor, now=NOW)
        with pytest.raises(Unknown):
            services.apply_plan(session, office.jury.id, plan.id, actor=actor, now=NOW)
    other = a_panel(session)
    elsewhere = acting_as(session, other.officer)
    with pytest.raises(Unknown):
        services.apply_plan(session, other.jury.id, plan.id, actor=elsewhere, now=NOW)


def test_a_wish_is_granted_where_nothing_else_weighs(session, office):
    liked = office.panel.applications[0]
    session.add(
        ReadingPreference(
            seat_id=office.panel.seats[2].id,
            application_id=liked.id,
            liking=Liking.WANT,
            said_at=NOW,
        )
    )
    session.flush()
    for seed in range(3):
        options = Options(readers=1, load_max=9, seed=seed)
        found = solve(queries.given(session, office.jury, options).pairing, seed=seed)
        assert isinstance(found, Plan)
        given = queries.given(session, office.jury, options)
        assert (
            given.applications.index(liked.id),
            given.seats.index(office.panel.seats[2].id),
        ) in found.pairs


def test_options_survive_being_kept(session, office):
    options = Options(readers=4, seed=9, weights=Weights(track=0))
    plan = computed(session, office, options)
    session.flush()
    session.expire(plan)
    assert Options.taken(session.get_one(AssignmentPlan, plan.id).options) == options
    late = a_seat(session, office.panel.jury, accepted=False)
    everyone = Options(accepted_only=False)
    assert late.id in queries.given(session, office.jury, everyone).seats
    assert late.id not in queries.given(session, office.jury, options).seats
