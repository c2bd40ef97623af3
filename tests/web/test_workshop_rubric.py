"""An author says which criteria are optional or of a track, and what is told of scores."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.calls import a_call_from_template
from build.people import a_funder, a_funder_member
from grants.calls.models import Criterion, Jury, Stage, Track


@pytest.fixture
def draft(session):
    lead = a_funder(session)
    return a_call_from_template(session, "courts_circuits", published=False, m2a=lead), lead


def test_what_an_author_says_of_a_rubric_is_kept_and_guards_its_tracks(session, draft, as_person):
    call, lead = draft
    officer = as_person(a_funder_member(session, lead))
    here = f"/instruction/appels/{call.id}/atelier"
    track = Track(call_id=call.id, position=9, key="eau", label_fr="Eau", label_en="Water")
    session.add(track)
    session.flush()
    jury = session.scalars(select(Jury).where(Jury.call_id == call.id)).first()
    criterion = {"jury_id": str(jury.id), "label_fr": "Sobriété", "weight": "5", "scale_max": "4"}
    told = {**criterion, "optional": "y", "tracks": "eau"}
    assert officer.post(f"{here}/criteres/nouveau", data=told).status_code == 303
    made = session.scalars(select(Criterion).where(Criterion.label_fr == "Sobriété")).one()
    assert (made.optional, made.tracks) == (True, ["eau"])
    page = officer.get(f"{here}/criteres/{made.id}").get_data(as_text=True)
    assert page.count(" checked") == 2
    foreign = {**criterion, "tracks": "air"}
    assert officer.post(f"{here}/criteres/nouveau", data=foreign).status_code == 422
    refused = officer.post(f"{here}/volets/{track.id}/supprimer")
    assert refused.status_code == 409
    assert "Sobriété" in refused.get_data(as_text=True)


def test_what_an_author_says_of_a_stage_is_kept(session, draft, as_person):
    call, lead = draft
    officer = as_person(a_funder_member(session, lead))
    here = f"/instruction/appels/{call.id}/atelier"
    stage = session.scalars(select(Stage).where(Stage.call_id == call.id)).first()
    sent = {
        "title_fr": stage.title_fr,
        "kind": stage.kind.value,
        "entry": "all",
        "remind_days": "10",
        "tells_comments": "y",
        "tells_rank": "y",
    }
    assert officer.post(f"{here}/etapes/{stage.id}", data=sent).status_code == 303
    session.refresh(stage)
    kept = (stage.remind_days, stage.tells_comments, stage.tells_scores, stage.tells_rank)
    assert kept == (10, True, False, True)
    far = {**sent, "remind_days": "61"}
    assert officer.post(f"{here}/etapes/{stage.id}", data=far).status_code == 422
