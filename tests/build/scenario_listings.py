"""Lines of the lists of scenarios and waiting lists: so many of them, and where the page is."""

from __future__ import annotations

from build.clock import NOW
from build.decisions import a_deliberation, a_scene
from build.scenarios import a_scenario, typed
from grants.decisions.models import Outcome
from grants.decisions.services import Item
from grants.kernel.access import FunderRole
from grants.kernel.money import Amount
from grants.people.models import Person
from grants.scenarios.services import waiting


def scenarios(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session)
    for nth in range(n):
        typed(session, scene, a_scenario(session, scene, name=f"Lecture {nth}"))
    return officer(scene), f"/instruction/appels/{scene.call.id}/scenarios"


def table(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session, applications=n)
    scenario = a_scenario(session, scene)
    for nth in range(n):
        typed(session, scene, scenario, nth)
    return officer(scene), f"/instruction/scenarios/{scenario.id}"


def history(session, n: int) -> tuple[Person, str]:
    person, path = table(session, n)
    return person, f"{path}/historique"


def changes_of_a_line(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session)
    scenario = a_scenario(session, scene)
    version = 0
    for nth in range(n):
        amount = Amount(100_000 * (nth + 1))
        version = typed(session, scene, scenario, version=version, amount=amount).version
    path = f"/instruction/scenarios/{scenario.id}/dossiers/{scene.applications[0].id}"
    return officer(scene), path


def side_by_side(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session, applications=n)
    two = [a_scenario(session, scene, name=f"Lecture {nth}") for nth in range(2)]
    asked = "&".join(f"s={one.id}" for one in two)
    return officer(scene), f"/instruction/appels/{scene.call.id}/scenarios/comparer?{asked}"


def waiting_lists(session, n: int) -> tuple[Person, str]:
    scene = a_scene(session, applications=n)
    items = [Item(application_id=one.id, outcome=Outcome.WAITLIST) for one in scene.applications]
    a_deliberation(session, scene, *items)
    for one in scene.applications:
        waiting.add(
            session,
            scene.call.id,
            scene.envelope_id,
            one.id,
            wanted=None,
            actor=scene.officer,
            now=NOW,
        )
    waiting.look(session, now=NOW)
    return officer(scene), f"/instruction/appels/{scene.call.id}/listes-d-attente"


def officer(scene) -> Person:
    return scene.people[FunderRole.OFFICER]


OF_SCENARIOS = [
    ("officer.scenarios.index", scenarios, 8),
    ("officer.scenarios.show", table, 17),
    ("officer.scenarios.line", changes_of_a_line, 9),
    ("officer.scenarios.history", history, 8),
    ("officer.scenarios.compare", side_by_side, 18),
    ("officer.waiting.index", waiting_lists, 13),
]
"""Each list: its page, who makes its lines, and the statements that it costs."""
WIDE = {
    *("officer.scenarios.show", "officer.scenarios.line", "officer.scenarios.compare"),
    "officer.waiting.index",
}
"""Tables, and one of their lines, under the strips of their envelopes, of each scenario where
several are compared."""
