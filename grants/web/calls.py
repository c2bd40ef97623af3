"""How a call is told, whoever reads it: its dates, its kinds, its documents, its questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from grants.calls.form import Field, FieldType
from grants.calls.models import Call, CallKind, CallState, Criterion, Stage, StageKind, last_day
from grants.calls.queries import Moment
from grants.kernel.clock import PARIS, paris_date
from grants.kernel.money import Unit
from grants.web import wording

KINDS = {
    CallKind.AAP: _l("Call for projects"),
    CallKind.AMI: _l("Call for expressions of interest"),
    CallKind.PRIZE: _l("Prize"),
    CallKind.ROLLING: _l("Open all year round"),
    CallKind.AGREEMENT: _l("Agreement"),
}
STATES = {
    CallState.DRAFT: (_l("Draft"), "neutral"),
    CallState.PUBLISHED: (_l("Published"), "info"),
    CallState.CLOSED: (_l("No longer open"), "warning"),
    CallState.ARCHIVED: (_l("Archived"), "neutral"),
}
MOMENTS = {
    Moment.OPEN: (_l("Open"), "success"),
    Moment.UPCOMING: (_l("Coming soon"), "info"),
    Moment.PAST: (_l("No longer open"), "neutral"),
}
STAGES = {
    StageKind.APPRAISAL: _l("Appraisal"),
    StageKind.SCORING: _l("Scoring by a jury"),
    StageKind.MENTORING: _l("Mentoring"),
    StageKind.HEARING: _l("Hearing"),
    StageKind.PUBLIC_VOTE: _l("Public vote"),
}
TYPES = {
    FieldType.SHORT_TEXT: _l("Short text"),
    FieldType.LONG_TEXT: _l("Text"),
    FieldType.NUMBER: _l("A number"),
    FieldType.MONEY: _l("Amount in euros"),
    FieldType.QUANTITY: _l("Quantity"),
    FieldType.DATE: _l("Date"),
    FieldType.YES_NO: _l("Yes or no"),
    FieldType.CHOICE: _l("One choice"),
    FieldType.CHOICES: _l("Several choices"),
    FieldType.EMAIL: _l("E-mail address"),
    FieldType.PHONE: _l("Phone number"),
    FieldType.URL: _l("Web page"),
    FieldType.SIRET: _l("SIRET number"),
    FieldType.RNA: _l("RNA number"),
    FieldType.COMMUNE: _l("Municipality"),
    FieldType.ADDRESS: _l("Address"),
    FieldType.FILE: _l("Document"),
    FieldType.BUDGET: _l("Budget"),
    FieldType.IBAN: _l("IBAN"),
    FieldType.TABLE: _l("Table"),
    FieldType.GROUP: _l("Repeated questions"),
}
FAMILIES = (
    (("92",), _l("for associations")),
    (("54", "55", "56", "57"), _l("for companies and cooperatives")),
    (("93",), _l("for foundations")),
    (("82", "64"), _l("for mutuals")),
    (("7",), _l("for public bodies")),
)


@dataclass(frozen=True)
class KeyDate:
    """One line of a call's calendar: what happens, when in words, and whether it is behind."""

    words: str
    when: str
    is_past: bool
    sorts_on: date


def moment_of(call: Call, now: datetime) -> Moment:
    """Where a published call stands at this instant."""
    if call.is_open(now):
        return Moment.OPEN
    return Moment.UPCOMING if call.is_upcoming(now) else Moment.PAST


def closing(closes_at: datetime | None) -> str:
    """« 30 novembre 2018 à minuit » for a call that closes at the first instant of the next day."""
    if closes_at is None:
        return str(_("never: applications are received all year round"))
    last = last_day(closes_at)
    if last is not None and last != paris_date(closes_at):
        return str(_("%(day)s at midnight", day=wording.day(last)))
    return wording.moment(closes_at)


def opening(opens_at: datetime) -> str:
    """« 13 octobre 2018 »; with its hour when it is not the first instant of that day."""
    civil = opens_at.astimezone(PARIS)
    at_midnight = (civil.hour, civil.minute) == (0, 0)
    return wording.day(opens_at) if at_midnight else wording.moment(opens_at)


def calendar(call: Call, now: datetime) -> list[tuple[str, str, bool]]:
    """The dates of a call in order, as the macro `key_dates` takes them."""
    today = paris_date(now)
    dates = [_opening(call, now), *_closing(call, now)]
    dates += [_stage(stage, today) for stage in call.stages if stage.starts_on]
    dates.sort(key=lambda one: one.sorts_on)
    return [(one.words, one.when, one.is_past) for one in dates]


def _opening(call: Call, now: datetime) -> KeyDate:
    opens_at = call.opens_at
    return KeyDate(_("Opens"), opening(opens_at), opens_at <= now, paris_date(opens_at))


def _closing(call: Call, now: datetime) -> list[KeyDate]:
    if call.closes_at is None or call.last_day is None:
        return []
    when = closing(call.closes_at)
    return [KeyDate(_("Closes"), when, call.closes_at <= now, call.last_day)]


def _stage(stage: Stage, today: date) -> KeyDate:
    starts, ends = stage.starts_on or today, stage.ends_on or stage.starts_on or today
    return KeyDate(wording.localized(stage, "title"), span(starts, ends), ends < today, starts)


def span(starts: date, ends: date | None) -> str:
    """« du 1er au 14 décembre 2018 » in full, or one day."""
    if ends is None or ends == starts:
        return wording.day(starts)
    return str(_("from %(first)s to %(last)s", first=wording.day(starts), last=wording.day(ends)))


def paragraphs(text: str) -> list[str]:
    """A plain text as its paragraphs."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def shares(criteria: Sequence[Criterion]) -> list[tuple[Criterion, int]]:
    """Each criterion with its share of the mark, in percent."""
    total = sum(one.weight for one in criteria) or 1
    return [(one, round(100 * one.weight / total)) for one in criteria]


def asked_of(field: Field) -> str:
    """Of whom a document is asked, in words; "" when of everyone."""
    words = [
        str(text) for starts, text in FAMILIES if any(one in starts for one in field.legal_forms)
    ]
    if not {*field.legal_forms} <= {one for starts, _text in FAMILIES for one in starts}:
        words.append(_("for some legal forms"))
    return ", ".join(words)


def expected(field: Field) -> str:
    """What sort of answer a question expects: « Texte, 80 mots au plus »."""
    limits = field.limits
    parts = [str(TYPES[field.type])]
    if limits.words_max:
        parts.append(ngettext("%(num)s word at most", "%(num)s words at most", limits.words_max))
    if limits.characters_max:
        most = limits.characters_max
        parts.append(ngettext("%(num)s character at most", "%(num)s characters at most", most))
    if limits.unit and limits.min:
        parts.append(_("at least %(amount)s", amount=wording.amount(limits.min, limits.unit)))
    if limits.unit and limits.max:
        parts.append(_("at most %(amount)s", amount=wording.amount(limits.max, limits.unit)))
    if limits.unit is Unit.SQUARE_METRE:
        parts[0] = _("Floor area in m²")
    if not field.required:
        parts.append(_("optional"))
    return ", ".join(parts)
