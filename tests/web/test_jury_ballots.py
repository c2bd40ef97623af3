"""A juror's ballot on its page, and the ranking that ballots make, for jurors and officers."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from build.ballots import BUDGET, a_ballot, a_voting_panel
from build.blind import a_form_for_jurors
from build.calls import a_call_from_template
from build.clock import NOW
from build.html import Page
from build.juries import Panel, a_panel, a_recusal, a_review, a_store, as_juror
from build.people import a_funder, a_funder_member
from build.reading import words
from grants.calls.models import Jury, RankingRule, Stage
from grants.juries.models import BallotState, JuryBallot, JuryBallotLine, Seat, SeatRole
from grants.juries.services import close_jury
from grants.kernel.money import Unit
from grants.sittings import services as meetings

R = RankingRule


@dataclass
class Vote:
    """A jury that votes, its first juror's browser and its officer's."""

    panel: Panel
    juror: object
    officer: object

    @property
    def path(self) -> str:
        return f"/jury/{self.panel.jury.id}/bulletin"

    @property
    def ids(self) -> list[str]:
        return [str(one.id) for one in self.panel.applications]

    @property
    def office(self) -> str:
        return f"/instruction/jurys/{self.panel.jury.id}/classement"

    def send(self, intent="save", version="0", **boxes):
        return self.juror.post(self.path, data={"intent": intent, "version": version, **boxes})


@pytest.fixture
def vote(database, as_person):
    """A jury of two that ranks by the given rule, three files, each dearer than the one before."""

    def made(rule):
        with database.transaction() as session:
            panel = a_voting_panel(session, rule, jurors=2, cost=BUDGET // 4)
        return Vote(panel, as_person(panel.jurors[0]), as_person(panel.officer))

    return made


def lines(database, vote):
    with database.transaction() as session:
        seat = vote.panel.seats[0].id
        rows = session.execute(
            select(JuryBallotLine.application_id, JuryBallotLine.value, JuryBallotLine.abstained)
            .join(JuryBallot, JuryBallot.id == JuryBallotLine.ballot_id)
            .where(JuryBallot.seat_id == seat)
        )
        return {str(one): (value, abstained) for one, value, abstained in rows}


def test_a_ranking_is_written_kept_and_cast_without_any_script(database, vote):
    desk = vote(R.SCHULZE)
    one, two, three = desk.ids
    page = desk.juror.get(desk.path)
    assert "Écrivez 1 à côté du dossier" in words(page)
    assert f'href="{desk.path}"' in desk.juror.get(f"/jury/{desk.panel.jury.id}").text
    kept = desk.send(**{f"rank-{one}": "2", f"rank-{two}": "2", "abstain": three})
    assert (kept.status_code, kept.location) == (303, desk.path)
    assert lines(database, desk) == {one: (2, False), two: (2, False), three: (None, True)}
    found = Page(desk.juror.get(desk.path).text)
    assert (found.boxes[f"rank-{one}"], found.boxes["abstain"]) == (["2"], [three])
    cast = desk.send("cast", "1", **{f"rank-{one}": "1", f"rank-{two}": "3"})
    assert cast.status_code == 303
    text = words(desk.juror.get(desk.path))
    assert "Vous avez déposé votre bulletin" in text
    assert "Page " not in text
    assert f"rank-{one}" not in desk.juror.get(desk.path).text
    again = desk.send("cast", "2", **{f"rank-{one}": "2"})
    assert again.status_code == 409
    assert lines(database, desk)[one] == (1, False)


@pytest.mark.parametrize(
    ("rule", "boxes", "said"),
    [
        (R.SCHULZE, {"rank-{0}": "4"}, "de 1 à 3"),
        (R.SCHULZE, {}, "Choisissez au moins un projet"),
        (R.SCHULZE, {"rank-{0}": "un"}, "places sont des nombres entiers"),
        (R.POINTS, {"points-{0}": "1_0"}, "points sont des nombres entiers"),
        (R.SCHULZE, {"rank-{0}": "-1"}, "nombres entiers"),
        (R.POINTS, {"points-{0}": "6", "points-{1}": "5"}, "11 points"),
        (R.BUDGET, {"choice": "{1}", "choice ": "{2}"}, "12 500,00"),
        (R.APPROVAL, {"choice": "{0}", "abstain": "{0}"}, "pas les deux"),
        (R.APPROVAL, {"choice": "00000000-0000-4000-8000-000000000000"}, "n’est pas"),
        (R.APPROVAL, {"choice": "a\x00b"}, "nombres entiers"),
        (R.APPROVAL, {"abstain": "<b>", "choice": "{0}"}, "nombres entiers"),
    ],
)
def test_what_breaks_the_rule_is_said_and_what_was_typed_stays(database, vote, rule, boxes, said):
    desk = vote(rule)
    sent = [
        (name.strip().format(*desk.ids), value.format(*desk.ids)) for name, value in boxes.items()
    ]
    several = {name: [one for key, one in sent if key == name] for name, _ in sent}
    answer = desk.juror.post(desk.path, data={"intent": "cast", "version": "0", **several})
    assert answer.status_code == 422
    assert said in words(answer)
    page = Page(answer.text)
    for name, value in sent:
        if name.startswith(("rank", "points")) or value in desk.ids:
            assert value in page.boxes[name], name
    assert lines(database, desk) == {}


def test_points_may_stay_unspent_and_a_budget_be_met_to_the_cent(database, vote):
    desk = vote(R.POINTS)
    sent = {f"points-{desk.ids[0]}": "4", f"points-{desk.ids[1]}": "0", f"points-{desk.ids[2]}": ""}
    assert desk.send(**sent).status_code == 303
    assert "4 points donnés, sur 10" in words(desk.juror.get(desk.path))
    assert desk.send("cast", "1", **sent).status_code == 303
    assert lines(database, desk)[desk.ids[0]] == (4, False)
    assert lines(database, desk)[desk.ids[1]] == (None, False)
    desk = vote(R.BUDGET)
    assert "10 000,00" in words(desk.juror.get(desk.path)).replace("\u202f", " ")
    dear = desk.send("cast", choice=desk.ids)
    assert "demandent 15 000,00 € ensemble" in words(dear).replace("\u202f", " ")
    assert desk.send("cast", choice=[desk.ids[0], desk.ids[2]]).status_code == 303


def test_whoever_has_no_opinion_at_all_casts_that(database, vote):
    desk = vote(R.APPROVAL)
    assert desk.send("cast", abstain=desk.ids).status_code == 303
    assert set(lines(database, desk).values()) == {(None, True)}


def test_another_window_is_told_of_and_loses_nothing(database, vote):
    desk = vote(R.APPROVAL)
    desk.send(choice=desk.ids[0])
    answer = desk.send(choice=desk.ids[1])
    assert answer.status_code == 409
    assert Page(answer.text).boxes["choice"] == [desk.ids[1]]
    version = Page(answer.text).boxes["version"][0]
    assert desk.send(version=version, choice=desk.ids[1]).status_code == 303
    assert lines(database, desk)[desk.ids[0]] == (None, False)


def test_a_mistake_in_an_old_window_does_not_make_it_a_new_one(database, vote):
    desk = vote(R.SCHULZE)
    one, two, _three = desk.ids
    desk.send(**{f"rank-{one}": "1"})
    mistaken = desk.send(**{f"rank-{two}": "x"})
    version = Page(mistaken.text).boxes["version"][0]
    assert (mistaken.status_code, version) == (422, "0")
    assert desk.send(version=version, **{f"rank-{two}": "1"}).status_code == 409
    assert lines(database, desk)[one] == (1, False)


def test_a_ballot_waits_for_its_phase_and_ends_with_it(database, vote):
    desk = vote(R.APPROVAL)
    with database.transaction() as session:
        session.get_one(Jury, desk.panel.jury.id).discussion_opened_at = NOW
    page = desk.juror.get(desk.path)
    assert page.status_code == 200
    assert 'name="choice"' not in page.text
    assert "La discussion" in words(page)
    assert desk.send("cast", choice=desk.ids[0]).status_code == 409
    assert lines(database, desk) == {}


def test_no_ballot_where_scores_rank_nor_for_who_does_not_sit(database, vote, as_person):
    desk = vote(R.SCHULZE)
    assert desk.officer.get(desk.path).status_code == 404
    with database.transaction() as session:
        other = a_panel(session)
    browser, path = as_person(other.jurors[0]), f"/jury/{other.jury.id}/bulletin"
    assert browser.get(path).status_code == 404
    assert browser.post(path, data={"intent": "save"}).status_code == 404
    assert browser.get(desk.path).status_code == 404


# The wall.


def test_a_recused_juror_s_ballot_knows_nothing_of_the_file(database, vote):
    desk = vote(R.SCHULZE)
    one, two, three = desk.ids
    desk.send(**{f"rank-{one}": "1", f"rank-{two}": "2"})
    with database.transaction() as session:
        a_recusal(session, desk.panel.jurors[0], desk.panel.applications[0])
    hidden = desk.panel.applications[0]
    page = desk.juror.get(desk.path)
    for told in (one, hidden.title, hidden.number):
        assert told not in page.text
    assert 'max="2"' in page.text
    named = desk.send("cast", "1", **{f"rank-{one}": "1"})
    never = desk.send("cast", "1", **{"rank-00000000-0000-4000-8000-000000000000": "1"})
    assert (named.status_code, words(named)) == (never.status_code, words(never))
    assert desk.send("cast", "1", **{f"rank-{two}": "1", f"rank-{three}": "2"}).status_code == 303
    assert one not in lines(database, desk)


def test_a_blind_juror_votes_on_titles_alone(database, as_person):
    with database.transaction() as session:
        panel = a_panel(session, document=a_form_for_jurors())
        panel.jury.rule = R.APPROVAL
        session.get_one(Stage, panel.jury.stage_id).blind = True
    applicant = re.compile(r"Association \d+")
    page = as_person(panel.jurors[0]).get(f"/jury/{panel.jury.id}/bulletin")
    assert panel.applications[0].number in page.text
    assert not applicant.search(words(page))


# The ranking.


def test_the_ranking_says_its_rule_its_ties_and_every_pair(database, vote, as_person):
    desk = vote(R.SCHULZE)
    one, two, three = desk.panel.applications
    with database.transaction() as session:
        first, second = (session.get_one(Seat, seat.id) for seat in desk.panel.seats)
        first.role = SeatRole.CHAIR
        a_ballot(session, second, {one: 1, two: 2, three: None})
        a_review(session, second, three, 9, 9)
    page = desk.juror.get(f"/jury/{desk.panel.jury.id}/classement")
    assert "une fois votre propre bulletin déposé" in words(page)
    desk.send("cast", **{f"rank-{two.id}": "1", f"rank-{one.id}": "2"})
    page = desk.officer.get(desk.office)
    text = words(page)
    assert "méthode de Schulze" in text
    assert "2 bulletins sont déposés" in text
    assert text.count("Égalité") == 2
    assert "Deux à deux" in text
    assert "90,0" in text, "the mean beside"
    row = page.text.rpartition("Deux à deux")[2].partition(f'scope="row">{one.number}')[2]
    cells = re.findall(r"<td[^>]*>(?:<b>)?([^<]*)", row.partition("</tr>")[0])
    assert cells == ["·", "1", "2"]
    chair = words(desk.juror.get(f"/jury/{desk.panel.jury.id}/classement"))
    assert "Deux à deux" in chair
    assert "90,0" not in chair, "whose own scores are not in"
    rows = list(csv.DictReader(io.StringIO(desk.officer.get(f"{desk.office}.csv").text[1:])))
    assert [(one["rang"], one["voix"], one["bulletins"]) for one in rows] == [
        ("1", "1", "2"),
        ("1", "1", "2"),
        ("3", "0", "2"),
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (R.APPROVAL, "la part des bulletins qui approuvent"),
        (R.POINTS, "la moyenne des points"),
        (R.BUDGET, "la part des bulletins qui choisissent"),
    ],
)
def test_each_rule_is_explained_and_a_jury_closes_by_it(database, vote, rule, said):
    desk = vote(rule)
    assert said in words(desk.officer.get(desk.office))
    close = f"/instruction/jurys/{desk.panel.jury.id}/cloture"
    refused = desk.officer.post(close)
    assert refused.status_code == 409
    assert "bulletin" in words(refused)
    with database.transaction() as session:
        seat = session.get_one(Seat, desk.panel.seats[0].id)
        a_ballot(
            session,
            seat,
            {one: at or None for at, one in enumerate(desk.panel.applications)}
            if rule is R.POINTS
            else dict.fromkeys(desk.panel.applications[:1], 1)
            | dict.fromkeys(desk.panel.applications[1:]),
        )
    assert desk.officer.post(close).status_code == 303
    text = words(desk.officer.get(desk.office))
    assert said in text
    assert "bulletins des jurés (" in text
    with database.transaction() as session:
        assert session.scalars(select(JuryBallot.state)).all() == [BallotState.FINAL]


def test_minutes_tell_what_ballots_gave(database, vote):
    desk = vote(R.POINTS)
    with database.transaction() as session:
        panel = desk.panel
        session.get_one(Seat, panel.seats[0].id).role = SeatRole.CHAIR
        session.get_one(Jury, panel.jury.id).quorum = 1
        a_ballot(session, panel.seats[0], dict(zip(panel.applications, (7, 2, None), strict=True)))
        session.flush()
        chair = as_juror(session, panel.jurors[0])
        known = {"meets_at": NOW, "place": "Salle 1", "convened_by": "La présidente"}
        held = meetings.prepare(session, panel.jury.id, **known, actor=chair, now=NOW)
        meetings.open_sitting(session, held.id, actor=chair, now=NOW)
        close_jury(session, panel.jury.id, store=a_store(), actor=chair, now=NOW)
    text = words(desk.juror.get(f"/seances/{held.id}/proces-verbal"))
    assert "Empreinte des bulletins et des notes" in text
    first, second, _third = panel.applications
    assert f"{first.number} · {first.title} 7 1" in text
    assert f"{second.number} · {second.title} 2 1" in text


def test_a_recused_officer_reads_no_pair_and_no_rest_of_the_money(database, vote):
    desk = vote(R.BUDGET)
    hidden = desk.panel.applications[0]
    with database.transaction() as session:
        seat = session.get_one(Seat, desk.panel.seats[0].id)
        a_ballot(
            session,
            seat,
            dict.fromkeys(desk.panel.applications[:1], 1)
            | dict.fromkeys(desk.panel.applications[1:]),
        )
    assert "Il resterait 7 500,00" in words(desk.officer.get(desk.office)).replace("\u202f", " ")
    with database.transaction() as session:
        a_recusal(session, desk.panel.officer, hidden)
    page = desk.officer.get(desk.office)
    assert hidden.number not in page.text
    assert "Il resterait" not in words(page)


# Its settings.


def test_the_workshop_keeps_a_rule_with_what_it_shares_out(session, as_person):
    lead = a_funder(session)
    call = a_call_from_template(session, "courts_circuits", published=False, m2a=lead)
    officer = as_person(a_funder_member(session, lead))
    jury = session.scalars(select(Jury).where(Jury.call_id == call.id)).first()
    path = f"/instruction/appels/{call.id}/atelier/jurys/{jury.id}"
    sent = {"name_fr": "Jury", "stage_id": str(jury.stage_id), "quorum": "2", "ballot_points": "7"}
    sent["ballot_budget"] = "12 000,50"

    def kept(rule):
        assert officer.post(path, data={**sent, "rule": rule}).status_code == 303
        session.expire_all()
        return jury.rule, jury.ballot_points, jury.ballot_budget

    assert kept("budget") == (R.BUDGET, None, 1_200_050)
    assert Page(officer.get(path).get_data(as_text=True)).boxes["ballot_budget"] == ["12000,50"]
    assert kept("points") == (R.POINTS, 7, None)
    assert kept("schulze") == (R.SCHULZE, None, None)
    for wrong in ({"ballot_points": "0"}, {"ballot_budget": "beaucoup"}, {"rule": "lot"}):
        refused = officer.post(path, data={**sent, "rule": "points", **wrong})
        assert refused.status_code == 422, wrong
    call.unit = Unit.SQUARE_METRE
    session.flush()
    sent["ballot_budget"] = "0,50"
    assert kept("budget") == (R.BUDGET, None, None), "less than the least of a unit is nothing"


def test_a_cast_ballot_is_changed_in_the_discussion_with_a_sentence(database, vote):
    made = vote(R.APPROVAL)
    made.send("cast", choice=made.ids[0])
    change = {"version": "1", "choice": made.ids[1], "reason": "Le chiffrage m’a convaincue."}
    where = f"{made.path}/revision"
    assert made.juror.post(where, data=change).status_code == 409
    assert "Enregistrer mon nouveau bulletin" not in words(made.juror.get(made.path))
    with database.transaction() as session:
        session.get_one(Jury, made.panel.jury.id).discussion_opened_at = NOW
    assert "Enregistrer mon nouveau bulletin" in words(made.juror.get(made.path))
    mute = made.juror.post(where, data={**change, "reason": " "})
    assert (mute.status_code, "pourquoi votre bulletin change" in words(mute)) == (422, True)
    assert made.juror.post(where, data=change).status_code == 303
    page = words(made.juror.get(made.path))
    assert "Le chiffrage m’a convaincue." in page
    assert "Modifications de mon bulletin" in page
