"""Goes through a whole call, part by part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from grants.calls.award import AwardRule, Gift
from grants.calls.form import FieldRole, FieldType, FormDocument, Section
from grants.calls.lint.course import course
from grants.calls.lint.findings import Finding, Part, stops, warns
from grants.calls.lint.reach import can_hold
from grants.calls.lint.wording import untranslated, wording
from grants.calls.logic import BadExpression, parse
from grants.calls.models import Call, CallKind
from grants.calls.reading import Malformed

ASSOCIATIONS, FOUNDATIONS = "92", "93"
COMMITMENT = "engagement républicain"
TRACKS_MIN = 2
PAID = {Gift.GRANT, Gift.PRIZE}
WITHOUT_ENVELOPE = {Gift.TITLE, Gift.IN_KIND}
"""What is told in words and draws on nothing."""


def lint(call: Call, form: FormDocument, now: datetime) -> list[Finding]:
    """Everything found in a call, what stops it first, each part in the order of the workshop.

    The call's funders, envelopes, tracks, documents, batches, stages, juries and criteria must
    be loaded.
    """
    found = [
        *_texts(call),
        *_window(call, now),
        *_money(call),
        *_tracks(call, form),
        *_form(call, form),
        *_documents(call, form),
        *course(call, now),
        *wording(call, form),
    ]
    order = list(Part)
    return sorted(found, key=lambda one: (not one.blocks, order.index(one.part)))


def blocking(call: Call, form: FormDocument, now: datetime) -> list[Finding]:
    """What stops the call from being published."""
    return [one for one in lint(call, form, now) if one.blocks]


def _texts(call: Call) -> Iterator[Finding]:
    for name in ("title", "summary", "body", "eligibility"):
        if not (getattr(call, f"{name}_fr") or "").strip():
            yield stops(f"{name}_missing", Part.TEXTS)
    if missing := list(untranslated(call)):
        yield warns("english_partial", Part.TEXTS, count=len(missing))
    if not call.contact_email and not call.contact_phone:
        yield stops("no_contact", Part.CONTACT)
    if not call.themes:
        yield warns("no_theme", Part.AUDIENCE)


def _window(call: Call, now: datetime) -> Iterator[Finding]:
    if call.closes_at is not None and call.closes_at <= now:
        yield stops("closes_in_the_past", Part.WINDOW, closes_at=call.closes_at)
    if call.closes_at is None and call.kind is not CallKind.ROLLING:
        yield stops("no_end", Part.WINDOW)


def _money(call: Call) -> Iterator[Finding]:
    if call.lead is None:
        yield stops("no_lead", Part.FUNDING)
    try:
        rule = AwardRule.parse(call.award_rule)
    except Malformed:
        yield stops("award_unreadable", Part.AWARD)
        return
    if not rule.explain_fr:
        yield warns("award_unexplained", Part.AWARD)
    if not call.envelopes and rule.instrument not in WITHOUT_ENVELOPE:
        yield warns("no_envelope", Part.FUNDING)


def _tracks(call: Call, form: FormDocument) -> Iterator[Finding]:
    asking = form.by_role(FieldRole.TRACK)
    keys = {one.key for one in call.tracks}
    if len(keys) >= TRACKS_MIN and asking is None:
        yield stops("tracks_not_asked", Part.TRACKS, count=len(keys))
    if asking is not None and keys and {one.key for one in asking.limits.choices} != keys:
        yield stops("tracks_differ", Part.FORM, target=asking.key)


def _form(call: Call, form: FormDocument) -> Iterator[Finding]:
    if form.by_role(FieldRole.TITLE) is None:
        yield stops("no_title_field", Part.FORM)
    requested = form.by_role(FieldRole.REQUESTED)
    if requested is None and call.award_rule.get("instrument") == Gift.GRANT.value:
        yield warns("no_amount_field", Part.FORM)
    if requested is not None and requested.limits.unit is not call.unit:
        yield stops("amount_in_another_unit", Part.FORM, target=requested.key)
    for section in form.sections:
        yield from _section(form, section)
    count = sum(not field.label_en for field in form.fields())
    if call.title_en and count:
        yield warns("labels_untranslated", Part.FORM, count=count)


def _section(form: FormDocument, section: Section) -> Iterator[Finding]:
    if not section.fields:
        yield stops("empty_section", Part.FORM, section=section.title_fr)
    for field in section.fields:
        if not field.label_fr.strip():
            yield stops("label_missing", Part.FORM, target=field.key)
        if not _reached(form, (section.show_if, field.show_if)):
            yield stops(
                "question_unreachable", Part.FORM, target=field.key, question=field.label_fr
            )


def _reached(form: FormDocument, conditions: Sequence[str]) -> bool:
    """Whether the question is asked of somebody."""
    written = [f"({one})" for one in conditions if one]
    if not written:
        return True
    try:
        return can_hold(parse(" and ".join(written)), form.schema)
    except BadExpression:
        return True  # each condition was read when it was written: together they are too long


def _documents(call: Call, form: FormDocument) -> Iterator[Finding]:
    files = {one.key: one for one in form.fields() if one.type is FieldType.FILE}
    for document in call.documents:
        if document.key not in files:
            yield stops("document_without_field", Part.DOCUMENTS, document=document.label_fr)
    asked = [one for one in form.fields() if COMMITMENT in f"{one.label_fr} {one.help_fr}".lower()]
    for field in asked:
        if any(
            not one.startswith((ASSOCIATIONS, FOUNDATIONS)) for one in field.legal_forms or [""]
        ):
            yield warns(
                "commitment_of_others", Part.DOCUMENTS, target=field.key, question=field.label_fr
            )
    if not asked and call.award_rule.get("instrument") in {one.value for one in PAID}:
        yield warns("no_commitment", Part.DOCUMENTS)
