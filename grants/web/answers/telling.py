"""What is wrong with an answer, in the reader's language, with amounts written as amounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grants.calls.form import Problem
from grants.kernel.errors import Refused
from grants.web import wording
from grants.web.sentences import sentence

IN_UNIT = {"min", "max", "requested"}
IN_EUROS = {"charges", "products", "gap"}


def tell(problem: Problem) -> str:
    """The problem as a sentence."""
    facts: dict[str, Any] = {
        name: _written(name, value, problem) for name, value in problem.facts.items()
    }
    if problem.code == "form.check":
        return wording.localized(_Message(**facts), "message")
    told = sentence(Refused(problem.code, **facts))
    if "row" in facts:
        cell = wording.localized(_Cell(facts.get("cell_fr"), facts.get("cell_en")), "label")
        place = Refused("form.in_row", row=facts["row"], cell=cell, problem=told)
        return sentence(place)
    if "year" in facts:
        return sentence(Refused("form.in_year", year=facts["year"], problem=told))
    return told


@dataclass(frozen=True)
class _Message:
    """What the author of a form says of a rule that does not hold."""

    message_fr: str
    message_en: str


@dataclass(frozen=True)
class _Cell:
    """The column, or the repeated question, where a problem stands."""

    label_fr: str | None
    label_en: str | None


def _written(name: str, value: object, problem: Problem) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    unit = problem.facts.get("unit")
    if name in IN_UNIT and unit:
        return wording.amount(value, str(unit))
    if name in IN_EUROS:
        return f"{wording.number(value)}{wording.NARROW}€"
    return wording.number(value)
