"""Whether an application can walk the call to its end: stages, juries, weights, sessions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from grants.calls.lint.findings import Finding, Part, stops, warns
from grants.calls.models import (
    JUDGED_BY_JURIES,
    Call,
    CallKind,
    Jury,
    RankingRule,
    Stage,
    StageKind,
)
from grants.kernel.clock import paris_date

DECIDING = {*JUDGED_BY_JURIES, StageKind.APPRAISAL, StageKind.PUBLIC_VOTE}
RANKING = {*JUDGED_BY_JURIES, StageKind.PUBLIC_VOTE}
HUNDRED = 100


def course(call: Call, now: datetime) -> Iterator[Finding]:
    """Everything wrong with the review."""
    if not call.stages:
        yield stops("no_stage", Part.REVIEW)
        return
    if not any(stage.kind in DECIDING for stage in call.stages):
        yield stops("no_way_to_decide", Part.REVIEW)
    for stage in call.stages:
        yield from _stage(stage, [one.key for one in call.tracks])
    yield from _days(call, now)
    yield from _cuts(call)
    yield from _batches(call, now)


def _stage(stage: Stage, tracks: Sequence[str]) -> Iterator[Finding]:
    if stage.kind in JUDGED_BY_JURIES and not stage.juries:
        yield stops("stage_without_jury", Part.REVIEW, stage=stage.title_fr)
    if stage.cut is not None and stage.kind not in RANKING:
        yield stops("cut_without_scores", Part.REVIEW, stage=stage.title_fr)
    for jury in stage.juries:
        yield from _jury(jury, tracks)
        yield from _ballots(jury)


def _jury(jury: Jury, tracks: Sequence[str]) -> Iterator[Finding]:
    totals = _totals(jury, tracks)
    if not min(totals):
        yield stops("jury_without_criteria", Part.REVIEW, jury=jury.name_fr)
        return
    total = next((one for one in totals if one != HUNDRED), HUNDRED)
    if total != HUNDRED:
        first = jury.criteria[0]
        yield warns(
            "weights_not_100",
            Part.REVIEW,
            jury=jury.name_fr,
            total=total,
            criterion=first.label_fr,
            weight=first.weight,
            share=round(HUNDRED * first.weight / total),
        )
    for one in jury.criteria:
        if not one.anchors:
            yield warns("criterion_without_anchors", Part.REVIEW, criterion=one.label_fr)


def _ballots(jury: Jury) -> Iterator[Finding]:
    """Whether a ballot has what its rule shares out."""
    if jury.rule is RankingRule.POINTS and not jury.ballot_points:
        yield stops("ballot_points_missing", Part.REVIEW, jury=jury.name_fr)
    if jury.rule is RankingRule.BUDGET and not jury.ballot_budget:
        yield stops("ballot_budget_missing", Part.REVIEW, jury=jury.name_fr)


def _totals(jury: Jury, tracks: Sequence[str]) -> list[int]:
    """What the weights asked for make: of the files of each track, or of all where there is one."""
    return [
        sum(one.weight for one in jury.criteria if not one.tracks or key in one.tracks)
        for key in tracks or [""]
    ]


def _days(call: Call, now: datetime) -> Iterator[Finding]:
    today, before = paris_date(now), None
    for stage in call.stages:
        if stage.starts_on is None:
            if call.closes_at is not None:
                yield warns("stage_without_dates", Part.REVIEW, stage=stage.title_fr)
            continue
        ends_on = stage.ends_on or stage.starts_on
        if ends_on < today:
            yield stops("stage_in_the_past", Part.REVIEW, stage=stage.title_fr, ends_on=ends_on)
        elif call.last_day is not None and stage.starts_on < call.last_day:
            yield warns("stage_before_closing", Part.REVIEW, stage=stage.title_fr)
        if before is not None and before.starts_on and stage.starts_on < before.starts_on:
            yield warns(
                "stages_out_of_order", Part.REVIEW, stage=stage.title_fr, before=before.title_fr
            )
        before = stage


def _cuts(call: Call) -> Iterator[Finding]:
    least: int | None = None
    for stage in call.stages:
        if stage.cut is not None and least is not None and stage.cut >= least:
            yield warns("cut_keeps_everyone", Part.REVIEW, stage=stage.title_fr, cut=stage.cut)
        if stage.cut is not None:
            least = min(stage.cut, least or stage.cut)


def _batches(call: Call, now: datetime) -> Iterator[Finding]:
    if call.kind is not CallKind.ROLLING:
        return
    coming = [one for one in call.batches if one.cut_off_at > now]
    if call.batches and not coming:
        yield stops("no_session_to_come", Part.BATCHES)
    elif not call.batches and call.closes_at is None:
        yield warns("no_session", Part.BATCHES)
