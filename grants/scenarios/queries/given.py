"""A scenario as a problem for the solver."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.applications.models import Application, ApplicationState
from grants.kernel.access import Actor
from grants.ledger import queries as ledger
from grants.scenarios import rules
from grants.scenarios.models import Scenario, ScenarioLine
from grants.scenarios.options import EACH, QPV, Options
from grants.scenarios.queries.scenarios import decided_by
from grants.scenarios.queries.table import Other, others_of
from grants.scenarios.solving import problem as solving


@dataclass(frozen=True)
class Given:
    """The problem, with the applications and envelopes that its numbers stand for."""

    problem: solving.Problem
    applications: tuple[UUID, ...]
    envelopes: tuple[UUID, ...]


def given(session: Session, scenario: Scenario, options: Options, viewer: Actor) -> Given:
    """The lines that wait for a decision, in their order. Three statements.

    What another funder decided, or proposes, counts against the cap on public aid. A line that
    people split over several envelopes stays as they wrote it.
    """
    statement = (
        select(
            ScenarioLine.application_id,
            ScenarioLine.base,
            ScenarioLine.aid_room,
            ScenarioLine.envelope_id,
            ScenarioLine.shares,
            ScenarioLine.commune,
            ScenarioLine.territory,
            ScenarioLine.qpv,
            Application.requested,
            Application.state,
            Application.track_key,
        )
        .join(Application, Application.id == ScenarioLine.application_id)
        .where(
            ScenarioLine.scenario_id == scenario.id,
            rules.sees_line.where(viewer),
            ~decided_by(scenario.funder_id),
        )
        .order_by(ScenarioLine.place)
    )
    rows = session.execute(statement).all()
    others = others_of(session, scenario.funder_id, [one.application_id for one in rows])
    drawn = [_envelope(row, options) for row in rows]
    split = [UUID(one["envelope"]) for row in rows for one in row.shares]
    envelopes = tuple(dict.fromkeys([options.envelope, *drawn, *split]))
    held = ledger.envelope_lines(session, envelopes)
    return Given(
        solving.Problem(
            tuple(
                _split(row, envelopes)
                if row.shares
                else _candidate(row, options, others, envelopes.index(one))
                for row, one in zip(rows, drawn, strict=True)
            ),
            tuple(max(held[one].available, 0) if one in held else 0 for one in envelopes),
            tuple(_quotas(rows, options)),
            options.partial,
        ),
        tuple(one.application_id for one in rows),
        envelopes,
    )


def promised(others: Sequence[Other]) -> int:
    """What the other funders together decided, or propose where they have not decided."""
    decided = {one.funder for one in others if one.decided}
    return sum(one.amount or 0 for one in others if one.decided or one.funder not in decided)


def _envelope(row: Any, options: Options) -> UUID:
    held: UUID | None = row.envelope_id or options.by_track.get(row.track_key or "")
    return held or options.envelope


def _split(row: Any, envelopes: Sequence[UUID]) -> solving.Candidate:
    parts = [(envelopes.index(UUID(one["envelope"])), int(one["amount"])) for one in row.shares]
    most = sum(amount for _envelope, amount in parts)
    return solving.Candidate(
        asked=int(row.requested), most=most, envelope=parts[0][0], parts=tuple(parts)
    )


def _candidate(
    row: Any, options: Options, said: Mapping[UUID, list[Other]], envelope: int
) -> solving.Candidate:
    asked, others = int(row.requested), promised(said.get(row.application_id, []))
    bounds: list[tuple[int, solving.Cap | None]] = [(asked, None)]
    if options.ceiling is not None:
        bounds.append((options.ceiling, solving.Cap.CEILING))
    if options.rate_max is not None:
        bounds.append((rules.amount_of(row.base, options.rate_max), solving.Cap.RATE))
    if row.aid_room is not None:
        bounds.append((max(row.aid_room - others, 0), solving.Cap.AID))
    most, cap = min(bounds, key=lambda one: one[0])
    least = (most * options.part_rate + 9_999) // 10_000
    return solving.Candidate(
        asked=asked,
        most=most,
        floor=max(1, options.floor, least),
        cap=cap,
        is_open=row.state is not ApplicationState.ELIMINATED,
        envelope=envelope,
    )


def _quotas(rows: Sequence[Any], options: Options) -> Iterator[solving.Quota]:
    groups = _groups(rows)
    for one in options.quotas:
        kind = one.target.removeprefix("each_") + ":"
        targets = [key for key in groups if key.startswith(kind)]
        for target in targets if one.target in EACH else [one.target]:
            yield solving.Quota(
                key=target,
                members=frozenset(groups.get(target, [])),
                measure=one.measure,
                bound=one.bound,
                amount=one.amount,
                share=one.share,
            )


def _groups(rows: Sequence[Any]) -> dict[str, list[int]]:
    """The places of the lines of each track, commune, territory and of the neighbourhoods."""
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        keys = [
            f"track:{row.track_key}" if row.track_key else "",
            f"commune:{row.commune}" if row.commune else "",
            f"territory:{row.territory}" if row.territory else "",
            QPV if row.qpv else "",
        ]
        for key in keys:
            if key:
                groups.setdefault(key, []).append(place)
    return groups
