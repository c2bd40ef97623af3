"""The file that a closed jury leaves: right as written, and one planted fault is always found."""

from __future__ import annotations

import hashlib
import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from build.clock import NOW
from build.juries import (
    a_panel,
    a_recusal,
    a_review,
    a_seat,
    a_store,
    an_assignment,
    as_juror,
    criteria_of,
)
from build.people import a_person, acting_as
from grants.cli import main
from grants.files.models import StoredFile
from grants.juries import bundle, queries, services
from grants.juries.models import Ranking, ReviewState
from grants.kernel.errors import Unknown
from grants.outbox.models import Message


@pytest.fixture
def closed(session):
    """Three jurors, four files: scores, an abstention on a criterion and of a juror, a recusal."""
    panel = a_panel(session, jurors=3, applications=4)
    one, two, three, four = panel.applications
    for seat, marks in zip(panel.seats, [(7, 5), (8, 8), (9, None)], strict=True):
        a_review(session, seat, one, *marks)
    for seat, mark in zip(panel.seats, (6, 6, 0), strict=True):
        a_review(session, seat, two, mark, mark)  # its median is above its mean
    a_review(session, panel.seats[0], three, 9, 9)
    a_review(session, panel.seats[1], three, 3, 4)
    a_review(session, panel.seats[2], three, state=ReviewState.ABSTAINED)
    a_review(session, panel.seats[0], four, 6, 6)
    a_review(session, panel.seats[1], four, 10, 10)
    a_recusal(session, panel.jurors[1], four)
    panel.jury = queries.jury(session, panel.jury.id, acting_as(session, panel.officer))
    officer = acting_as(session, panel.officer)
    services.close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
    return panel


def kept(session, panel):
    act = queries.closing(session, panel.jury.id)
    file = session.get_one(StoredFile, act.bundle_id)
    with a_store().open(file.sha256) as stream:
        return act, file, stream.read()


def test_a_closed_jury_leaves_a_bundle_that_computes_again(session, closed):
    act, file, data = kept(session, closed)
    contents = bundle.read(data)
    assert bundle.findings(contents) == []
    assert bundle.written(contents) == data
    assert act.bundle_sha256 == file.sha256 == hashlib.sha256(data).hexdigest()
    told = session.scalars(select(Message).where(Message.kind == "jury.closed")).one()
    assert told.payload["bundle"] == act.bundle_sha256
    lines = queries.ranking(session, closed.jury, acting_as(session, closed.officer)).lines
    assert {one["application"]: one["rank"] for one in contents["results"]} == {
        line.number: line.rank for line in lines
    }
    assert [one["weight"] for one in contents["criteria"]] == [
        one.weight for one in criteria_of(session, closed.jury)
    ]
    assert {one["state"] for one in contents["reviews"]} == {"final", "abstained"}
    assert [one["set_aside"] for one in contents["reviews"]].count(True) == 1


def test_a_bundle_names_nobody(session, closed):
    _, _, data = kept(session, closed)
    whole = data.decode()
    for person in (*closed.jurors, closed.officer):
        assert person.name not in whole
        assert person.email not in whole
        assert str(person.id) not in whole
    assert not any(str(seat.id) in whole for seat in closed.seats)
    assert "sœur" not in whole
    (recusal,) = json.loads(data)["recusals"]
    assert recusal == {
        "application": closed.applications[3].number,
        "juror": recusal["juror"],
        "origin": "declared",
        "reason": "other",
    }
    assert recusal["juror"].startswith("juror-")


def set_total(contents):
    contents["reviews"][0]["total"] += 1


def set_mark(contents):
    review = next(one for one in contents["reviews"] if one["state"] == "final")
    key = next(key for key, value in review["marks"].items() if value)
    review["marks"][key] -= 1


def set_weight(contents):
    contents["criteria"][0]["weight"] += 7


def set_rank(contents):
    contents["results"][0]["rank"] += 1


def set_mean(contents):
    contents["results"][0]["mean"] += 1


def set_abstention(contents):
    contents["results"][2]["abstentions"] = 0


def count_set_aside(contents):
    next(one for one in contents["reviews"] if one["set_aside"])["set_aside"] = False


def drop_review(contents):
    del contents["reviews"][0]


def repeat_review(contents):
    contents["reviews"].append(contents["reviews"][-1])


def add_stranger(contents):
    contents["reviews"][0]["juror"] = "juror-9"


def set_method(contents):
    contents["method"] = "median-of-totals/1"


def overmark(contents):
    contents["reviews"][0]["marks"][contents["criteria"][0]["key"]] = 99


FAULTS = (
    set_total, set_mark, set_weight, set_rank, set_mean, set_abstention, count_set_aside,
    drop_review, repeat_review, add_stranger, set_method, overmark,
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("sealed_again", [True, False])
def test_one_planted_fault_is_found(session, closed, tmp_path, fault, sealed_again):
    _, _, data = kept(session, closed)
    contents = json.loads(data)
    fault(contents)
    altered = bundle.written(contents) if sealed_again else json.dumps(contents).encode()
    found = bundle.findings(bundle.read(altered))
    assert any(one.where != "bundle" for one in found), "the seal alone is no finding to act on"
    assert any(one.where == "bundle" for one in found) is not sealed_again
    file = tmp_path / "bundle.json"
    file.write_bytes(altered)
    answer = CliRunner().invoke(main, ["jury", "verify", str(file)])
    assert answer.exit_code == 1
    assert all(str(one) in answer.output for one in found)


def test_the_command_needs_the_file_alone(session, closed, tmp_path, monkeypatch):
    act, _, data = kept(session, closed)
    file = tmp_path / "bundle.json"
    file.write_bytes(data)
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere.invalid/none")

    def run(*options):
        return CliRunner().invoke(main, ["jury", "verify", str(file), *options])

    assert run().exit_code == 0
    assert act.bundle_sha256 in run().output
    assert run("--sha256", act.bundle_sha256).exit_code == 0
    assert run("--sha256", "0" * 64).exit_code == 1
    for broken in (b"{", b"[]", b'{"format": "other"}', data.replace(b'"marks"', b'"marcs"')):
        file.write_bytes(broken)
        assert run().exit_code == 1
        assert "Traceback" not in run().output


def test_a_bundle_is_for_officers_and_jurors_whom_no_recusal_keeps_out(session, closed):
    officer = acting_as(session, closed.officer)
    jury_id = closed.jury.id
    assert queries.bundle(session, jury_id, officer).media_type == "application/json"
    assert queries.bundle(session, jury_id, as_juror(session, closed.jurors[0]))
    with pytest.raises(Unknown):
        queries.bundle(session, jury_id, as_juror(session, closed.jurors[1]))
    with pytest.raises(Unknown):
        queries.bundle(session, jury_id, officer, version=2)


def test_labels_follow_a_lot_and_not_the_seats(session):
    seen = set()
    for _ in range(6):
        panel = a_panel(session, jurors=5, applications=1)
        for mark, seat in enumerate(panel.seats, start=1):
            a_review(session, seat, panel.applications[0], mark, mark)
        officer = acting_as(session, panel.officer)
        services.close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
        _, _, data = kept(session, panel)
        reviews = json.loads(data)["reviews"]
        seen.add(tuple(one["total"] for one in reviews))
    assert len(seen) > 1


def test_a_withdrawn_file_and_a_stranger_who_stepped_back(session):
    panel = a_panel(session, jurors=2, applications=2)
    first, gone = panel.applications
    for seat in panel.seats:
        a_review(session, seat, first, 5, 5)
        a_review(session, seat, gone, 8, 8)
    a_recusal(session, a_person(session), first)
    session.execute(
        text("UPDATE application SET state = 'withdrawn', withdrawn_at = now() WHERE id = :id"),
        {"id": gone.id},
    )
    late = a_seat(session, panel.jury, accepted=False)
    an_assignment(session, late, first)
    officer = acting_as(session, panel.officer)
    services.close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
    _, _, data = kept(session, panel)
    contents = json.loads(data)
    assert bundle.findings(contents) == []
    assert contents["withdrawn"] == [gone.number]
    assert [one["application"] for one in contents["results"]] == [first.number]
    assert contents["recusals"][0]["juror"] == "outside the jury"
    assert len(contents["jurors"]) == 3
    assert session.scalars(select(Ranking.version)).all() == [1]
