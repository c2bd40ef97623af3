"""The phases on the pages, and a score changed in the discussion."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.juries import Desk, a_panel, a_review
from build.reading import words
from grants.juries.models import Review, ReviewRevision


@pytest.fixture
def desk(database, as_person):
    """A jury of two whose one file has both its scores."""
    with database.transaction() as session:
        panel = a_panel(session, jurors=2)
        for seat, marks in zip(panel.seats, ((7, 5), (2, 4)), strict=True):
            a_review(session, seat, panel.applications[0], *marks)
    return Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))


NEW = {"mark_criterion1": "9", "mark_criterion2": "abstain", "version": "1"}


def test_the_officer_opens_the_discussion(desk):
    assert "en cours" in words(desk.officer.get(desk.office))
    assert desk.officer.post(f"{desk.office}/discussion").status_code == 303
    page = words(desk.juror.get(desk.queue))
    assert "Qui change sa note dit pourquoi" in page
    assert "Classement" in page
    assert desk.juror.get(f"{desk.queue}/classement").status_code == 200


def test_members_have_no_ranking_before_it(desk):
    assert desk.juror.get(f"{desk.queue}/classement").status_code == 404
    assert "Changer ma note" not in words(desk.juror.get(desk.sheet))


def test_a_score_changes_with_its_sentence(desk, database):
    desk.officer.post(f"{desk.office}/discussion")
    assert "Changer ma note" in words(desk.juror.get(desk.sheet))
    sent = {**NEW, "reason": "Le budget est mieux tenu que je ne le croyais."}
    assert desk.juror.post(f"{desk.sheet}/revision", data=sent).status_code == 303
    with database.reading() as session:
        assert len(session.scalars(select(ReviewRevision)).all()) == 1
        totals = session.scalars(select(Review.total).order_by(Review.total)).all()
    assert totals[-1] == 90_000


def test_without_a_sentence_what_was_typed_stays(desk, database):
    desk.officer.post(f"{desk.office}/discussion")
    sent = {**NEW, "reason": " ", "comment_jury": "À garder."}
    answer = desk.juror.post(f"{desk.sheet}/revision", data=sent)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Dites en une phrase" in page
    assert "À garder." in page
    assert '<details class="field" open>' in page
    assert 'id="mark_criterion1-9" name="mark_criterion1" value="9" checked' in page
    with database.reading() as session:
        assert session.scalars(select(ReviewRevision)).all() == []


def test_a_first_score_is_refused_in_it(database, as_person):
    with database.transaction() as session:
        panel = a_panel(session, jurors=2)
        a_review(session, panel.seats[1], panel.applications[0], 2, 4)
    desk = Desk(panel, as_person(panel.jurors[0]), as_person(panel.officer))
    desk.officer.post(f"{desk.office}/discussion")
    assert "première note" in words(desk.juror.get(desk.sheet))
    assert desk.juror.post(desk.sheet, data={"version": "0"}).status_code == 409
