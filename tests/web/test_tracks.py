"""A call with two tracks: each has its own ranking, on every page and in every file that ranks."""

from __future__ import annotations

import csv
import io
import json

import pytest
from sqlalchemy import select

from build.clock import NOW
from build.juries import a_panel, a_recusal, a_review, a_store, as_juror
from build.people import acting_as
from build.reading import words
from grants.calls.models import Call, Jury, Stage, Track
from grants.decisions import queries as decisions
from grants.files.models import StoredFile
from grants.juries import bundle, queries, services
from grants.juries.models import SeatRole
from grants.kernel.access import SYSTEM
from grants.sittings import queries as sittings
from grants.sittings import services as meetings
from grants.sittings.queries.minutes import composed, for_viewer

TRACKS = {"water": "Eau", "air": "Air"}
PLACED = [("water", 9), ("air", 8), ("water", 8), ("air", 3), (None, 5)]
"""The track of each application, and its mark; the first has no equal, two share a rank."""


@pytest.fixture
def panel(database):
    with database.transaction() as session:
        made = a_panel(session, applications=len(PLACED))
        for position, (key, label) in enumerate(TRACKS.items(), 1):
            label_en = key.title()
            session.add(
                Track(
                    call_id=made.call.id,
                    position=position,
                    key=key,
                    label_fr=label,
                    label_en=label_en,
                )
            )
        for application, (track, mark) in zip(made.applications, PLACED, strict=True):
            application.track_key = track
            a_review(session, made.seats[0], application, mark, mark)
        made.seats[0].role = SeatRole.CHAIR
        jury = session.get_one(Jury, made.jury.id)
        jury.prize_fr, jury.prize_en = "Prix du jury", "Jury’s prize"
    return made


@pytest.fixture
def office(panel, as_person):
    return as_person(panel.officer), f"/instruction/jurys/{panel.jury.id}/classement"


def places(lines):
    return [(one.rank, one.track, one.place) for one in lines]


def close(session, panel):
    officer = acting_as(session, panel.officer)
    jury = services.close_jury(session, panel.jury.id, store=a_store(), actor=officer, now=NOW)
    return queries.jury(session, jury.id, officer)


EVERY = [(1, "water", 1), (2, "air", 1), (2, "water", 2), (4, None, 1), (5, "air", 2)]


@pytest.mark.parametrize("closed", [False, True])
def test_each_track_is_ranked_apart_before_and_after_the_closing(database, panel, closed):
    with database.transaction() as session:
        jury = close(session, panel) if closed else panel.jury
        found = queries.ranking(session, jury, SYSTEM, by_track=True)
        assert sorted(places(found.lines), key=str) == sorted(EVERY, key=str)
        assert queries.whole_ranking(session, jury, SYSTEM, by_track=True) == found.lines
        air = queries.ranking(session, jury, SYSTEM, track="air")
        assert (places(air.lines), air.of_all) == ([(2, "air", 1), (5, "air", 2)], 2)
        assert {one.track for one in queries.ranking(session, jury, SYSTEM).lines} == {None}


def test_whoever_is_recused_sees_a_track_close_ranks(database, panel):
    with database.transaction() as session:
        a_recusal(session, panel.officer, panel.applications[0])
        officer = as_juror(session, panel.officer)
        jury = queries.jury(session, panel.jury.id, officer)
        water = queries.ranking(session, jury, officer, track="water")
        assert places(water.lines) == [(1, "water", 1)]


def test_a_bundle_holds_the_places_and_a_changed_one_is_found(database, panel):
    with database.transaction() as session:
        close(session, panel)
        act = queries.closing(session, panel.jury.id)
        file = session.get_one(StoredFile, act.bundle_id)
        with a_store().open(file.sha256) as stream:
            contents = json.loads(stream.read())
    kept = [(one["rank"], one["track"], one["place"]) for one in contents["results"]]
    assert sorted(kept, key=str) == sorted(EVERY, key=str)
    assert bundle.findings(contents) == []
    line = next(one for one in contents["results"] if one["place"] == 2)
    for change in ({"place": 1}, {"track": "air" if line["track"] == "water" else "water"}):
        altered = json.loads(json.dumps(contents))
        next(one for one in altered["results"] if one == line).update(change)
        found = bundle.findings(json.loads(bundle.written(altered)))
        assert found
        assert all("track" in one.what for one in found), [str(one) for one in found]


def test_the_page_has_a_ranking_and_a_prize_for_each_track(panel, office):
    officer, page = office
    text = words(officer.get(page))
    assert "Tous les volets" in text
    assert "rang 2" in text
    assert "Prix du jury — Eau" in text
    assert "Prix du jury — Air" in text
    text = words(officer.get(f"{page}?track=air"))
    titles = [one.title for one, (track, _mark) in zip(panel.applications, PLACED, strict=True)
              if track == "air"]  # fmt: skip
    assert [one.title for one in panel.applications if one.title in text] == titles
    assert "Prix du jury — Air" in text
    assert "Prix du jury — Eau" not in text
    assert words(officer.get(f"{page}?track=fire")) == words(officer.get(page))


def test_a_chair_follows_each_track_and_the_file_tells_the_places(panel, office, as_person):
    chair = as_person(panel.jurors[0])
    own = f"/jury/{panel.jury.id}/classement"
    assert panel.applications[1].title not in words(chair.get(f"{own}?track=water"))
    officer, page = office
    text = officer.get(f"{page}.csv").get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    told = [(int(one["rang"]), one["volet"], one["rang_volet"]) for one in rows]
    kept = {**TRACKS, None: ""}
    assert sorted(told) == sorted((rank, kept[key], str(place)) for rank, key, place in EVERY)


def test_minutes_tell_each_place_and_close_ranks_for_the_recused(database, panel):
    with database.transaction() as session:
        chair = as_juror(session, panel.jurors[0])
        sitting = meetings.prepare(
            session,
            panel.jury.id,
            meets_at=NOW,
            place="Salle 1",
            convened_by="La présidente",
            actor=chair,
            now=NOW,
        )
        meetings.open_sitting(session, sitting.id, actor=chair, now=NOW)
        close(session, panel)
        content = composed(session, sittings.sitting(session, sitting.id, chair))
        lines = content["ranking"]["lines"]
        told = [(one["rank"], one["track"], one["place"]) for one in lines]
        kept = {**TRACKS, None: ""}
        assert sorted(told) == sorted((rank, kept[key], place) for rank, key, place in EVERY)
        a_recusal(session, panel.officer, panel.applications[0])
        shown = for_viewer(content, as_juror(session, panel.officer))
        water = [one for one in shown["ranking"]["lines"] if one["track"] == "Eau"]
        assert [(one["rank"], one["place"]) for one in water] == [(1, 1)]


def test_an_applicant_is_told_the_rank_in_their_track(database, panel):
    with database.transaction() as session:
        close(session, panel)
        session.get_one(Stage, panel.jury.stage_id).tells_rank = True
        session.flush()
        told = [queries.feedback(session, one.id)[0] for one in panel.applications]
    assert [(one.rank, one.ranked) for one in told] == [(1, 2), (1, 2), (2, 2), (2, 2), (1, 1)]


def test_the_decision_table_groups_tracks_and_names_the_prize_of_each(database, panel, as_person):
    with database.transaction() as session:
        close(session, panel)
        call = session.scalars(select(Call.id).where(Call.id == panel.call.id)).one()
    page = as_person(panel.officer).get(f"/instruction/appels/{call}/decision")
    text = page.get_data(as_text=True)
    assert "Chaque volet a son classement" in words(page)
    order = sorted(panel.applications, key=lambda one: text.index(f">{one.title}</a>"))
    tracks = [one.track_key for one in order]
    assert tracks == ["water", "water", "air", "air", None]
    prizes = [f"Prix du jury — {label}" for label in TRACKS.values()]
    assert [text.count(f'value="{one}"') for one in prizes] == [1, 1]
    assert text.count('value="Prix du jury"') == 0  # what has no track keeps its rank among all


def test_a_recused_officer_s_table_closes_ranks_and_gives_no_prize(database, panel, as_person):
    with database.transaction() as session:
        close(session, panel)
        a_recusal(session, panel.officer, panel.applications[0])
        viewer = as_juror(session, panel.officer)
        (funder,) = viewer.funders
        table = decisions.decision_table(session, panel.call.id, funder, viewer=viewer)
        ranks = [one.ranks[panel.jury.id] for one in table.lines]
    assert ranks == [1, 1, 2, 3]
    assert table.is_partial
    page = as_person(panel.officer).get(f"/instruction/appels/{panel.call.id}/decision")
    assert 'value="Prix du jury' not in page.get_data(as_text=True)


def test_a_call_without_tracks_shows_none(database, panel, office):
    with database.transaction() as session:
        for one in session.scalars(select(Track).where(Track.call_id == panel.call.id)):
            session.delete(one)
    officer, page = office
    text = words(officer.get(page))
    assert "volet" not in text
    assert "Prix du jury" in text
