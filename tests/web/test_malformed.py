"""Every cause for which a form is refused is told in French, with its place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask_babel import force_locale

from grants.calls.logic import checking
from grants.calls.services.editing import read
from grants.kernel.errors import Refused
from grants.web import malformed
from grants.web.sentences import sentence

CALLS = Path(__file__).parents[2] / "grants" / "calls"
YIELDING = {"consistency.py", "award.py"}
"""Where reasons are given back instead of being noted at once."""
FIELD = {"key": "title", "type": "short_text", "label_fr": "Titre", "label_en": "Title"}
OF_RULES = {"only checks may count documents", "turns in a circle"}
"""Told by sentences of their own: `call.edit.breaks_rule`, `call.edit.circle`."""


def causes() -> list[str]:
    """What the readers of forms and of files may say, as written in their code."""
    found = [one.format_map(Sevens()) for one in checking.WORDS.values()]
    found += ["does not read (character 5)", "is over 2000 characters (character 2001)"]
    for path in sorted(CALLS.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "wrong":
                found += [one for one in map(as_said, texts(node.args[1])) if one]
            given = node.value if isinstance(node, ast.Yield) else None
            if isinstance(given, ast.Tuple) and path.name in YIELDING:
                found += [as_said(given.elts[-1])]
    return sorted({one for one in found if one and not one.startswith(tuple(OF_RULES))})


class Sevens(dict):
    """Something in place of each fact."""

    def __missing__(self, _key: str) -> str:
        return "sept"


def texts(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def as_said(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(one.value) if isinstance(one, ast.Constant) else "7" for one in node.values
        )
    return ""


@pytest.mark.parametrize("cause", causes())
def test_each_cause_of_the_reader_has_its_sentence(app, cause) -> None:
    with app.test_request_context("/"), force_locale("fr"):
        said = malformed.told(f"sections[0].fields[2].limits.min: {cause}")
        assert said.startswith("rubrique 1, question 3")
        assert "ne s’accorde pas avec le reste" not in said
        assert cause not in said
        assert "%(" not in said


def test_a_place_is_told_as_one_counts(app) -> None:
    with app.test_request_context("/"), force_locale("fr"):
        told = malformed.place("stages[0].juries[1].criteria[2].weight", names=True)
        assert told == ["étape 1", "jury 2", "critère 3", "weight"]
        assert malformed.place("form.sections[3].fields[0].limits.columns[1].key") == [
            "rubrique 4",
            "question 1",
            "ligne 2",
        ]
        assert malformed.place("document", names=True) == []


def test_the_refusal_of_the_workshop_is_french_and_says_where(app) -> None:
    wrong = {**FIELD, "type": "number", "limits": {"min": 5, "max": 2}}
    section = {
        "key": "s",
        "title_fr": "S",
        "title_en": "S",
        "fields": [FIELD, {**wrong, "key": "n"}],
    }
    with pytest.raises(Refused) as refusal:
        read({"sections": [section]})
    with app.test_request_context("/"), force_locale("fr"):
        said = sentence(refusal.value)
    assert re.search(r"rubrique 1, question 2.: le plus petit dépasse le plus grand", said)
