"""Referents by contact points and by hand; labels; the workload."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.juries import a_seat
from build.people import a_funder, a_funder_member, a_person, acting_as, an_organisation
from grants.appraisal.models import ReferentChange, ReferentRule
from grants.appraisal.queries import sorting
from grants.appraisal.services import contact_points, labels, referents
from grants.appraisal.services.contact_points import Written
from grants.calls.models import Jury, Stage
from grants.juries.models import Recusal
from grants.kernel.access import FunderRole
from grants.kernel.errors import Forbidden, Refused, Unknown


@pytest.fixture
def scene(session):
    funder = a_funder(session)
    people = {name: a_funder_member(session, funder, name=name) for name in ("Ana", "Bob", "Cléo")}
    call = a_call(session, funders=[funder], document=FORM)
    call.themes = ["food"]
    session.flush()
    made = {name: acting_as(session, person) if name else person for name, person in people.items()}
    return SimpleNamespace(funder=funder, people=people, actors=made, call=call)


def a_point(session, scene, who, communes=(), sectors=()) -> ReferentRule:
    written = Written(f"Bassin de {who}", scene.people[who].id, communes, sectors)
    return contact_points.add(session, scene.funder.id, written, actor=scene.actors["Ana"])


def a_file(session, scene, commune="68224", track=None, **columns):
    organisation = an_organisation(session, commune_code=commune)
    return an_application(
        session,
        scene.call,
        organisation=organisation,
        author=a_person(session),
        state=S.SUBMITTED,
        track_key=track,
        **columns,
    )


def test_the_first_contact_point_that_fits_takes_the_file(session, scene) -> None:
    a_point(session, scene, "Ana", communes=["68066"])
    a_point(session, scene, "Bob", communes=["68"], sectors=["digital"])
    a_point(session, scene, "Cléo", communes=["68"])
    routed = {
        commune + (track or ""): referents.route(
            session, a_file(session, scene, commune, track).id, now=NOW
        )
        for commune, track in (
            ("68066", None),
            ("68224", "digital"),
            ("68224", "craft"),
            ("67482", None),
        )
    }
    ids = {name: one.id for name, one in scene.people.items()}
    assert routed == {
        "68066": ids["Ana"],
        "68224digital": ids["Bob"],
        "68224craft": ids["Cléo"],
        "67482": None,
    }


def test_the_themes_of_the_call_are_sectors_too(session, scene) -> None:
    a_point(session, scene, "Bob", sectors=["food"])
    assert referents.route(session, a_file(session, scene).id, now=NOW) == scene.people["Bob"].id


def test_whoever_left_or_is_recused_is_passed_over(session, scene) -> None:
    a_point(session, scene, "Ana", communes=["68"])
    a_point(session, scene, "Bob", communes=["68"])
    file = a_file(session, scene)
    session.add(
        Recusal(
            application_id=file.id,
            person_id=scene.people["Ana"].id,
            origin="imposed",
            reason="Sa sœur.",
            declared_at=NOW,
        )
    )
    session.flush()
    assert referents.route(session, file.id, now=NOW) == scene.people["Bob"].id
    assert referents.route(session, file.id, now=NOW) == scene.people["Bob"].id
    assert session.query(ReferentChange).count() == 1


def test_whoever_reads_a_file_blind_on_a_jury_does_not_follow_it(session, scene) -> None:
    a_point(session, scene, "Ana", communes=["68"])
    a_point(session, scene, "Bob", communes=["68"])
    jury = session.scalars(select(Jury).where(Jury.call_id == scene.call.id)).one()
    session.get_one(Stage, jury.stage_id).blind = True
    a_seat(session, jury, person=scene.people["Ana"])
    file = a_file(session, scene)
    assert referents.route(session, file.id, now=NOW) == scene.people["Bob"].id
    with pytest.raises(Refused, match="kept"):
        referents.hand_over(
            session,
            file.id,
            to=scene.people["Ana"].id,
            reason="Congé",
            actor=scene.actors["Bob"],
            now=NOW,
        )


def test_handing_over_says_why_and_to_an_officer(session, scene) -> None:
    file, actor = a_file(session, scene), scene.actors["Ana"]

    def give(to, reason=""):
        referents.hand_over(session, file.id, to=to, reason=reason, actor=actor, now=NOW)

    give(scene.people["Bob"].id)  # the first needs no reason
    with pytest.raises(Refused, match="reason_missing"):
        give(scene.people["Cléo"].id)
    with pytest.raises(Refused, match="not_an_officer"):
        give(a_person(session).id, "Congé")
    give(scene.people["Cléo"].id, "Congé")
    give(scene.people["Cléo"].id)  # twice is nothing
    kept = sorting.hand_overs(session, file.id)
    assert [(to, change.reason) for change, to, _by in kept][::-1] in (
        [("Bob", ""), ("Cléo", "Congé")],
        [("Cléo", "Congé"), ("Bob", "")],
    )


def test_only_officers_of_the_funder_hand_over(session, scene) -> None:
    file = a_file(session, scene)
    stranger = acting_as(session, a_funder_member(session, a_funder(session)))
    reader = acting_as(session, a_funder_member(session, scene.funder, FunderRole.AUDITOR))
    for actor, error in ((stranger, Unknown), (reader, Forbidden)):
        with pytest.raises(error):
            referents.hand_over(
                session, file.id, to=scene.people["Bob"].id, reason="", actor=actor, now=NOW
            )
    with pytest.raises(Forbidden):
        labels.make_label(session, scene.funder.id, name="urgent", actor=stranger)


def test_the_workload_counts_what_is_open_and_names_the_idle(session, scene) -> None:
    mine = scene.people["Bob"].id
    for state in (S.SUBMITTED, S.INCOMPLETE, S.AWARDED):
        an_application(session, scene.call, state=state, referent_id=mine)
    an_application(session, scene.call, state=S.ADMISSIBLE)
    loads = sorting.workload(session, scene.actors["Ana"], now=NOW)
    assert [(one.name, one.open, one.to_check, one.awaited) for one in loads] == [
        (None, 1, 0, 0),
        ("Bob", 2, 1, 1),
        ("Ana", 0, 0, 0),
        ("Cléo", 0, 0, 0),
    ]


def names(session, scene) -> list[str]:
    return [rule.label for rule, _ in sorting.contact_points(session, scene.actors["Ana"])]


def test_contact_points_are_tried_in_the_order_that_officers_give_them(session, scene) -> None:
    first, second = a_point(session, scene, "Ana", ["68"]), a_point(session, scene, "Bob", ["68"])
    a_point(session, scene, "Cléo", ["67"])
    actor = scene.actors["Cléo"]
    contact_points.move(session, second.id, down=False, actor=actor)
    contact_points.move(session, second.id, down=False, actor=actor)  # at the edge it stays
    assert names(session, scene) == ["Bassin de Bob", "Bassin de Ana", "Bassin de Cléo"]
    assert referents.route(session, a_file(session, scene).id, now=NOW) == second.person_id
    contact_points.move(session, second.id, down=True, actor=actor)
    assert referents.route(session, a_file(session, scene).id, now=NOW) == first.person_id


def test_a_contact_point_written_anew_takes_the_files_to_come(session, scene) -> None:
    point = a_point(session, scene, "Ana", ["68"])
    before = a_file(session, scene)
    referents.route(session, before.id, now=NOW)
    written = Written("Bassin rhénan", scene.people["Bob"].id, ["67"], ["food"])
    contact_points.change(session, point.id, written, actor=scene.actors["Cléo"])
    assert before.referent_id == scene.people["Ana"].id
    assert referents.route(session, a_file(session, scene).id, now=NOW) is None
    file = a_file(session, scene, "67482")
    assert referents.route(session, file.id, now=NOW) == scene.people["Bob"].id
    for wrong, code in (
        (Written(" ", scene.people["Bob"].id, ["67"], []), "label_missing"),
        (Written("x", scene.people["Bob"].id, [], []), "empty_rule"),
        (Written("x", a_person(session).id, ["67"], []), "not_an_officer"),
    ):
        with pytest.raises(Refused, match=code):
            contact_points.change(session, point.id, wrong, actor=scene.actors["Ana"])


def test_a_contact_point_is_kept_while_files_that_came_by_it_are_in_hand(session, scene) -> None:
    point = a_point(session, scene, "Ana", ["68"], ["food"])
    elsewhere = a_point(session, scene, "Ana", ["67"])
    other = a_point(session, scene, "Ana", ["68"], ["digital"])
    file = a_file(session, scene)
    by_hand = a_file(session, scene, "67482")
    actor = scene.actors["Bob"]
    referents.route(session, file.id, now=NOW)
    referents.hand_over(session, by_hand.id, to=point.person_id, reason="", actor=actor, now=NOW)
    assert sorting.in_hand(session, actor) == {point.id: 1}
    with pytest.raises(Refused, match="rule_in_use"):
        contact_points.remove(session, point.id, actor=actor)
    for unused in (elsewhere, other):
        contact_points.remove(session, unused.id, actor=actor)
    to = scene.people["Cléo"].id
    referents.hand_over(session, file.id, to=to, reason="Congé", actor=actor, now=NOW)
    contact_points.remove(session, point.id, actor=actor)
    assert names(session, scene) == []


def test_contact_points_of_another_authority_are_not_there(session, scene) -> None:
    point = a_point(session, scene, "Ana", ["68"])
    stranger = acting_as(session, a_funder_member(session, a_funder(session)))
    written = Written("x", scene.people["Ana"].id, ["68"], [])
    for act in (
        lambda: contact_points.move(session, point.id, down=True, actor=stranger),
        lambda: contact_points.change(session, point.id, written, actor=stranger),
        lambda: contact_points.remove(session, point.id, actor=stranger),
        lambda: sorting.contact_point(session, point.id, stranger),
    ):
        with pytest.raises(Unknown):
            act()
    with pytest.raises(Forbidden):
        contact_points.add(session, scene.funder.id, written, actor=stranger)


def test_labels_are_the_funders_own(session, scene) -> None:
    actor, file = scene.actors["Ana"], a_file(session, scene)
    label = labels.make_label(session, scene.funder.id, name="  très   urgent ", actor=actor)
    assert label.name == "très urgent"
    again = labels.make_label(session, scene.funder.id, name="très urgent", actor=actor)
    assert again.id == label.id
    for _ in range(2):
        labels.stick(session, file.id, label.id, actor=actor)
    assert [one.id for one in sorting.labels_of(session, file.id, actor)] == [label.id]
    foreigner = acting_as(session, a_funder_member(session, a_funder(session)))
    with pytest.raises(Unknown):
        labels.drop_label(session, label.id, actor=foreigner)
    labels.drop_label(session, label.id, actor=actor)
    assert sorting.labels_of(session, file.id, actor) == []
