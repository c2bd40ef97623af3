"""Who may apply to a call: each rule put to what is known, and what it would take to know more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from grants.calls.logic import (
    BadExpression,
    Expression,
    Facts,
    Value,
    holds,
    lacking,
    parse,
    references,
)


class Applicant(StrEnum):
    """What sort of applicant one is. The values stand in addresses and in alerts."""

    ASSOCIATION = "association"
    FOUNDATION = "foundation"
    COOPERATIVE = "cooperative"
    COMPANY = "company"
    PUBLIC = "public"
    PERSON = "person"


SOCIAL_BY_LAW = {Applicant.ASSOCIATION, Applicant.FOUNDATION, Applicant.COOPERATIVE}
"""Part of the social economy by their form alone (law 2014-856, art. 1)."""


@dataclass(frozen=True)
class Verdict:
    """What became of one rule: `holds` is None as long as it cannot be known.

    `lacking` names the variables that have no value, whether or not that decides.
    """

    key: str
    holds: bool | None
    refusal_fr: str
    refusal_en: str
    rule: Expression | None
    lacking: frozenset[str] = frozenset()


def verdicts(rules: Sequence[Mapping[str, Any]], facts: Facts) -> list[Verdict]:
    """Each of a call's `eligibility_rules`, put to these facts.

    A rule that cannot be read is never known: people are not refused by a mistake of ours.
    """
    return [_verdict(one, facts) for one in rules]


def _verdict(rule: Mapping[str, Any], facts: Facts) -> Verdict:
    expression = read(str(rule.get("rule", "")))
    return Verdict(
        key=str(rule.get("key", "")),
        holds=holds(expression, facts) if expression else None,
        refusal_fr=str(rule.get("refusal_fr", "")),
        refusal_en=str(rule.get("refusal_en", "")),
        rule=expression,
        lacking=frozenset(lacking(expression, facts)) if expression else frozenset(),
    )


def asked(rules: Iterable[Mapping[str, Any]]) -> set[str]:
    """The variables that the rules look at: what a questionnaire has to ask, and no more."""
    expressions = (read(str(one.get("rule", ""))) for one in rules)
    return {key for one in expressions if one for key in references(one)}


def is_closed_to(
    applicant: Applicant, rules: Sequence[Mapping[str, Any]], *, allows_persons: bool
) -> bool:
    """Whether that sort of applicant is refused, whatever else it may say of itself."""
    if applicant is Applicant.PERSON and not allows_persons:
        return True
    return any(one.holds is False for one in verdicts(rules, facts_of(applicant)))


def facts_of(applicant: Applicant) -> Facts:
    """What follows from being that sort of applicant; the rest stays unknown."""
    facts: dict[str, Value] = {f"applicant.is_{one.value}": one is applicant for one in Applicant}
    if applicant in SOCIAL_BY_LAW:
        facts["applicant.ess"] = True
    if applicant is Applicant.PERSON:
        facts["applicant.being_created"] = False
    return facts


@lru_cache(maxsize=1024)
def read(text: str) -> Expression | None:
    """An expression read once per text; None when it is none."""
    try:
        return parse(text)
    except BadExpression:
        return None
