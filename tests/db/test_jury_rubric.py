"""Criteria that may be left without mark, criteria of some tracks, and a juror's confidence."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from build.calls import a_call, an_officer_of
from build.clock import NOW
from build.juries import a_review
from build.people import a_funder
from grants.calls import queries as calls
from grants.calls import workbench
from grants.calls.exchange import exported
from grants.calls.models import Criterion, Stage, Track
from grants.calls.templates import read_template
from grants.juries import queries, services
from grants.juries.models import Mark, Review, ReviewRevision, ReviewState
from grants.juries.services import Intent, Written
from grants.kernel.errors import Refused


def change(session, criterion, **columns):
    """The rubric as its author wrote it."""
    for name, value in columns.items():
        setattr(session.get_one(Criterion, criterion.id), name, value)
    session.flush()


def save(session, panel, juror, *, intent=Intent.FINALISE, version=0, confidence=None, **marks):
    return services.save_review(
        session,
        panel.jury.id,
        panel.applications[0].id,
        Written(version=version, marks=marks, confidence=confidence),
        intent=intent,
        actor=juror,
        now=NOW,
    )


def review(session):
    return session.scalars(select(Review)).one()


def test_an_optional_criterion_left_without_mark_leaves_both_sides_of_the_mean(
    session, panel, juror
):
    change(session, panel.criteria[1], optional=True)
    save(session, panel, juror, criterion1=7)
    assert (review(session).state, review(session).total) == (ReviewState.FINAL, 70_000)
    assert session.scalars(select(Mark.value)).all() == [7]


def test_an_optional_criterion_that_is_marked_counts(session, panel, juror):
    change(session, panel.criteria[1], optional=True)
    save(session, panel, juror, criterion1=7, criterion2=5)
    assert review(session).total == 62_000


def test_only_optional_criteria_make_no_score(session, panel, juror):
    for one in panel.criteria:
        change(session, one, optional=True)
    with pytest.raises(Refused, match=r"review\.all_abstained"):
        save(session, panel, juror)


def test_an_optional_mark_taken_back_in_the_discussion_is_an_abstention(session, panel, juror):
    change(session, panel.criteria[1], optional=True)
    save(session, panel, juror, criterion1=7, criterion2=5)
    panel.jury.discussion_opened_at = NOW
    session.merge(panel.jury)
    session.flush()
    services.revise_review(
        session,
        panel.jury.id,
        panel.applications[0].id,
        Written(version=1, marks={"criterion1": 7}),
        reason="Hors sujet.",
        actor=juror,
        now=NOW,
    )
    assert review(session).total == 70_000
    values = select(Mark.value).where(Mark.criterion_id == panel.criteria[1].id)
    assert session.scalars(values).all() == [None]
    assert session.scalars(select(ReviewRevision)).one().marks["criterion2"] is None


def on_track(session, panel, key):
    application = session.merge(panel.applications[0])
    application.track_key = key
    session.flush()


def test_a_criterion_of_a_track_is_asked_for_its_files_alone(session, panel, juror):
    change(session, panel.criteria[1], tracks=["eau"])
    for track, keys in (("eau", ["criterion1", "criterion2"]), ("air", ["criterion1"])):
        on_track(session, panel, track)
        sheet = queries.sheet(session, panel.jury.id, panel.applications[0].id, juror, now=NOW)
        assert [one.key for one in sheet.criteria] == keys
    save(session, panel, juror, criterion1=7)
    assert review(session).total == 70_000


def test_a_file_of_no_track_is_not_asked_the_criteria_of_tracks(session, panel, juror):
    change(session, panel.criteria[1], tracks=["eau"])
    on_track(session, panel, None)
    save(session, panel, juror, criterion1=7)
    assert review(session).total == 70_000


def test_a_mark_on_another_tracks_criterion_is_refused_by_the_service_and_by_postgresql(
    session, panel, juror
):
    change(session, panel.criteria[1], tracks=["eau"])
    on_track(session, panel, "air")
    with pytest.raises(Refused, match=r"review\.mark_off_scale"):
        save(session, panel, juror, intent=Intent.SAVE, criterion2=5)
    with pytest.raises(IntegrityError, match="of another jury"):
        a_review(session, panel.seats[0], panel.applications[0], 7, 5, state=ReviewState.DRAFT)


@pytest.mark.parametrize("confidence", [None, 1, 3])
def test_confidence_is_kept_and_counts_for_nothing(session, panel, juror, confidence):
    save(session, panel, juror, criterion1=7, criterion2=5, confidence=confidence)
    assert (review(session).confidence, review(session).total) == (confidence, 62_000)


@pytest.mark.parametrize("confidence", [0, 4, -1])
def test_a_confidence_off_its_scale_is_refused(session, panel, juror, confidence):
    with pytest.raises(Refused, match=r"review\.confidence"):
        save(session, panel, juror, criterion1=7, criterion2=5, confidence=confidence)


def test_what_seals_a_ranking_knows_which_criteria_are_optional_or_of_a_track(session, panel):
    before = queries.inputs_sha256(session, panel.jury.id)
    change(session, panel.criteria[1], optional=True)
    optional = queries.inputs_sha256(session, panel.jury.id)
    change(session, panel.criteria[1], optional=False, tracks=["eau"])
    assert len({before, optional, queries.inputs_sha256(session, panel.jury.id)}) == 3


SETTINGS = {"remind_days": 7, "tells_comments": True, "tells_scores": False, "tells_rank": True}


def test_a_call_takes_these_settings_along_in_its_file(session):
    funder = a_funder(session)
    call = a_call(session, funders=[funder])
    session.add(Track(call_id=call.id, position=1, key="eau", label_fr="Eau", label_en="Water"))
    stage = session.scalars(select(Stage).where(Stage.call_id == call.id)).one()
    for name, value in SETTINGS.items():
        setattr(stage, name, value)
    session.flush()
    criterion = session.scalars(select(Criterion).order_by(Criterion.position)).first()
    change(session, criterion, optional=True, tracks=["eau"])
    session.expire_all()
    found = calls.written(session, call.id, viewer=an_officer_of(funder))
    revision = workbench.newest_revision(session, call.id)
    text = exported(found, revision.form, revision.document)
    [read] = read_template(text).stages
    assert {name: getattr(read, name) for name in SETTINGS} == SETTINGS
    first = read.juries[0].criteria[0]
    assert (first.optional, first.tracks) == (True, ("eau",))
    assert (read.juries[0].criteria[1].optional, read.juries[0].criteria[1].tracks) == (False, ())
