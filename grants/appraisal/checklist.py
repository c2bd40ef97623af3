"""The checklist of a file: a line per document and per rule of the call, computed where it can be.

Pure: the application comes loaded, with its call, form, organisation and documents.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grants.applications import answers
from grants.applications.models import Application
from grants.appraisal.models import ChecklistLine, Verdict
from grants.calls.form import FieldType
from grants.calls.logic import BadExpression, holds, parse


class Matter(StrEnum):
    """What a line is about."""

    TIME = "time"
    ANSWERS = "answers"
    DOCUMENT = "document"
    RULE = "rule"


@dataclass(frozen=True)
class Check:
    """One line: what is looked at, what the software finds (None: it cannot tell), what was judged.

    `about` has `label_fr`/`label_en` (a question), or `refusal_fr`/`refusal_en` and `rule`.
    """

    key: str
    matter: Matter
    about: Any
    computed: bool | None
    judged: ChecklistLine | None

    @property
    def verdict(self) -> Verdict | None:
        """What stands: the officer's word, else what the software found."""
        if self.judged is not None:
            return self.judged.verdict
        if self.computed is None:
            return None
        return Verdict.MET if self.computed else Verdict.NOT_MET


def checks(application: Application, judged: Mapping[str, ChecklistLine]) -> list[Check]:
    """Every line of a file, in the order in which one checks."""
    found = [
        Check("time", Matter.TIME, None, _in_time(application), judged.get("time")),
        Check(
            "answers",
            Matter.ANSWERS,
            None,
            not answers.missing(application),
            judged.get("answers"),
        ),
    ]
    outlook, files = answers.outlook(application), answers.attached(application)
    for field in answers.document(application).fields():
        if field.type is FieldType.FILE and field.required and outlook.shows(field):
            key = f"document:{field.key}"
            there = None if files.get(field.key) else False  # that it is the right one, who knows
            found.append(Check(key, Matter.DOCUMENT, field, there, judged.get(key)))
    for rule in application.call.eligibility_rules:
        key = f"rule:{rule['key']}"
        held = _holds(rule["rule"], outlook)
        found.append(Check(key, Matter.RULE, rule, held, judged.get(key)))
    return found


def is_settled(lines: list[Check]) -> bool:
    """Whether nothing on the list is left to judge."""
    return all(one.verdict is not None for one in lines)


def unmet(lines: list[Check]) -> list[Check]:
    """The lines that stand against the file."""
    return [one for one in lines if one.verdict is Verdict.NOT_MET]


def _in_time(application: Application) -> bool | None:
    """Received in time: the software takes nothing late, but for whoever holds an access code."""
    if application.submitted_at is None:
        return None
    closes_at = application.call.closes_at
    return closes_at is None or application.submitted_at < closes_at


def _holds(rule: str, values: Any) -> bool | None:
    try:
        return holds(parse(rule), values)
    except BadExpression:  # written before the language refused it
        return None
