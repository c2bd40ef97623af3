"""The pages of a council: from its members to a vote; what an elected member reads of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.councils import DRAFT, EVENING, a_council, convened, opened, recuse
from build.decisions import a_delegation, a_deliberation, a_scene, an_award
from grants.councils.models import AgendaItem, CouncilSeat, Meeting, Presence
from grants.decisions.models import Deliberation, Proposal
from grants.decisions.services import Wanted, propose
from grants.kernel.access import FunderRole

R = FunderRole
BASE = "/instruction/seances"


def test_from_the_members_to_a_vote_by_name(session, as_person):
    scene = a_scene(session)
    officer = as_person(scene.people[R.OFFICER])
    seat = {"funder": scene.funder.id, "office": "member", "since": "04/04/2014"}
    for name in ("Ana Sel", "Bob Roc", "Chloé Val"):
        made = officer.post("/instruction/assemblee/membres", data={**seat, "name": name})
        assert made.status_code == 303
    seats = session.scalars(select(CouncilSeat.id).order_by(CouncilSeat.name)).all()
    planned = {"funder": scene.funder.id, "body": "council", "place": "Mairie", "clear_days": "5"}
    planned |= {"starts_on": "28/09/2018", "starts_at": "18:00"}
    where = officer.post(f"{BASE}/nouvelle", data=planned).headers["Location"]

    propose(
        session,
        scene.call.id,
        scene.funder.id,
        wanted=[Wanted(**vars(an_award(scene)))],
        actor=scene.officer,
        now=NOW,
    )
    item = {"object": "Soutien", "draft": DRAFT, "applications": scene.applications[0].id}
    assert "Projet 1" in officer.get(f"{where}/points/nouveau").text
    assert officer.post(f"{where}/points/nouveau", data=item).status_code == 303
    assert officer.post(f"{where}/convocation", data={"on": "25/09/2018"}).status_code == 409
    assert officer.post(f"{where}/convocation", data={"on": "22/09/2018"}).status_code == 303
    opening = {"at": "18:00", "seat": seats[0]}
    assert officer.post(f"{where}/salle/ouverture", data=opening).status_code == 303
    early = {"at": "17:00", "seats": seats}
    assert officer.post(f"{where}/salle/arrivees", data=early).status_code == 409
    assert officer.post(f"{where}/salle/arrivees", data={**early, "at": "18:05"}).status_code == 303
    item_id = session.scalars(select(AgendaItem.id)).one()
    there = f"{where}/salle/points/{item_id}"
    said = {f"v-{one}": "for" for one in seats[:2]} | {f"v-{seats[2]}": "against"}
    ballot = {"number": "DEL1", "at": "18:10", "way": "name"}
    assert officer.post(f"{there}/vote", data=ballot).status_code == 409
    answer = officer.post(f"{there}/vote", data={**ballot, **said})
    assert answer.status_code == 303
    one = session.scalars(select(Deliberation)).one()
    assert (one.votes_for, one.votes_against, one.present, one.seats) == (2, 1, 3, 3)
    assert "Chloé Val" in officer.get(there).text
    assert officer.post(f"{where}/salle/cloture", data={"at": "19:00"}).status_code == 303


def test_the_next_in_order_presides_over_what_concerns_the_chair(session, as_person):
    council = opened(session, a_council(session))
    recuse(session, council, 0)
    officer = as_person(council.scene.people[FunderRole.OFFICER])
    page = f"/instruction/seances/{council.meeting.id}/salle/points/{council.item.id}"
    shown = officer.get(page).text
    assert "le membre suivant dans l’ordre du tableau préside" in shown
    chair, second, third = council.ids(0, 1, 2)
    assert f'<option selected value="{second}">' in shown
    sent = {"number": "DEL1", "at": "18:30", "way": "hands"}
    assert officer.post(f"{page}/vote", data={**sent, "president": str(chair)}).status_code == 422
    voted = officer.post(f"{page}/vote", data={**sent, "president": str(third)})
    assert voted.status_code == 303
    assert "Membre 2" in officer.get(voted.location).text
    assert "Présidence\u202f: Membre 2" in officer.get(page).text


def test_an_elected_member_reads_the_agenda_but_not_what_concerns_them(session, as_person):
    council = convened(session, a_council(session))
    elected = as_person(council.scene.people[R.ELECTED])
    page = elected.get(f"{BASE}/{council.meeting.id}").text
    assert "Projet 1" in page
    assert "Vu le code général" in page
    assert elected.get(f"{BASE}/{council.meeting.id}/salle").status_code == 404
    recuse(session, council, 0)
    page = elected.get(f"{BASE}/{council.meeting.id}").text
    assert "Projet 1" not in page
    assert "Vu le code général" not in page
    assert council.item.object not in page


def test_the_pages_of_a_meeting_open_at_every_stage(session, as_person):
    council = a_council(session, scene=a_scene(session, applications=3))
    officer = as_person(council.scene.people[R.OFFICER])
    pages = [f"{BASE}/{council.meeting.id}", f"{BASE}/{council.meeting.id}/salle"]
    pages += [f"{pages[1]}/points/{council.item.id}", f"{pages[0]}/points/{council.item.id}"]
    for step in (lambda *_: None, convened, opened):
        step(session, council)
        assert [officer.get(one).status_code for one in pages] == [200] * 4


def test_in_the_room_nobody_chosen_is_a_slip_and_each_act_has_its_hour(session, as_person):
    council = convened(session, a_council(session))
    officer = as_person(council.scene.people[R.OFFICER])
    room = f"{BASE}/{council.meeting.id}/salle"
    first, second = council.ids(0, 1)
    assert officer.post(f"{room}/ouverture", data={"at": "18:00", "seat": ""}).status_code == 422
    assert officer.post(f"{room}/ouverture", data={"at": "18:00", "seat": first}).status_code == 303
    # The day after, the boxes propose the hour of the session, not the end of its day.
    assert 'value="18:00"' in officer.get(room).text
    for act in ("departs", "pouvoirs"):
        slip = officer.post(f"{room}/{act}", data={"at": "18:10", "seat": ""})
        assert slip.status_code == 422
        assert "Choisissez un membre." in slip.text
    half = {"at": "18:10", "seat": second, "other": ""}
    assert officer.post(f"{room}/pouvoirs", data=half).status_code == 422
    gone = officer.post(f"{room}/departs", data={"at": "18:20", "seat": first})
    assert gone.status_code == 303
    left = select(Presence.left_at).where(Presence.seat_id == first)
    assert session.scalars(left).one() == EVENING + timedelta(minutes=20)


def test_an_elected_member_finds_their_recusals_beside_the_agenda(session, as_person):
    council = convened(session, a_council(session))
    elected = as_person(council.scene.people[R.ELECTED])
    page = elected.get(f"{BASE}/{council.meeting.id}").text
    assert f"/instruction/dossiers/{council.scene.applications[0].id}/deport" in page
    assert "Aucun point ne vous concerne" in page
    recuse(session, council, 0)
    page = elected.get(f"{BASE}/{council.meeting.id}").text
    assert 'href="#p-1"' in page
    assert "/deport" not in page.partition("<main")[2]
    officer = as_person(council.scene.people[R.OFFICER])
    assert "Mes déports" not in officer.get(f"{BASE}/{council.meeting.id}").text


def test_delegations_are_listed_and_their_limits_are_told(session, as_person):
    scene = a_scene(session)
    officer = as_person(scene.people[R.OFFICER])
    a_delegation(session, scene.funder, scene.officer)
    assert "10 000,00" in officer.get("/instruction/assemblee/delegations").text.replace(
        "\u202f", " "
    )
    form = {"number": "B1", "object": "Soutien", "body": "bureau", "held_on": "28/09/2018"}
    form |= {"seats": 5, "present": 4, "represented": 0, "votes_for": 4, "not_taking_part": 0}
    form |= {"votes_against": 0, "abstentions": 0}

    wanted = [Wanted(**vars(an_award(scene, amount=1_000_001)))]
    act = {"actor": scene.officer, "now": NOW}
    propose(session, scene.call.id, scene.funder.id, wanted=wanted, **act)

    form["proposal"] = session.scalars(select(Proposal.id)).one()
    where = f"/instruction/deliberations/appels/{scene.call.id}/{scene.funder.id}"
    answer = officer.post(where, data=form)
    assert answer.status_code == 409
    assert "DEL2018_000" in answer.text


@pytest.mark.parametrize("days", [("01/10/2018", ""), ("30/09/2018", "01/10/2018")])
def test_an_act_becomes_executory_with_both_days(session, as_person, days):
    scene = a_scene(session)
    act = a_deliberation(session, scene)
    officer = as_person(scene.people[R.OFFICER])
    where = f"/instruction/deliberations/{act.id}"
    sent = {"transmitted_on": days[0], "published_on": days[1], "receipt": "063-AR"}
    assert officer.post(f"{where}/executoire", data={}).status_code == 422
    assert officer.post(f"{where}/executoire", data=sent).status_code == 303
    session.refresh(act)
    assert (act.made_executory_on is not None) is bool(days[1])
    assert "063-AR" in officer.get(where).text


def test_a_missed_quorum_leads_to_a_second_meeting(session, as_person):
    council = opened(session, a_council(session, starts_at=EVENING - timedelta(days=5)), present=1)
    officer = as_person(council.scene.people[R.OFFICER])
    where = f"{BASE}/{council.meeting.id}"
    assert officer.post(f"{where}/salle/cloture", data={"at": "19:00"}).status_code == 303
    page = officer.get(where).text
    address = f"{BASE}/nouvelle?premiere={council.meeting.id}"
    assert address in page
    assert "quorum" in officer.get(address).text
    again = {"funder": council.scene.funder.id, "body": "council", "place": "Mairie"}
    again |= {"starts_on": "28/09/2018", "starts_at": "18:00", "clear_days": "5"}
    again |= {"first": council.meeting.id}
    assert officer.post(f"{BASE}/nouvelle", data=again).status_code == 303
    second = session.scalars(select(Meeting).where(Meeting.first_id.is_not(None))).one()
    assert second.first_id == council.meeting.council_session_id
