"""One call as one file: what another authority needs to run the same one. Pure.

The file is a template (`calls.templates` reads it) with the dates of this edition beside. It
holds nothing of people, and no funder nor envelope: those are chosen on arrival. Exported,
imported and exported again, it is the same to the byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import yaml

from grants.calls.form import FieldType, FormDocument
from grants.calls.models import (
    REMIND_DAYS,
    Call,
    Criterion,
    Jury,
    RankingRule,
    RequiredDocument,
    Stage,
)
from grants.kernel.clock import paris_date

YEAR_OF_PREFIX = re.compile(r"-\d{4}(-\d+)?$")
KNOWN = (
    *("key", "kind", "number_prefix", "unit", "allows_persons", "lead", "call", "funders", "type"),
    *("role", "title_fr", "title_en", "name_fr", "name_en", "label_fr", "label_en", "summary_fr"),
    *("summary_en", "body_fr", "body_en", "eligibility_fr", "eligibility_en", "intro_fr"),
    *("intro_en", "help_fr", "help_en", "slug", "opens_at", "closes_at", "themes", "territories"),
    *("eligibility_rules", "rule", "refusal_fr", "refusal_en", "grace_seconds", "second_check"),
    *("award_rule", "tracks", "batches", "documents", "form", "stages", "sections", "fields"),
    *("required", "show_if", "limits", "starts_on", "ends_on", "after_days", "lasts_days", "cut"),
    *("quorum", "prize_fr", "prize_en", "weight", "scale_max", "anchors", "value", "juries"),
    *(
        "criteria",
        "checks",
        "optional",
        "remind_days",
        "tells_comments",
        "tells_scores",
        "tells_rank",
    ),
)
ORDER = {name: at for at, name in enumerate(KNOWN)}
"""Keys in the order in which one reads a call; the others follow by alphabet."""


def exported(call: Call, form: FormDocument, document: Mapping[str, Any]) -> str:
    """The call as YAML. Everything that `queries.written` loads must be loaded."""
    return dumped(as_mapping(call, form, document))


def as_mapping(call: Call, form: FormDocument, document: Mapping[str, Any]) -> dict[str, Any]:
    """The call as the reader of templates takes it. `document` is the stored form."""
    texts = ("title", "summary", "body", "eligibility")
    return {
        "key": call.key,
        "kind": call.kind.value,
        "number_prefix": YEAR_OF_PREFIX.sub("", call.number_prefix),
        "unit": call.unit.value,
        "allows_persons": call.allows_persons,
        "lead": "lead",
        "call": _said(
            slug=call.slug, opens_at=_instant(call.opens_at), closes_at=_instant(call.closes_at)
        ),
        "funders": [_funder(at) for at in range(1, len(call.funders) + 1)],
        **_said(**{f"{one}_fr": getattr(call, f"{one}_fr").strip() for one in texts}),
        **_said(**{f"{one}_en": getattr(call, f"{one}_en").strip() for one in texts}),
        **_said(
            themes=call.themes,
            # Communes of groupings are asked for again where the file arrives.
            territories=[{"code": one["code"], "name": one["name"]} for one in call.territories],
            eligibility_rules=call.eligibility_rules,
            grace_seconds=call.grace_seconds,
            second_check=call.second_check,
        ),
        "award_rule": _said(**call.award_rule),
        **_said(
            tracks=[_said(**_words(one, "label"), key=one.key) for one in call.tracks],
            batches=[_batch(one) for one in call.batches],
            documents=[_document(one, form) for one in call.documents],
        ),
        "form": dict(document),
        "stages": [_stage(one, call) for one in call.stages],
    }


def dumped(value: Mapping[str, Any]) -> str:
    """The mapping as YAML: the same bytes for the same call, long texts as they read."""
    return yaml.dump(
        _ordered(value),
        Dumper=Writer,
        allow_unicode=True,
        sort_keys=False,
        width=100,
        default_flow_style=False,
    )


class Writer(yaml.SafeDumper):
    """Texts of several lines are written as lines; nothing is abbreviated by anchors."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Say everything where it stands."""
        return True


def _text(writer: Writer, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Writer.add_representer(str, _text)


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda one: (ORDER.get(one, len(ORDER)), one))
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_ordered(one) for one in value]
    return value


def _said(**values: Any) -> dict[str, Any]:
    """Only what says something: defaults are left out."""
    return {name: one for name, one in values.items() if one not in (None, "", False, 0, [], {})}


def _words(row: Any, name: str) -> dict[str, str]:
    return {f"{name}_{language}": getattr(row, f"{name}_{language}") for language in ("fr", "en")}


def _instant(instant: datetime | None) -> str | None:
    return instant.astimezone(UTC).isoformat() if instant else None


def _funder(at: int) -> dict[str, str]:
    if at == 1:
        return {"key": "lead", "label_fr": "Chef de file", "label_en": "Lead authority"}
    return {"key": f"partner_{at}", "label_fr": f"Partenaire {at}", "label_en": f"Partner {at}"}


def _batch(batch: Any) -> dict[str, Any]:
    decides_on = batch.decides_on.isoformat() if batch.decides_on else None
    return _said(
        **_words(batch, "label"), cut_off_at=_instant(batch.cut_off_at), decides_on=decides_on
    )


def _document(document: RequiredDocument, form: FormDocument) -> dict[str, Any]:
    field = form.field(document.key)
    is_file = field is not None and field.type is FieldType.FILE
    return {
        **_said(
            key=document.key,
            **_words(document, "label"),
            **_words(document, "help"),
            legal_forms=document.legal_forms,
            vault_kind=document.vault_kind,
            files_max=field.limits.files_max if field is not None and is_file else None,
        ),
        "required": document.required,
    }


def _stage(stage: Stage, call: Call) -> dict[str, Any]:
    days: dict[str, Any] = {}
    if stage.starts_on is not None:
        ends_on = stage.ends_on or stage.starts_on
        days = {"starts_on": stage.starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        days |= {"lasts_days": (ends_on - stage.starts_on).days + 1}
        after = (stage.starts_on - paris_date(call.closes_at)).days + 1 if call.closes_at else -1
        days |= {"after_days": after} if after >= 0 else {}
    return {
        **_said(
            key=stage.key,
            kind=stage.kind.value,
            **_words(stage, "title"),
            **_words(stage, "help"),
            cut=stage.cut,
            blind=stage.blind,
            tells_comments=stage.tells_comments,
            tells_scores=stage.tells_scores,
            tells_rank=stage.tells_rank,
            juries=[_jury(one) for one in stage.juries],
        ),
        **days,
        **({} if stage.remind_days == REMIND_DAYS else {"remind_days": stage.remind_days}),
        "hide_others": stage.hide_others,
    }


def _jury(jury: Jury) -> dict[str, Any]:
    return _said(
        key=jury.key,
        **_words(jury, "name"),
        **_words(jury, "prize"),
        quorum=jury.quorum,
        casting_vote=jury.casting_vote or None,
        rule=None if jury.rule is RankingRule.MEAN else jury.rule.value,
        ballot_points=jury.ballot_points,
        ballot_budget=jury.ballot_budget,
        criteria=[_criterion(one) for one in jury.criteria],
    )


def _criterion(one: Criterion) -> dict[str, Any]:
    return _said(
        key=one.key,
        **_words(one, "label"),
        **_words(one, "help"),
        weight=one.weight,
        scale_max=one.scale_max,
        anchors=one.anchors,
        optional=one.optional,
        tracks=one.tracks,
    )
