"""The steps of a scheme in its file: stages, their juries, what each jury scores. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from grants.calls.models import (
    BALLOT_POINTS_MAX,
    REMIND_DAYS,
    REMIND_DAYS_MAX,
    RankingRule,
    StageKind,
)
from grants.calls.reading import Reader

DAYS_MAX, COUNT_MAX = 3_650, 9_999


@dataclass(frozen=True)
class Labelled:
    """A key with its words in both languages."""

    key: str
    label_fr: str
    label_en: str


@dataclass(frozen=True)
class CriterionTemplate(Labelled):
    """One thing that a jury scores; of files of some `tracks` alone, unless there are none."""

    help_fr: str
    help_en: str
    weight: int
    scale_max: int
    anchors: tuple[Mapping[str, Any], ...]
    optional: bool
    tracks: tuple[str, ...]


@dataclass(frozen=True)
class JuryTemplate:
    """A panel of a stage."""

    key: str
    name_fr: str
    name_en: str
    prize_fr: str | None
    prize_en: str | None
    quorum: int
    casting_vote: bool
    rule: RankingRule
    ballot_points: int | None
    ballot_budget: int | None
    criteria: tuple[CriterionTemplate, ...]


@dataclass(frozen=True)
class StageTemplate:
    """A step of the review. Days are counted from the closing of the call.

    A file of one call says them too (`starts_on`, `ends_on`): then those are the ones.
    """

    key: str
    kind: StageKind
    title_fr: str
    title_en: str
    help_fr: str
    help_en: str
    after_days: int | None
    lasts_days: int
    hide_others: bool
    blind: bool
    cut: int | None
    remind_days: int
    tells_comments: bool
    tells_scores: bool
    tells_rank: bool
    starts_on: date | None
    ends_on: date | None
    juries: tuple[JuryTemplate, ...]


def stage_of(reader: Reader, *, is_draft: bool = False) -> StageTemplate:
    """A stage as a file says it; what is wrong is noted in the reader.

    A jury of a draft may have nothing to score yet.
    """
    stage = StageTemplate(
        key=reader.text("key"),
        kind=reader.one_of("kind", StageKind),
        title_fr=reader.text("title_fr"),
        title_en=reader.text("title_en", ""),
        help_fr=reader.text("help_fr", ""),
        help_en=reader.text("help_en", ""),
        after_days=reader.optional_integer("after_days", most=DAYS_MAX),
        lasts_days=reader.integer("lasts_days", 1, least=1, most=DAYS_MAX),
        hide_others=reader.flag("hide_others", default=True),
        blind=reader.flag("blind"),
        cut=reader.optional_integer("cut", least=1, most=COUNT_MAX),
        remind_days=reader.integer("remind_days", REMIND_DAYS, most=REMIND_DAYS_MAX),
        tells_comments=reader.flag("tells_comments"),
        tells_scores=reader.flag("tells_scores"),
        tells_rank=reader.flag("tells_rank"),
        starts_on=reader.day("starts_on"),
        ends_on=reader.day("ends_on"),
        juries=tuple(_jury(one, is_draft=is_draft) for one in reader.rows("juries")),
    )
    reader.done()
    return stage


def _jury(reader: Reader, *, is_draft: bool) -> JuryTemplate:
    jury = JuryTemplate(
        key=reader.text("key"),
        name_fr=reader.text("name_fr"),
        name_en=reader.text("name_en", ""),
        prize_fr=reader.text("prize_fr", "") or None,
        prize_en=reader.text("prize_en", "") or None,
        quorum=reader.integer("quorum", 1, least=1, most=COUNT_MAX),
        casting_vote=reader.flag("casting_vote"),
        rule=reader.one_of("rule", RankingRule, RankingRule.MEAN),
        ballot_points=reader.optional_integer("ballot_points", least=1, most=BALLOT_POINTS_MAX),
        ballot_budget=reader.optional_integer("ballot_budget", least=1),
        criteria=tuple(
            _criterion(one) for one in reader.rows("criteria", least=0 if is_draft else 1)
        ),
    )
    reader.done()
    for name, rule in (
        ("ballot_points", RankingRule.POINTS),
        ("ballot_budget", RankingRule.BUDGET),
    ):
        if getattr(jury, name) is not None and jury.rule is not rule:
            reader.wrong(name, f"is for the rule {rule.value} alone")
    return jury


def _criterion(reader: Reader) -> CriterionTemplate:
    criterion = CriterionTemplate(
        key=reader.text("key"),
        label_fr=reader.text("label_fr"),
        label_en=reader.text("label_en", ""),
        help_fr=reader.text("help_fr", ""),
        help_en=reader.text("help_en", ""),
        weight=reader.integer("weight", least=1, most=COUNT_MAX),
        scale_max=reader.integer("scale_max", 10, least=1),
        anchors=tuple(_anchor(one) for one in reader.rows("anchors")),
        optional=reader.flag("optional"),
        tracks=reader.texts("tracks"),
    )
    reader.done()
    values = [anchor["value"] for anchor in criterion.anchors]
    if values != sorted(set(values)) or any(value > criterion.scale_max for value in values):
        reader.wrong("anchors", f"must rise and stay within 0 to {criterion.scale_max}")
    return criterion


def _anchor(reader: Reader) -> Mapping[str, Any]:
    anchor = {
        "value": reader.integer("value"),
        "label_fr": reader.text("label_fr"),
        "label_en": reader.text("label_en", ""),
    }
    reader.done()
    return anchor
