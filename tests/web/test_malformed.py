"""Every cause for which a form is refused is told in French, with its place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from flask_babel import force_locale

from grants.calls.services.editing import read
from grants.kernel.errors import Refused
from grants.web import malformed
from grants.web.sentences import sentence

FORMS = Path(__file__).parents[2] / "grants" / "calls"
FIELD = {"key": "title", "type": "short_text", "label_fr": "Titre", "label_en": "Title"}
OF_RULES = {"only checks may count documents", "turns in a circle"}
"""Told by sentences of their own: `call.edit.breaks_rule`, `call.edit.circle`."""


def causes() -> list[str]:
    """What the reader of forms may say, as written in its code."""
    found = []
    for name in ("reading.py", "form/document.py", "form/written.py", "form/soundness.py"):
        for node in ast.walk(ast.parse((FORMS / name).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "wrong":
                found += [one for one in map(as_said, texts(node.args[1])) if one]
    return sorted({one for one in found if not one.startswith(tuple(OF_RULES))})


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
