"""The language of the search box: « is:submitted appel:courts-circuits montant:>10000 "mots" ».

Pure: text in, terms and mistakes out. What a person cannot have meant is a mistake with a code
and facts, which the page says beside the box; the rest of the search still works.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from grants.applications.models import ApplicationState, folded

LENGTH_MAX = 400
TERMS_MAX = 20
YEARS = (1990, 2200)
TOKEN = re.compile(r'(-?)(?:([^\W\d_]+):)?("[^"]*"?|\S+)')
COMPARED = re.compile(r"(>=|<=|>|<|=)?(.+)")

KEYS: Mapping[str, str] = {
    "is": "is",
    "est": "is",
    "call": "call",
    "appel": "call",
    "funder": "funder",
    "financeur": "funder",
    "referent": "referent",
    "qpv": "qpv",
    "label": "label",
    "etiquette": "label",
    "amount": "amount",
    "montant": "amount",
    "track": "track",
    "volet": "track",
    "lot": "track",
    "batch": "batch",
    "session": "batch",
    "commune": "commune",
    "applicant": "applicant",
    "porteur": "applicant",
    "score": "score",
    "note": "score",
    "received": "received",
    "depot": "received",
}
"""What may stand before the colon, accents aside, and what it means."""

S = ApplicationState
STATES: Mapping[str, frozenset[ApplicationState]] = {
    **{state.value: frozenset({state}) for state in S if state not in {S.DRAFT, S.LAPSED}},
    "open": frozenset({S.SUBMITTED, S.INCOMPLETE, S.ADMISSIBLE, S.IN_REVIEW, S.FINALIST}),
    "funded": frozenset({S.AWARDED, S.UNDER_AGREEMENT, S.IN_PROGRESS, S.CLOSED}),
    "decided": frozenset(
        {S.AWARDED, S.UNDER_AGREEMENT, S.IN_PROGRESS, S.CLOSED, S.WAITLISTED, S.DECLINED}
    ),
}
STATES_IN_FRENCH: Mapping[str, str] = {
    "recu": "submitted",
    "incomplet": "incomplete",
    "recevable": "admissible",
    "irrecevable": "inadmissible",
    "examen": "in_review",
    "preselectionne": "finalist",
    "ecarte": "eliminated",
    "attribue": "awarded",
    "attente": "waitlisted",
    "refuse": "declined",
    "convention": "under_agreement",
    "retire": "withdrawn",
    "clos": "closed",
    "ouvert": "open",
    "finance": "funded",
    "decide": "decided",
    "retard": "late",
    "nonlu": "unread",
}
OTHER_STATES = frozenset({"late", "unread"})
YES = frozenset({"yes", "oui", "true", "1"})
NO = frozenset({"no", "non", "false", "0"})
UNKNOWN = frozenset({"unknown", "inconnu", "?"})
NOBODY = frozenset({"none", "aucun", "aucune", "personne", "nobody"})
ME = frozenset({"@me", "@moi", "me", "moi"})


@dataclass(frozen=True)
class Term:
    """One condition: what it is about, how it compares, with what; or its contrary."""

    key: str
    value: Any
    operator: str = "="
    negated: bool = False


@dataclass(frozen=True)
class Mistake:
    """Something that cannot be searched for, and why: a code for a sentence, facts to fill it."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """What was understood of a search. `words` are (text, is a phrase, negated)."""

    terms: tuple[Term, ...] = ()
    words: tuple[tuple[str, bool, bool], ...] = ()
    mistakes: tuple[Mistake, ...] = ()

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows the list."""
        return not (self.terms or self.words)


def read(text: str) -> Wanted:
    """What a search means. Never raises: what is wrong becomes a mistake."""
    terms: list[Term] = []
    words: list[tuple[str, bool, bool]] = []
    mistakes: list[Mistake] = []
    for minus, key, typed in TOKEN.findall(text[:LENGTH_MAX])[:TERMS_MAX]:
        value = typed.strip('"').strip()
        if not key:
            if value:
                words.append((value, typed.startswith('"'), bool(minus)))
            continue
        known = KEYS.get(folded(key))
        if known is None:
            mistakes.append(Mistake("search.unknown_key", {"key": key}))
        elif not value:
            mistakes.append(Mistake("search.value_missing", {"key": key}))
        else:
            found = _term(known, value, key, negated=bool(minus))
            (terms if isinstance(found, Term) else mistakes).append(found)  # type: ignore[arg-type]
    return Wanted(tuple(terms), tuple(words), tuple(mistakes))


def _term(known: str, value: str, key: str, *, negated: bool) -> Term | Mistake:
    if known == "is":
        return _state(value, negated=negated)
    if known == "qpv":
        return _yes_no(value, key, negated=negated)
    if known in {"amount", "score"}:
        return _number(known, value, key, negated=negated)
    if known == "received":
        return _day(value, key, negated=negated)
    return Term(known, _special(known, value), negated=negated)


def _special(known: str, value: str) -> str:
    """The value, or what its word stands for: oneself, nobody, none."""
    word = folded(value)
    if known == "referent" and word in ME:
        return "@me"
    return "none" if known in {"referent", "batch"} and word in NOBODY else value


def _state(value: str, *, negated: bool) -> Term | Mistake:
    word = folded(value).replace("-", "_")
    word = STATES_IN_FRENCH.get(word.replace("_", ""), word)
    if word in STATES:
        return Term("is", STATES[word], negated=negated)
    if word in OTHER_STATES:
        return Term(word, value, negated=negated)
    return Mistake("search.unknown_state", {"value": value})


def _yes_no(value: str, key: str, *, negated: bool) -> Term | Mistake:
    word = folded(value)
    for words, meaning in ((YES, True), (NO, False), (UNKNOWN, None)):
        if word in words:
            return Term("qpv", meaning, negated=negated)
    return Mistake("search.not_yes_or_no", {"key": key, "value": value})


def _number(known: str, value: str, key: str, *, negated: bool) -> Term | Mistake:
    operator, typed = _compared(value)
    typed = re.sub(r"[\s\u00a0\u202f€_]", "", typed).replace(",", ".")
    try:
        number = Decimal(typed)
    except InvalidOperation:
        return Mistake("search.not_a_number", {"key": key, "value": value})
    if not number.is_finite() or not 0 <= number < Decimal(10) ** 12:
        return Mistake("search.not_a_number", {"key": key, "value": value})
    return Term(known, number, operator, negated)


def _day(value: str, key: str, *, negated: bool) -> Term | Mistake:
    operator, typed = _compared(value)
    french = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", typed)
    try:
        if french:
            day = date(int(french[3]), int(french[2]), int(french[1]))
        else:
            day = date.fromisoformat(typed)
        if not YEARS[0] <= day.year <= YEARS[1]:
            return Mistake("search.not_a_day", {"key": key, "value": value})
    except ValueError:
        return Mistake("search.not_a_day", {"key": key, "value": value})
    return Term("received", day, operator, negated)


def _compared(value: str) -> tuple[str, str]:
    found = COMPARED.fullmatch(value)
    return (found[1] or "=", found[2]) if found else ("=", value)
