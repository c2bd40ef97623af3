"""Scenarios: a scene with its ranking, a scenario of it, and lines typed."""

from __future__ import annotations

from dataclasses import replace

from build.clock import NOW
from build.decisions import Scene
from build.people import acting_as
from grants.decisions.models import Instrument, Outcome
from grants.kernel.access import Actor
from grants.kernel.money import Amount
from grants.scenarios import services
from grants.scenarios.models import Scenario, ScenarioLine, Source, WaitingPlace, WaitingState
from grants.scenarios.services import Typed, financing


def a_scenario(session, scene: Scene, *, name: str = "Première lecture", **given) -> Scenario:
    """A scenario of the scene's call."""
    return services.make(
        session, scene.call.id, scene.funder.id, name=name, actor=scene.officer, now=NOW, **given
    )


def a_grant(scene: Scene, **given) -> Typed:
    """3 000 € out of the scene's envelope, of a base of 12 500 €, unless told."""
    usual = Typed(
        outcome=Outcome.AWARD,
        instrument=Instrument.GRANT,
        envelope_id=scene.envelope_id,
        base=Amount(1_250_000),
        amount=Amount(300_000),
    )
    return replace(usual, **given)


def typed(
    session,
    scene: Scene,
    scenario: Scenario,
    nth: int = 0,
    *,
    version: int = 0,
    actor: Actor | None = None,
    **given,
) -> ScenarioLine:
    """The nth line, typed by the officer."""
    return services.save_line(
        session,
        scenario.id,
        scene.applications[nth].id,
        version=version,
        typed=a_grant(scene, **given),
        actor=actor or scene.officer,
        now=NOW,
    )


def scenarios_under_way(session, side, funder) -> None:
    """A scenario of the side's call, with one line typed."""
    officer = acting_as(session, side.people["officer"])
    scenario = services.make(
        session, side["call"], funder.id, name=f"Lecture de {side.name}", actor=officer, now=NOW
    )
    services.save_line(
        session,
        scenario.id,
        side["application.in_review"],
        version=0,
        typed=Typed(
            outcome=Outcome.AWARD,
            instrument=Instrument.GRANT,
            envelope_id=side["envelope"],
            base=Amount(1_250_000),
            amount=Amount(300_000),
        ),
        actor=officer,
        now=NOW,
    )
    side.objects["scenario"] = scenario.id
    place = WaitingPlace(
        call_id=side["call"],
        funder_id=funder.id,
        envelope_id=side["envelope"],
        application_id=side["application.in_review"],
        position=1,
        wanted=Amount(100_000),
        state=WaitingState.WAITING,
        added_by=officer.id,
        added_at=NOW,
    )
    session.add(place)
    session.flush()
    cover = financing.cover(
        session,
        side["application.in_review"],
        source=Source.OWN,
        amount=Amount(1_000),
        note="",
        actor=officer,
        now=NOW,
    )
    side.objects |= {"place": place.id, "cover": cover.id}
