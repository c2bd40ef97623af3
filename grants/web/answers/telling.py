"""What is wrong with an answer, in the reader's language, with amounts written as amounts."""

from __future__ import annotations

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
    return sentence(Refused(problem.code, **facts))


def _written(name: str, value: object, problem: Problem) -> object:
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    unit = problem.facts.get("unit")
    if name in IN_UNIT and unit:
        return wording.amount(value, str(unit))
    if name in IN_EUROS:
        return f"{wording.number(value)}{wording.NARROW}€"
    return wording.number(value)
