"""What each term of the search means, in SQL."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.orm import aliased

from grants.applications.models import SEARCH_VECTOR, Application, ApplicationState, folded
from grants.appraisal import rules as own_rules
from grants.appraisal.models import ApplicationLabel, Label, ThreadMessage, ThreadReading
from grants.appraisal.search import Term, Wanted
from grants.calls.models import Batch, Call, CallFunder
from grants.juries.models import Review, ReviewState
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date, paris_instant
from grants.kernel.money import Unit
from grants.people.models import Funder, Organisation, Person

FRENCH = cast(literal("laureat_french"), REGCONFIG)
Referent = aliased(Person)
applicant_name = func.coalesce(Organisation.name, Person.name)
place_qpv = func.coalesce(Organisation.place_qpv, Organisation.seat_qpv)


def meets(term: Term, viewer: Actor, now: datetime) -> ColumnElement[bool]:
    """One condition of a search, in SQL over the joins of `queries.search`."""
    clause = CONDITIONS[term.key](term, viewer, now)
    return not_(func.coalesce(clause, false())) if term.negated else clause


def _compare(column: Any, operator: str, value: Any) -> ColumnElement[bool]:
    compared: Mapping[str, ColumnElement[bool]] = {
        "=": column == value,
        ">": column > value,
        "<": column < value,
        ">=": column >= value,
        "<=": column <= value,
    }
    return compared[operator]


def _of_call(term: Term, _viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    slug = folded(term.value)
    named = select(Call.id).where(
        or_(Call.slug == slug, Call.slug.startswith(f"{slug}-", autoescape=True), Call.key == slug)
    )
    return Application.call_id.in_(named)


def _of_funder(term: Term, _viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    named = (
        select(CallFunder.call_id)
        .join(Funder, Funder.id == CallFunder.funder_id)
        .where(or_(Funder.key == term.value.lower(), Funder.name.ilike(_like(term.value))))
    )
    return Application.call_id.in_(named)


def _of_referent(term: Term, viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    if term.value == "@me":
        return Application.referent_id == viewer.id
    if term.value == "none":
        return Application.referent_id.is_(None)
    return or_(Referent.email == term.value.lower(), Referent.name.ilike(_like(term.value)))


def _labelled_as(term: Term, viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    return exists().where(
        ApplicationLabel.application_id == Application.id,
        ApplicationLabel.label_id == Label.id,
        func.lower(Label.name) == term.value.lower(),
        own_rules.reads_labels.where(viewer),
    )


def _of_amount(term: Term, _viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    in_euros = _compare(Application.requested, term.operator, int(term.value * 100))
    whole = _compare(Application.requested, term.operator, int(term.value))
    return or_(and_(Call.unit == Unit.EUR, in_euros), and_(Call.unit != Unit.EUR, whole))


def _of_score(term: Term, _viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    having = _compare(func.avg(Review.total), term.operator, int(term.value * 1000))
    scored = (
        select(Review.application_id)
        .where(Review.state == ReviewState.FINAL, Review.set_aside_at.is_(None))
        .group_by(Review.application_id)
        .having(having)
    )
    return Application.id.in_(scored)


def _received(term: Term, _viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    first = paris_instant(term.value)
    after = paris_instant(term.value + timedelta(days=1))
    at = Application.submitted_at
    spans: Mapping[str, ColumnElement[bool]] = {
        "=": and_(at >= first, at < after),
        ">": at >= after,
        ">=": at >= first,
        "<": at < first,
        "<=": at < after,
    }
    return spans[term.operator]


def _in_batch(term: Term, _viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    if term.value == "none":
        return Application.batch_id.is_(None)
    text = _like(term.value)
    named = select(Batch.id).where(or_(Batch.label_fr.ilike(text), Batch.label_en.ilike(text)))
    return Application.batch_id.in_(named)


def _in_town(term: Term, _viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    code, town = term.value.upper(), _like(term.value)
    return or_(
        Organisation.place_commune_code == code,
        and_(Organisation.place_commune_code.is_(None), Organisation.commune_code == code),
        func.coalesce(Organisation.place_city, Organisation.city).ilike(town),
    )


def _of_applicant(term: Term, _viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    digits = re.sub(r"\s", "", term.value)
    known = [Organisation.siret == digits, Organisation.rna == digits.upper()]
    return or_(applicant_name.ilike(_like(term.value)), *known)


def _unread(_term: Term, viewer: Actor, _now: datetime) -> ColumnElement[bool]:
    read_at = (
        select(ThreadReading.read_at)
        .where(ThreadReading.application_id == Application.id, ThreadReading.person_id == viewer.id)
        .scalar_subquery()
    )
    return exists().where(
        ThreadMessage.application_id == Application.id,
        ThreadMessage.by_applicant,
        ThreadMessage.written_at > func.coalesce(read_at, Application.started_at),
    )


CONDITIONS: Mapping[str, Callable[[Term, Actor, datetime], ColumnElement[bool]]] = {
    "is": lambda term, _viewer, _now: Application.state.in_(sorted(term.value)),
    "late": lambda _term, _viewer, now: and_(
        Application.state == ApplicationState.INCOMPLETE,
        Application.complement_due_on < paris_date(now),
    ),
    "unread": _unread,
    "call": _of_call,
    "funder": _of_funder,
    "referent": _of_referent,
    "qpv": lambda term, _viewer, _now: place_qpv.is_not_distinct_from(term.value),
    "label": _labelled_as,
    "amount": _of_amount,
    "track": lambda term, _viewer, _now: Application.track_key == term.value.lower(),
    "batch": _in_batch,
    "commune": _in_town,
    "applicant": _of_applicant,
    "score": _of_score,
    "received": _received,
}


def says(wanted: Wanted) -> list[ColumnElement[bool]]:
    """The words of a search, in SQL: found in French, whatever their accents and endings."""
    clauses: list[ColumnElement[bool]] = []
    for words, is_phrase, negated in wanted.words:
        clause = _holds(words, is_phrase=is_phrase)
        clauses.append(not_(clause) if negated else clause)
    return clauses


def _holds(words: str, *, is_phrase: bool) -> ColumnElement[bool]:
    """Words by their stems and beginnings, a phrase word after word, a number as it is."""
    if is_phrase:
        return SEARCH_VECTOR.op("@@")(func.phraseto_tsquery(FRENCH, words))
    parts = re.findall(r"\w+", words)
    if not parts:
        return false()
    query = func.to_tsquery(FRENCH, " & ".join(f"{part}:*" for part in parts))
    found: ColumnElement[bool] = SEARCH_VECTOR.op("@@")(query)
    return or_(found, Application.number == words.upper())


def _like(text: str) -> str:
    escaped = re.sub(r"([%_\\])", r"\\\1", text)
    return f"%{escaped}%"
