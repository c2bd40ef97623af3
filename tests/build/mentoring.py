"""Mentorings: a stage, its mentors, pairs, hours given; and the one of `build.world`."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count

from sqlalchemy.orm import Session

from build.calls import a_call
from build.clock import NOW
from build.juries import an_application_in_review
from build.people import a_funder, a_funder_member, a_person
from build.sides import Side
from grants.applications.models import Application
from grants.calls.models import Call, Stage, StageKind
from grants.kernel.clock import paris_date
from grants.mentoring.models import HoursGiven, Mentor, Pair
from grants.people.models import Person

_serial = count(1)


def a_mentoring_stage(session: Session, call: Call) -> Stage:
    """A stage between two others where projects are helped."""
    stage = Stage(
        call_id=call.id,
        position=95,
        key="parrainage",
        kind=StageKind.MENTORING,
        title_fr="Parrainage",
        title_en="Mentoring",
    )
    session.add(stage)
    session.flush()
    return stage


def a_mentor(session: Session, stage: Stage, **columns: object) -> Mentor:
    """Somebody on the list, who offers ten hours."""
    nth = next(_serial)
    known = {"name": f"Parrain {nth:03d}", "email": f"parrain{nth}@example.org", "hours": 10}
    mentor = Mentor(**{"stage_id": stage.id, **known, **columns})
    session.add(mentor)
    session.flush()
    return mentor


def a_pair(session: Session, mentor: Mentor, application: Application, by: Person) -> Pair:
    """A mentor who helps an application since yesterday."""
    pair = Pair(
        stage_id=mentor.stage_id,
        mentor_id=mentor.id,
        application_id=application.id,
        paired_by=by.id,
        paired_at=NOW - timedelta(days=1),
    )
    session.add(pair)
    session.flush()
    return pair


def given(
    session: Session,
    pair: Pair,
    minutes: int,
    by: Person,
    *,
    on: date | None = None,
    by_mentor: bool = True,
) -> HoursGiven:
    """Some time that the mentor gave."""
    one = HoursGiven(
        pair_id=pair.id,
        held_on=on or paris_date(NOW),
        minutes=minutes,
        done="Relu le budget.",
        by_mentor=by_mentor,
        logged_by=by.id,
        logged_at=NOW,
    )
    session.add(one)
    session.flush()
    return one


def mentoring_under_way(session: Session, side: Side) -> None:
    """The juror of the authority is a mentor too, and helps one application; two others wait."""
    stage = a_mentoring_stage(session, side["call.row"])
    officer, juror = side.people["officer"], side.people["juror"]
    representative = side.people["representative"]
    mentor = a_mentor(session, stage, email=juror.email, name=juror.name)
    pair = a_pair(session, mentor, side.applications["open"], officer)
    second = a_mentor(session, stage)
    hidden = a_pair(session, second, side.applications["in_review"], officer)
    given(session, hidden, 95, representative, by_mentor=False)
    side.objects |= {
        "mentoring.stage": stage.id,
        "mentoring.pair": pair.id,
        "mentoring.given": given(session, pair, 90, juror).id,
        "mentoring.noted": given(session, pair, 30, representative, by_mentor=False).id,
        "mentor": mentor.id,
        "mentor.free": a_mentor(session, stage).id,
    }


def helped(*, of_mentor: bool):
    """So many projects with their mentors, with whoever reads them: an officer, or a mentor."""

    def made(session: Session, n: int) -> tuple[Person, str]:
        funder = a_funder(session)
        call = a_call(session, funders=[funder])
        stage, officer = a_mentoring_stage(session, call), a_funder_member(session, funder)
        reader = a_person(session)
        mentors = [a_mentor(session, stage, email=reader.email)]
        mentors += [a_mentor(session, stage) for _ in range(n - 1)]
        for nth in range(n):
            application = an_application_in_review(session, call)
            pair = a_pair(session, mentors[0 if of_mentor else nth], application, officer)
            given(session, pair, 60, officer)
        if of_mentor:
            return reader, "/parrainages"
        return officer, f"/instruction/etapes/{stage.id}/parrainage"

    return made
