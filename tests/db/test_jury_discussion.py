"""The discussion: others' scores in sight, and a final score changed with a sentence."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.juries import a_panel, a_review, as_juror
from build.people import acting_as
from grants.juries import queries, services
from grants.juries.models import Mark, Review, ReviewRevision
from grants.juries.services import Intent, Written
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message


@pytest.fixture
def panel(session):
    panel = a_panel(session, jurors=2)
    for seat, marks in zip(panel.seats, ((7, 5), (2, 4)), strict=True):
        a_review(session, seat, panel.applications[0], *marks)
    return panel


def discuss(session, panel):
    officer = acting_as(session, panel.officer)
    return services.open_discussion(session, panel.jury.id, actor=officer, now=NOW)


def revise(session, panel, juror, *values, reason="L’échange m’a convaincue.", version=1):
    marks = {c.key: v for c, v in zip(panel.criteria, values, strict=False)}
    return services.revise_review(
        session,
        panel.jury.id,
        panel.applications[0].id,
        Written(version=version, marks=marks, comment_jury="Relu."),
        reason=reason,
        actor=juror,
        now=NOW,
    )


def sheet(session, panel, juror):
    return queries.sheet(session, panel.jury.id, panel.applications[0].id, juror, now=NOW)


def test_the_discussion_opens_once_and_tells_it(session, panel):
    assert discuss(session, panel).discussion_opened_at == NOW
    discuss(session, panel)
    opened = select(Message).where(Message.kind == "jury.discussion_opened")
    assert len(session.scalars(opened).all()) == 1


def test_it_waits_for_the_quorum(session):
    panel = a_panel(session)
    with pytest.raises(Refused) as refused:
        discuss(session, panel)
    assert (refused.value.code, refused.value.facts["short"]) == ("jury.discussion.quorum", 1)


def test_a_member_may_not_open_it(session, panel, juror):
    with pytest.raises(Unknown):
        services.open_discussion(session, panel.jury.id, actor=juror, now=NOW)


def test_others_scores_appear_with_it(session, panel):
    late = a_panel(session, jurors=2)
    a_review(session, late.seats[1], late.applications[0], 2, 4)
    juror = as_juror(session, late.jurors[0])
    assert sheet(session, late, juror).others == []
    discuss(session, late)
    session.expire_all()
    assert [one["name"] for one in sheet(session, late, juror).others] == [late.seats[1].name]


def test_a_revision_keeps_what_the_score_was(session, panel, juror):
    discuss(session, panel)
    before = sheet(session, panel, juror).review.total
    revise(session, panel, juror, 9, None)
    review = session.scalars(select(Review).where(Review.seat_id == panel.seats[0].id)).one()
    [revision] = session.scalars(select(ReviewRevision)).all()
    keys = [criterion.key for criterion in panel.criteria]
    assert (revision.total_before, revision.total) == (before, review.total)
    assert revision.marks_before == dict(zip(keys, (7, 5), strict=True))
    assert revision.marks == dict(zip(keys, (9, None), strict=True))
    assert (review.version, review.comment_jury) == (2, "Relu.")
    marks = session.scalars(select(Mark.value).where(Mark.review_id == review.id)).all()
    assert set(marks) == {9, None}
    other = sheet(session, panel, as_juror(session, panel.jurors[1])).others
    assert [one["revised"] for one in other] == ["L’échange m’a convaincue."]


def test_a_score_is_revised_twice(session, panel, juror):
    discuss(session, panel)
    revise(session, panel, juror, 9, 9)
    revise(session, panel, juror, 1, 1, version=2)
    totals = session.scalars(select(ReviewRevision.total).order_by(ReviewRevision.version)).all()
    assert list(totals) == [90_000, 10_000]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"reason": "  "}, "review.revise.reason"),
        ({"version": 4}, "review.stale"),
    ],
)
def test_a_refused_revision_changes_nothing(session, panel, juror, said, code):
    discuss(session, panel)
    with pytest.raises(Refused) as refused:
        revise(session, panel, juror, 9, 9, **said)
    assert refused.value.code == code
    assert session.scalars(select(ReviewRevision)).all() == []


def test_nothing_is_revised_before_the_discussion(session, panel, juror):
    with pytest.raises(Refused) as refused:
        revise(session, panel, juror, 9, 9)
    assert refused.value.code == "review.not_in_discussion"


def test_no_first_score_in_the_discussion(session):
    panel = a_panel(session, jurors=2)
    a_review(session, panel.seats[1], panel.applications[0], 2, 4)
    discuss(session, panel)
    session.expire_all()
    juror = as_juror(session, panel.jurors[0])
    with pytest.raises(Refused) as refused:
        services.save_review(
            session,
            panel.jury.id,
            panel.applications[0].id,
            Written(version=0),
            intent=Intent.SAVE,
            actor=juror,
            now=NOW,
        )
    assert refused.value.code == "review.in_discussion"
    with pytest.raises(Refused) as refused:
        revise(session, panel, juror, 1, 1, version=0)
    assert refused.value.code == "review.revise.not_final"


def test_postgresql_refuses_a_change_without_its_sentence(session, panel):
    discuss(session, panel)
    for statement in (
        "UPDATE review SET total = 1, version = version + 1",
        "UPDATE mark SET value = 1",
        "INSERT INTO review_revision (id, review_id, version, total_before, total, marks_before,"
        " marks, reason, revised_at) SELECT gen_random_uuid(), id, version + 1, total, 1, '{}',"
        " '{}', ' ', now() FROM review",
    ):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(statement))


def test_postgresql_refuses_a_revision_outside_the_discussion(session, panel):
    insert = text(
        "INSERT INTO review_revision (id, review_id, version, total_before, total, marks_before,"
        " marks, reason, revised_at) SELECT gen_random_uuid(), id, version + 1, total, 1, '{}',"
        " '{}', 'Relu', now() FROM review"
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert)
