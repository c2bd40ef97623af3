"""Contact points on their page: added, written anew, moved and removed by plain buttons."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_funder_member, a_person, an_organisation
from build.reading import words
from grants.appraisal.services import referents

HERE = "/instruction/contacts"


@pytest.fixture
def scene(session, as_person):
    funder = a_funder(session)
    ana, bob = (a_funder_member(session, funder, name=name) for name in ("Ana", "Bob"))
    call = a_call(session, funders=[funder], document=FORM)
    browser = as_person(ana)

    def add(label: str, places: str, person=ana):
        typed = {"funder": funder.id, "label": label, "person": person.id, "communes": places}
        return browser.post(HERE, data=typed)

    return SimpleNamespace(funder=funder, ana=ana, bob=bob, call=call, browser=browser, add=add)


def order(scene) -> list[str]:
    table = words(scene.browser.get(HERE)).split("Ajouter")[0]
    return list(dict.fromkeys(re.findall(r"Bassin [A-Z]", table)))


def addresses(scene, what: str) -> list[str]:
    return re.findall(rf'"({HERE}/[0-9a-f-]+{what})"', scene.browser.get(HERE).text)


def test_points_are_moved_written_anew_and_removed(scene):
    for label, places in (("Bassin A", "68"), ("Bassin B", "67"), ("Bassin C", "67, 68")):
        assert scene.add(label, places).status_code == 303
    assert order(scene) == ["Bassin A", "Bassin B", "Bassin C"]
    moves = addresses(scene, "/ordre")
    assert len(moves) == 4, "the first has no up, the last no down"
    moved = scene.browser.post(moves[-1], data={"direction": "up"})
    assert moved.status_code == 303
    assert order(scene) == ["Bassin A", "Bassin C", "Bassin B"]

    edit = addresses(scene, "")[0]
    assert 'value="68"' in scene.browser.get(edit).text
    typed = {"label": "Bassin D", "person": scene.bob.id, "communes": "68224 68066"}
    assert scene.browser.post(edit, data=typed).status_code == 303
    page = words(scene.browser.get(HERE))
    assert "Bassin D" in page
    assert "68224, 68066" in page
    assert scene.browser.post(addresses(scene, "/retrait")[0]).status_code == 303
    assert order(scene) == ["Bassin C", "Bassin B"]


@pytest.mark.parametrize("places", ["68224, Mulhouse", "6", ";; 68 ?", " ".join(["68"] * 2) + " x"])
def test_what_is_no_code_is_refused_and_kept_as_typed(scene, places):
    answer = scene.add("Bassin A", places)
    assert answer.status_code == 422
    assert "n’est pas un code" in words(answer)
    assert f'value="{places}"' in answer.text
    assert order(scene) == []


def test_one_that_files_came_by_is_not_removed(session, scene):
    scene.add("Bassin A", "68", scene.bob)
    organisation = an_organisation(session, commune_code="68224")
    file = an_application(
        session, scene.call, organisation=organisation, author=a_person(session), state=S.SUBMITTED
    )
    remove = addresses(scene, "/retrait")[0]
    assert referents.route(session, file.id, now=NOW) == scene.bob.id
    session.flush()
    assert addresses(scene, "/retrait") == []
    answer = scene.browser.post(remove)
    assert answer.status_code == 409
    assert "« Bassin A » ne peut pas être retiré" in " ".join(words(answer).split())
    assert order(scene) == ["Bassin A"]
