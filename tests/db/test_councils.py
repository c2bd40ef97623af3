"""A council from its agenda to its votes: what it refuses, what it counts, what it keeps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from build.clock import NOW
from build.councils import EVENING, LATER, a_council, convened, opened, recuse
from build.decisions import HELD_ON, a_delegation, a_scene, an_award, standing
from build.people import a_funder, a_funder_member, acting_as
from grants.councils import queries, rules, services
from grants.councils.models import Choice, CouncilSeat, Office, Voice
from grants.councils.services import Ballot, Draft
from grants.decisions.models import Body, CouncilSession, Deliberation
from grants.decisions.vote import CastingVote
from grants.kernel.errors import Refused, Unknown

HANDS = Ballot()


def vote(session, council, ballot=HANDS, *, number="DEL1", at=LATER, item=None):
    return services.vote_item(
        session, (item or council.item).id, ballot, number=number, at=at, **council.act
    )


def figures(one: Deliberation) -> tuple[int, ...]:
    counts = (one.seats, one.present, one.represented, one.not_taking_part)
    return (*counts, one.votes_for, one.votes_against, one.abstentions)


def test_a_vote_counts_the_room_and_ends_in_a_deliberation(session):
    council = opened(session, a_council(session), present=5)
    giver, holder = council.ids(6, 1)
    services.give_proxy(
        session, council.meeting.id, giver_id=giver, holder_id=holder, at=EVENING, **council.act
    )
    one = vote(session, council, Ballot(votes_against=1, abstentions=1))
    assert figures(one) == (7, 5, 1, 0, 4, 1, 1)
    assert (one.adopted, one.voted_on, one.number) == (True, HELD_ON, "DEL1")
    assert standing(session, council.scene.envelope_id)["reserved"] == 1_000_000
    assert vote(session, council).id == one.id
    kept = queries.voices(session, council.item.id)
    assert [one.standing.value for one in kept] == [*["present"] * 5, "absent", "represented"]
    with pytest.raises(Refused, match="item_voted"):
        vote(session, council, number="DEL2")


def test_a_chair_who_leaves_for_an_item_is_replaced_by_the_next_in_order(session):
    council = opened(session, a_council(session))
    recuse(session, council, 0)
    council.seats[3].office = Office.VICE_PRESIDENT
    session.flush()
    with pytest.raises(Refused, match=r"council\.president_out"), session.begin_nested():
        services.vote_item(
            session,
            council.item.id,
            HANDS,
            number="DEL1",
            at=LATER,
            president_id=council.seats[0].id,
            **council.act,
        )
    voters = council.ids(*range(1, 7))
    choices = dict(zip(voters, [Choice.AGAINST] * 3 + [Choice.FOR] * 3, strict=True))
    one = vote(session, council, Ballot(choices=choices))
    assert council.item.presided_by_id == council.seats[3].id
    assert (one.casting_vote, one.adopted) == (CastingVote.AGAINST, False)
    assert queries.presided(session, one.id) == "Membre 3"


@pytest.mark.parametrize("president", ["nobody", "absent", "recused"])
def test_postgresql_refuses_an_item_that_nobody_in_the_room_presides(session, president):
    council = opened(session, a_council(session), present=5)
    recuse(session, council, 0)
    wrong = {"nobody": None, "absent": council.seats[6].id, "recused": council.seats[0].id}
    plant(session, council.item.id, wrong[president])
    with pytest.raises(DatabaseError, match="preside"), session.begin_nested():
        vote(session, council)
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def plant(session, item_id, president_id) -> None:
    """Whatever is written, PostgreSQL is told that this one presides."""
    name = f"'{president_id}'" if president_id else "NULL"
    session.execute(
        text(
            "CREATE FUNCTION pg_temp.planted() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN NEW.presided_by_id := {name}; RETURN NEW; END $$"
        )
    )
    session.execute(
        text(
            "CREATE TRIGGER a_plant BEFORE UPDATE ON council_item FOR EACH ROW "
            f"WHEN (OLD.id = '{item_id}') EXECUTE FUNCTION pg_temp.planted()"
        )
    )


def test_the_member_whom_it_concerns_leaves_the_room_and_reads_nothing_of_it(session):
    council = opened(session, a_council(session))
    member = recuse(session, council, 0)
    meeting = queries.meeting(session, council.meeting.id, viewer=member)
    (sheet,) = queries.sheets(session, meeting, viewer=member)
    assert (sheet.is_hidden, sheet.applications, sheet.proposals) == (True, [], [])
    services.say_concerned(session, council.item.id, council.seats[3].id, **council.act)
    one = vote(session, council)
    assert figures(one) == (7, 7, 0, 2, 5, 0, 0)
    left = [one.seat.name for one in queries.voices(session, council.item.id) if one.left_room]
    assert left == ["Membre 0", "Membre 3"]


def test_by_name_every_voice_is_kept_and_must_be_given(session):
    council = opened(session, a_council(session), present=4)
    said = dict(zip(council.ids(0, 1, 2), Choice, strict=True))
    with pytest.raises(Refused, match="choices_missing"), session.begin_nested():
        vote(session, council, Ballot(choices=said))
    said |= {council.seats[3].id: Choice.ABSTENTION}
    one = vote(session, council, Ballot(choices=said))
    assert figures(one) == (7, 4, 0, 0, 1, 1, 2)
    assert (one.casting_vote, one.adopted) == (CastingVote.FOR, True)
    kept = queries.voices(session, council.item.id)
    assert [one.choice for one in kept] == [*Choice, Choice.ABSTENTION, None, None, None]


def test_quorum_is_asked_for_each_item_from_who_is_still_there(session):
    council = opened(session, a_council(session), present=4)
    place = council.meeting.id
    services.leave(session, place, council.seats[3].id, at=LATER, **council.act)
    with pytest.raises(Refused, match=r"council\.no_quorum") as refused:
        vote(session, council)
    assert refused.value.facts == {"present": 3, "quorum": 4, "seats": 7}
    back = LATER + timedelta(minutes=5)
    services.arrive(session, place, council.ids(3), at=back, **council.act)
    assert vote(session, council, at=back).present == 4


def test_a_missed_quorum_lets_a_second_meeting_take_up_the_agenda_without_one(session):
    council = opened(session, a_council(session, starts_at=EVENING - timedelta(days=3)), present=0)
    first = council.meeting
    early = EVENING - timedelta(days=3)
    again = {"body": Body.COUNCIL, "place": "Ici", "first_id": first.id, **council.act}
    funder = council.scene.funder.id
    with pytest.raises(Refused, match="first_had_its_quorum"):
        services.plan(session, funder, starts_at=EVENING, **again)
    services.close(session, first.id, at=early, **council.act)
    assert queries.meeting(session, first.id, viewer=council.scene.officer).state == "missed"
    with pytest.raises(Refused, match="second_too_soon"):
        services.plan(session, funder, starts_at=EVENING - timedelta(days=1), **again)
    second = services.plan(session, funder, starts_at=EVENING, **again)
    assert [one.object for one in second.items] == [council.item.object]
    with pytest.raises(Refused, match="second_agenda"):
        services.add_item(session, second.id, Draft(object="Autre"), **council.act)
    services.convene(session, second.id, on=HELD_ON - timedelta(days=1), **council.act)
    chair = council.seats[0].id
    services.open_meeting(session, second.id, chair_id=chair, at=EVENING, **council.act)
    one = vote(session, council, item=second.items[0])
    assert (figures(one), one.second_convocation) == ((7, 1, 0, 0, 1, 0, 0), True)


def test_members_are_called_five_clear_days_before_or_one_in_urgency(session):
    council = a_council(session)
    call = {"session": session, "meeting_id": council.meeting.id, **council.act}
    with pytest.raises(Refused, match="notice_too_short") as refused:
        services.convene(on=HELD_ON - timedelta(days=5), **call)
    assert refused.value.facts == {"days": 4, "wanted": 5}
    with pytest.raises(Refused, match="notice_too_short"):
        services.convene(on=HELD_ON - timedelta(days=1), urgency="Crue", **call)
    services.convene(on=HELD_ON - timedelta(days=6), **call)
    with pytest.raises(Refused, match="agenda_sent"):
        services.add_item(session, council.meeting.id, Draft(object="Tard"), **council.act)


def test_one_proxy_is_given_and_one_held_until_it_is_revoked(session):
    council = a_council(session)
    place = council.meeting.id

    def give(giver: int, holder: int) -> None:
        one, other = council.ids(giver, holder)
        services.give_proxy(
            session, place, giver_id=one, holder_id=other, at=EVENING, **council.act
        )

    give(6, 1)
    give(6, 1)
    for pair, told in (((5, 1), "proxy_held"), ((6, 2), "proxy_given"), ((4, 4), "to_oneself")):
        with pytest.raises(Refused, match=told):
            give(*pair)
    services.revoke_proxy(session, place, giver_id=council.seats[6].id, at=LATER, **council.act)
    give(5, 1)
    assert queries.hall(session, council.meeting, LATER).room().proxies == {
        council.seats[5].id: council.seats[1].id
    }


def test_items_go_up_and_down_and_a_withdrawn_one_leaves_its_proposals(session):
    council = a_council(session)
    place, more = council.meeting.id, Draft(object="Deuxième")
    other = services.add_item(session, place, more, **council.act)
    services.move_item(session, other.id, up=True, **council.act)
    services.move_item(session, other.id, up=True, **council.act)
    found = queries.meeting(session, place, viewer=council.scene.officer)
    assert [one.object for one in found.items] == ["Deuxième", council.item.object]
    opened(session, council)
    with pytest.raises(Refused, match="nothing_to_vote"):
        vote(session, council, item=other)
    with pytest.raises(Refused, match="items_left"):
        services.close(session, place, at=LATER, **council.act)
    for one in (other, council.item):
        services.withdraw_item(session, one.id, **council.act)
    with pytest.raises(Refused, match="item_withdrawn"):
        vote(session, council)
    assert services.close(session, place, at=LATER, **council.act).state == "closed"
    with pytest.raises(Refused, match="not_open"):
        services.arrive(session, place, council.ids(1), at=LATER, **council.act)


def test_the_council_is_told_once_of_what_was_decided_by_delegation(session):
    scene = a_scene(session)
    a_delegation(session, scene.funder, scene.officer)
    bureau = a_council(
        session, scene=scene, body=Body.BUREAU, starts_at=EVENING - timedelta(days=2)
    )
    convened(session, bureau)
    early = EVENING - timedelta(days=2)
    place = bureau.meeting.id
    services.open_meeting(session, place, chair_id=bureau.seats[0].id, at=early, **bureau.act)
    services.arrive(session, place, bureau.ids(1, 2), at=early, **bureau.act)
    act = vote(session, bureau, number="B1", at=early)
    assert (act.seats, act.delegation_id is None) == (5, False)
    assert queries.unreported(session, scene.funder.id, HELD_ON) == [act]
    council = opened(session, a_council(session, an_award(scene, 1, amount=5), scene=scene))
    vote(session, council, number="C1")
    for _ in range(2):
        services.close(session, council.meeting.id, at=LATER, **council.act)
    assert queries.reported_to(session, council.meeting.council_session_id) == [act]
    assert queries.unreported(session, scene.funder.id, HELD_ON) == []


def test_strangers_and_readers_hold_no_meeting(session):
    council = a_council(session)
    stranger = acting_as(session, a_funder_member(session, a_funder(session)))
    for actor in (stranger, council.elected):
        with pytest.raises(Unknown):
            services.convene(session, council.meeting.id, on=HELD_ON, actor=actor, now=NOW)
    with pytest.raises(Unknown):
        queries.meeting(session, council.meeting.id, viewer=stranger)
    recused = replace(
        council.scene.officer, recused_from=frozenset({council.scene.applications[1].id})
    )
    draft = Draft(object="Autre", applications=[council.scene.applications[1].id])
    with pytest.raises(Unknown):
        services.edit_item(session, council.item.id, draft, actor=recused, now=NOW)


def test_one_president_at_a_time(session):
    council = a_council(session)
    new = {"name": "Autre", "office": Office.PRESIDENT, **council.act}
    funder = council.scene.funder.id
    with pytest.raises(Refused, match="president_in_office"):
        services.seat(session, funder, since=date(2018, 9, 1), **new)
    services.unseat(session, council.seats[0].id, until=date(2018, 9, 1), **council.act)
    assert services.seat(session, funder, since=date(2018, 9, 1), **new).in_bureau
    members = queries.in_office(session, funder, Body.COUNCIL, HELD_ON)
    assert "Membre 0" not in [one.name for one in members]


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "INSERT INTO council_presence (id, meeting_id, seat_id, arrived_at) SELECT"
            " gen_random_uuid(), meeting_id, seat_id, arrived_at + interval '1 minute'"
            " FROM council_presence LIMIT 1",
            "once",
        ),
        ("UPDATE council_voice SET choice = 'against'", "refuse|append|chang"),
        ("DELETE FROM council_voice", "refuse|append|chang"),
        ("UPDATE council_item SET object = 'Autre'", "never changed"),
        ("DELETE FROM council_item", "never changed"),
    ],
)
def test_what_a_meeting_leaves_behind_is_not_edited(session, statement, told):
    vote(session, opened(session, a_council(session)))
    with pytest.raises(DatabaseError, match=told), session.begin_nested():
        session.execute(text(statement))


def test_by_hand_the_members_of_an_item_add_up_to_its_figures(session):
    council = opened(session, a_council(session), present=5)
    vote(session, council)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    assert session.scalar(select(func.count()).select_from(Voice)) == 7
    ghost = services.seat(
        session, council.scene.funder.id, name="Fantôme", since=HELD_ON, **council.act
    )
    with pytest.raises(DatabaseError, match="add up"), session.begin_nested():
        session.add(
            Voice(item_id=council.item.id, seat_id=ghost.id, standing="absent", left_room=False)
        )
        session.flush()


@pytest.mark.parametrize(
    ("rule", "model"),
    [
        (rules.holds_meetings, CouncilSession),
        (rules.reads_agenda, CouncilSession),
        (rules.keeps_seats, CouncilSeat),
        (rules.reads_seats, CouncilSeat),
    ],
    ids=lambda one: getattr(one, "name", ""),
)
def test_a_rule_selects_in_sql_the_rows_for_which_it_holds(session, rule, model):
    scenes = [a_council(session, members=2).scene for _ in range(2)]
    rows = session.scalars(select(model)).all()
    sizes = set()
    for actor in [one for scene in scenes for one in scene.actors.values()]:
        held = {row.id for row in rows if rule.holds(actor, row)}
        assert held == set(session.scalars(select(model.id).where(rule.where(actor))))
        sizes.add(len(held))
    assert len(sizes) > 1 or rule in {rules.reads_agenda, rules.reads_seats}


def test_a_vote_sent_six_times_at_once_is_one_deliberation(fresh_database):
    with fresh_database.transaction() as session:
        council = opened(session, a_council(session))

    def send(_: int) -> object:
        with fresh_database.transaction() as session:
            return vote(session, council).id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(send, range(6)))) == 1
    with fresh_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Voice)) == 7
        assert standing(session, council.scene.envelope_id)["reserved"] == 1_000_000


def test_a_vote_that_the_law_forbids_is_refused_before_it_is_recorded(session):
    scene = a_scene(session, voted=100_000_000)
    too_much = an_award(scene, amount=30_000_100)
    council = opened(session, a_council(session, too_much, scene=scene))
    with pytest.raises(Refused, match=r"watch\.de_minimis"):
        vote(session, council)
    assert session.scalar(select(func.count()).select_from(Deliberation)) == 0
