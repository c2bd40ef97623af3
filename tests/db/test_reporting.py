"""The figures that anybody may ask for."""

from __future__ import annotations

from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from grants.kernel.money import Unit
from grants.reporting.figures import Outcomes, outcomes


def test_a_call_tells_nothing_before_its_results_are_announced(session):
    scene = a_scene(session, applications=3)
    a_deliberation(session, scene, an_award(scene))
    assert outcomes(session, scene.call.id) is None


def test_a_call_tells_what_was_received_retained_and_awarded(session):
    scene = a_scene(session, applications=3)
    a_deliberation(session, scene, an_award(scene), a_refusal(scene), announced=True)
    expected = Outcomes(received=3, retained=1, awarded={Unit.EUR: 1_000_000})
    assert outcomes(session, scene.call.id) == expected
