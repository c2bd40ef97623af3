"""One small, safe language for conditions, checks, computed values and award rules. No I/O.

`requested <= 0.5 * budget.charges and applicant.is_association`: stored as text, composed from
menus, never evaluated by Python, three-valued (an unanswered question makes things unknown),
and always explained back in words. `docs/expressions.md` describes it to authors.
"""

from grants.calls.logic.applicant import APPLICANT, NO_FACTS, Facts
from grants.calls.logic.checking import Mistake, in_words, kind_of, mistakes
from grants.calls.logic.evaluating import evaluate, holds, lacking
from grants.calls.logic.explaining import explain
from grants.calls.logic.menus import (
    Menu,
    Row,
    Term,
    compose,
    compose_terms,
    decompose,
    decompose_terms,
    operators,
)
from grants.calls.logic.parsing import BadExpression, parse
from grants.calls.logic.schema import Kind, Option, Schema, Variable
from grants.calls.logic.tree import FUNCTIONS, UNKNOWN, Expression, Unknown, Value, references, tree

__all__ = [
    "APPLICANT",
    "FUNCTIONS",
    "NO_FACTS",
    "UNKNOWN",
    "BadExpression",
    "Expression",
    "Facts",
    "Kind",
    "Menu",
    "Mistake",
    "Option",
    "Row",
    "Schema",
    "Term",
    "Unknown",
    "Value",
    "Variable",
    "compose",
    "compose_terms",
    "decompose",
    "decompose_terms",
    "evaluate",
    "explain",
    "holds",
    "in_words",
    "kind_of",
    "lacking",
    "mistakes",
    "operators",
    "parse",
    "references",
    "tree",
]
