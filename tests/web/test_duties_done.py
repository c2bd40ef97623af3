"""Duties that an officer marks as done: the form, its refusals, and what the list says then."""

from __future__ import annotations

from datetime import date

from build.clock import NOW
from build.decisions import a_deliberation, a_scene
from build.people import a_funder_member
from grants.decisions.services import make_executory
from grants.kernel.access import FunderRole


def test_an_entry_in_the_register_is_noted_with_its_day(session, as_person, clock):
    scene = a_scene(session)
    found = a_deliberation(session, scene, executory=False)
    later = NOW.replace(year=2026)
    make_executory(session, found.id, on=date(2026, 9, 21), actor=scene.officer, now=later)
    clock.forward(days=(later - NOW).days)
    officer = as_person(scene.people[FunderRole.OFFICER])
    page = officer.get("/echeances?kind=aid_register")
    address = f"/echeances/aid_register/{found.id}/{scene.applications[0].id}"
    assert address in page.text
    assert officer.get(address).status_code == 200
    early = officer.post(address, data={"on": "20/09/2026"})
    assert (early.status_code, "pas pu être fait avant" in early.text) == (409, True)
    assert officer.post(address, data={"on": "demain"}).status_code == 422
    for _ in range(2):
        assert officer.post(address, data={"on": "22/09/2026"}).status_code == 303
    listed = officer.get("/echeances").text.replace("\xa0", " ")
    assert f'href="{address}"' not in listed
    assert "Inscrite au registre le 22 septembre 2026, noté par" in listed
    assert officer.get(address).status_code == 404
    auditor = as_person(a_funder_member(session, scene.funder, FunderRole.AUDITOR))
    assert "Noter comme inscrite" not in auditor.get("/echeances").text
