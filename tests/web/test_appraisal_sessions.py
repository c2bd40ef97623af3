"""The officers' list of a call open all year round; files that may be the same project."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.pages import counted
from build.people import a_funder, a_funder_member, a_person, an_organisation
from grants.calls.models import Batch, CallKind, Track
from grants.jobs.models import Job

TRACK = {"position": 1, "key": "emploi", "label_fr": "Créer de l’emploi", "label_en": "Jobs"}


@pytest.fixture
def scene(session, as_person):
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    session.flush()
    return SimpleNamespace(funder=funder, browser=as_person(officer))


def test_a_rolling_call_is_narrowed_and_counted_by_session(session, connection, scene) -> None:
    call = a_call(session, funders=[scene.funder], document=FORM, kind=CallKind.ROLLING)
    spring = Batch(
        call_id=call.id, label_fr="Printemps", cut_off_at=datetime(2018, 4, 30, 22, tzinfo=UTC)
    )
    session.add_all([spring, Track(call_id=call.id, **TRACK)])
    session.flush()
    more = {"batch_id": spring.id, "track_key": "emploi"}
    an_application(session, call, state=S.SUBMITTED, title="Dedans", **more)
    an_application(session, call, state=S.SUBMITTED, title="Dehors")
    session.flush()
    where = f"/instruction/appels/{call.id}/dossiers"
    sent = counted(connection)
    page = scene.browser.get(f"{where}?batch={spring.id}&col=track&col=batch&col=title").text
    assert len(sent) == 7
    assert f'value="{spring.id}" selected>Printemps, jusqu’au 30/04/2018 (1)<' in page
    assert 'data-label="Volet">Créer de l’emploi<' in page
    assert 'data-label="Session">Printemps<' in page
    assert ("Dedans" in page, "Dehors" in page) == (True, False)
    outside = scene.browser.get(f"{where}?batch=none").text
    assert ("Dedans" in outside, "Dehors" in outside) == (False, True)
    written = scene.browser.get(f"{where}.csv?batch={spring.id}").text
    assert ("Dedans" in written, "Dehors" in written) == (True, False)
    scene.browser.post(f"{where[:-9]}/exports?batch={spring.id}", data={"kind": "workbook"})
    assert session.scalars(select(Job.payload)).one()["batch"] == str(spring.id)


@pytest.mark.parametrize(
    ("same", "reason"),
    [
        ({"applicant": True}, "même porteur dans cet appel"),
        ({"summary": "Réparer, donner et vendre à petit prix !"}, "presque le même résumé"),
        ({"title": "La recyclerie de quartier"}, "presque le même titre"),
        ({}, ""),
    ],
)
def test_each_likeness_says_its_reason(session, scene, same, reason) -> None:
    call = a_call(session, funders=[scene.funder], document=FORM)
    author = a_person(session)
    ours = {"organisation": an_organisation(session, representative=author), "author": author}
    summary = "Réparer, donner, vendre à petit prix."
    file = an_application(session, call, state=S.SUBMITTED, summary=summary, **ours)
    other = an_application(
        session,
        call,
        state=S.SUBMITTED,
        title=same.get("title", "Cent potagers"),
        summary=same.get("summary", "Cultiver ensemble des légumes de saison."),
        **(ours if same.get("applicant") else {}),
    )
    page = scene.browser.get(f"/instruction/dossiers/{file.id}").text
    found = re.search(r'id="file-doubles".*?</section>', page, re.S)
    assert bool(found) is bool(reason)
    if found:
        assert reason in found[0]
        assert other.number in found[0]
