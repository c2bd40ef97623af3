"""A closed jury opens again when two officers agree, and both of its rankings stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from build.clock import NOW
from build.juries import a_panel, a_review, a_store
from build.people import a_funder_member, acting_as
from grants.decisions.models import Body, CouncilSession, Decision, Deliberation, Outcome
from grants.files.models import StoredFile
from grants.juries import bundle, queries, services
from grants.juries.models import JuryReopening, Ranking, RankingLine
from grants.juries.queries import standing_lines
from grants.kernel.access import SYSTEM, FunderRole
from grants.kernel.errors import Refused, Unknown
from grants.outbox.models import Message
from grants.people.models import Funder

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def office(session):
    """A closed jury of two files, the officer who asks, another officer, and an auditor."""
    panel = a_panel(session, applications=2)
    for application, mark in zip(panel.applications, (9, 4), strict=True):
        a_review(session, panel.seats[0], application, mark, mark)
    funder = queries.jury(session, panel.jury.id, acting_as(session, panel.officer)).call.lead
    lead = session.get_one(Funder, funder.funder_id)
    panel.lead = lead
    panel.first = acting_as(session, panel.officer)
    panel.second = acting_as(session, a_funder_member(session, lead))
    panel.auditor = acting_as(session, a_funder_member(session, lead, FunderRole.AUDITOR))
    close(session, panel)
    return panel


def close(session, panel, at=NOW):
    services.close_jury(session, panel.jury.id, store=a_store(), actor=panel.first, now=at)


def ask(session, panel, **changes):
    facts = {"reason": "Une note saisie à l’envers.", "actor": panel.first, "now": NOW, **changes}
    return services.ask_reopening(session, panel.jury.id, **facts)


def a_decision(session, panel):
    """The refusal of a panel's first application, as the council recorded it."""
    sitting = CouncilSession(
        funder_id=panel.lead.id, body=Body.COUNCIL, label="Conseil", held_on=NOW.date()
    )
    session.add(sitting)
    session.flush()
    counts = dict.fromkeys(("represented", "not_taking_part", "votes_against", "abstentions"), 0)
    act = Deliberation(
        council_session_id=sitting.id,
        funder_id=panel.lead.id,
        number="2018-12",
        object="Appel à projets",
        voted_on=NOW.date(),
        seats=3,
        present=3,
        votes_for=3,
        **counts,
        second_convocation=False,
        secret_ballot=False,
        adopted=True,
        recorded_by=panel.first.id,
        recorded_at=NOW,
        fingerprint="f",
    )
    session.add(act)
    session.flush()
    session.add(
        Decision(
            deliberation_id=act.id,
            position=1,
            application_id=panel.applications[0].id,
            funder_id=panel.lead.id,
            outcome=Outcome.REFUSAL,
            reason="Hors du périmètre de l’appel.",
        )
    )
    session.flush()


def test_two_officers_open_a_jury_and_both_versions_stay(session, office):
    first = queries.closing(session, office.jury.id)
    ask(session, office)
    assert office.jury.closed_at == NOW
    services.grant_reopening(session, office.jury.id, actor=office.second, now=LATER)
    assert office.jury.closed_at is None
    seat, (best, worst) = office.seats[0], office.applications
    services.open_discussion(session, office.jury.id, actor=office.first, now=LATER)
    session.execute(
        text(
            "INSERT INTO review_revision (id, review_id, version, total_before, total,"
            " marks_before, marks, reason, revised_at) SELECT gen_random_uuid(), id, version + 1,"
            " total, 0, '{}', '{}', 'saisie', :at FROM review WHERE application_id = :best"
        ),
        {"at": LATER, "best": best.id},
    )
    session.execute(
        text(
            "UPDATE mark SET value = 0 FROM review r WHERE r.id = review_id"
            " AND r.application_id = :best"
        ),
        {"best": best.id},
    )
    session.execute(
        text("UPDATE review SET total = 0, version = version + 1 WHERE application_id = :best"),
        {"best": best.id},
    )
    close(session, office, at=LATER)
    acts = queries.closings(session, office.jury.id)
    assert [one.version for one in acts] == [2, 1]
    assert acts[1].bundle_sha256 == first.bundle_sha256 != acts[0].bundle_sha256
    for act in acts:
        file = session.get_one(StoredFile, act.bundle_id)
        with a_store().open(file.sha256) as stream:
            contents = bundle.read(stream.read())
        assert contents["version"] == act.version
        assert bundle.findings(contents) == []
    lines = queries.ranking(session, office.jury, SYSTEM).lines
    assert [one.application_id for one in lines] == [worst.id, best.id]
    standing = select(RankingLine.application_id).where(*standing_lines())
    assert set(session.scalars(standing.where(RankingLine.rank == 1))) == {worst.id}
    assert len(session.scalars(select(RankingLine)).all()) == 4
    assert seat.jury_id == office.jury.id


def test_an_open_jury_has_no_standing_lines(session, office):
    standing = select(RankingLine.id).where(RankingLine.jury_id == office.jury.id)
    assert len(session.scalars(standing.where(*standing_lines())).all()) == 2
    ask(session, office)
    services.grant_reopening(session, office.jury.id, actor=office.second, now=LATER)
    assert session.scalars(standing.where(*standing_lines())).all() == []


def test_one_person_alone_opens_nothing(session, office):
    ask(session, office)
    with pytest.raises(Refused, match=r"jury.reopen.same_person"):
        services.grant_reopening(session, office.jury.id, actor=office.first, now=LATER)
    for stranger in (office.auditor, acting_as(session, office.jurors[0])):
        with pytest.raises(Unknown):
            services.grant_reopening(session, office.jury.id, actor=stranger, now=LATER)
    assert office.jury.closed_at == NOW


def test_what_is_refused_and_said(session, office):
    with pytest.raises(Refused, match=r"jury.reopen.reason"):
        ask(session, office, reason="  ")
    with pytest.raises(Refused, match=r"jury.reopen.nothing"):
        services.grant_reopening(session, office.jury.id, actor=office.second, now=LATER)
    ask(session, office)
    with pytest.raises(Refused, match=r"jury.reopen.pending"):
        ask(session, office, actor=office.second)
    services.refuse_reopening(session, office.jury.id, actor=office.second, now=LATER)
    assert office.jury.closed_at == NOW
    ask(session, office)
    services.grant_reopening(session, office.jury.id, actor=office.second, now=LATER)
    with pytest.raises(Refused, match=r"jury.reopen.open"):
        ask(session, office)
    told = session.scalars(select(Message.kind).where(Message.kind.like("jury.reopen%")))
    assert sorted(told) == [
        "jury.reopened",
        "jury.reopening_asked",
        "jury.reopening_asked",
        "jury.reopening_refused",
    ]
    assert all("envers" not in str(one) for one in session.scalars(select(Message.payload)))


def test_a_recorded_decision_keeps_a_jury_closed(session, office):
    ask(session, office)
    a_decision(session, office)
    with pytest.raises(Refused, match=r"jury.reopen.decided"):
        services.grant_reopening(session, office.jury.id, actor=office.second, now=LATER)
    services.refuse_reopening(session, office.jury.id, actor=office.second, now=LATER)
    with pytest.raises(Refused, match=r"jury.reopen.decided"):
        ask(session, office)


OPEN = "UPDATE jury SET closed_at = NULL"
GRANT = "UPDATE jury_reopening SET granted = true, settled_at = now(), settled_by = "


@pytest.mark.parametrize(
    "raw",
    [
        OPEN,
        GRANT + "asked_by",
        "UPDATE jury_reopening SET reason = 'autre'",
        "DELETE FROM jury_reopening",
        "UPDATE jury SET quorum = 9",
        "UPDATE ranking SET version = 2",
        "INSERT INTO ranking (id, jury_id, version, method, inputs_sha256, frozen_by, frozen_at)"
        " SELECT gen_random_uuid(), jury_id, 3, method, inputs_sha256, frozen_by, frozen_at"
        " FROM ranking",
    ],
)
def test_postgresql_refuses_it_too(session, office, raw):
    ask(session, office)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(raw))


def test_a_granted_request_opens_once_and_that_alone(session, office):
    asked = ask(session, office)
    session.execute(
        text(GRANT + ":second WHERE id = :id"), {"second": office.second.id, "id": asked.id}
    )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text("UPDATE jury SET closed_at = NULL, quorum = 9"))
    session.execute(text(OPEN))
    session.expire_all()
    close(session, office, at=LATER)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(text(OPEN))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            text("UPDATE jury_reopening SET granted = false WHERE id = :id"), {"id": asked.id}
        )
    assert session.scalars(select(Ranking.version).order_by(Ranking.version)).all() == [1, 2]
    assert len(session.scalars(select(JuryReopening)).all()) == 1
