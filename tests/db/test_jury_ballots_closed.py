"""What a jury that ranks by ballots leaves when it closes: a file in which any fault is found."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from build.ballots import BUDGET, a_ballot, a_voting_panel
from build.clock import NOW
from build.juries import a_recusal, a_review, a_store
from build.people import acting_as
from grants.calls.models import RankingRule
from grants.cli import main
from grants.files.models import StoredFile
from grants.juries import bundle, queries, services
from grants.juries.models import Ranking, RankingLine
from grants.kernel.access import SYSTEM
from grants.kernel.errors import Refused

R = RankingRule
BY_BALLOTS_IN_ORDER = (R.SCHULZE, R.APPROVAL, R.POINTS, R.BUDGET)


@pytest.fixture(params=BY_BALLOTS_IN_ORDER, ids=str)
def closed(session, request):
    """Three jurors, four files, a recusal after the vote, an abstention, a score beside."""
    panel = a_voting_panel(session, request.param, applications=4, cost=BUDGET // 4)
    one, two, three, four = panel.applications
    given = {R.SCHULZE: ((1, 2), (3, 1), (2, 1)), R.POINTS: ((6, 4), (1, 9), (5, 5))}
    marks = given.get(request.param, ((1, 1),) * 3)
    for seat, (first, second) in zip(panel.seats, marks, strict=True):
        values = {one: first, two: second, four: None}
        a_ballot(session, seat, values, abstained=[three] if seat is panel.seats[0] else ())
    a_review(session, panel.seats[0], one, 8, 6)
    a_recusal(session, panel.jurors[1], one)
    panel.jury = queries.jury(session, panel.jury.id, acting_as(session, panel.officer))
    panel.jury.quorum = 1
    return panel


def close(session, panel):
    officer = acting_as(session, panel.officer)
    services.close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
    act = session.scalars(select(Ranking)).one()
    with a_store().open(session.get_one(StoredFile, act.bundle_id).sha256) as stream:
        return act, stream.read()


def test_closing_wants_ballots_that_speak_of_every_file(session, closed):
    with pytest.raises(Refused, match=r"jury\.close\.ballots") as caught:
        close(session, closed)
    assert caught.value.facts == {"short": 1, "quorum": 1}


def test_a_closing_freezes_what_ballots_made_and_its_file_computes_again(session, closed, tmp_path):
    session.execute(
        text("UPDATE application SET state = 'withdrawn', withdrawn_at = now() WHERE id = :id"),
        {"id": closed.applications[2].id},
    )
    before = queries.ranking(session, closed.jury, SYSTEM)
    act, data = close(session, closed)
    after = queries.ranking(session, closed.jury, SYSTEM)
    assert (after.lines, after.outcome, after.tied) == (before.lines, before.outcome, before.tied)
    assert [one.opinions for one in session.scalars(select(RankingLine))].count(2) == 1
    assert {one.application_id: one.rank for one in after.lines}[closed.applications[1].id] == 1
    contents = bundle.read(data)
    assert bundle.findings(contents) == []
    assert len(contents["ballots"]) == 3
    # The scores beside are compared among themselves, whatever the ballots say.
    assert queries.places_within(session, closed.jury, SYSTEM, BUDGET * 9) == 1
    assert sum(line["set_aside"] for one in contents["ballots"] for line in one["lines"]) == 1
    whole = data.decode()
    for seat, person in zip(closed.seats, closed.jurors, strict=True):
        assert person.name not in whole
        assert not any(str(one) in whole for one in (seat.id, person.id))
    file = tmp_path / "bundle.json"
    file.write_bytes(data)
    fine = CliRunner().invoke(main, ["jury", "verify", str(file)])
    assert (fine.exit_code, "3 ballots" in fine.output) == (0, True)
    for fault in FAULTS:
        altered = json.loads(data)
        fault(altered)
        file.write_bytes(bundle.written(altered))
        answer = CliRunner().invoke(main, ["jury", "verify", str(file)])
        found = [str(one) for one in bundle.findings(altered) if one.where != "bundle"]
        assert answer.exit_code == 1, fault.__name__
        assert found, fault.__name__
        assert all(one in answer.output for one in found)
    assert act.outcome == contents["outcome"]


def first_line(contents, **wanted):
    lines = [line for one in contents["ballots"] for line in one["lines"]]
    return next(one for one in lines if all(one[key] == value for key, value in wanted.items()))


def alter_value(contents):
    line = first_line(contents, value=None, abstained=False)
    line["value"] = 1


def count_set_aside(contents):
    first_line(contents, set_aside=True)["set_aside"] = False


def drop_ballot(contents):
    del contents["ballots"][0]


def vote_twice(contents):
    contents["ballots"].append(contents["ballots"][0])


def add_stranger(contents):
    contents["ballots"][0]["juror"] = "juror-9"


def alter_rank(contents):
    contents["results"][0]["rank"] += 1


def alter_votes(contents):
    contents["results"][0]["votes"] += 1


def alter_outcome(contents):
    contents["outcome"]["ballots"] += 1


def alter_matrix(contents):
    for row in contents["outcome"]["preferences"]:
        row[0] += 1
    contents["outcome"]["left"] = (contents["outcome"]["left"] or 0) + 1


def overspend(contents):
    contents["ballot"] = {"points": 1, "budget": 1}
    for line in contents["ballots"][0]["lines"]:
        line["value"] = line["value"] and 77


FAULTS = (
    alter_value, count_set_aside, drop_ballot, vote_twice, add_stranger, alter_rank, alter_votes,
    alter_outcome, alter_matrix, overspend,
)  # fmt: skip
