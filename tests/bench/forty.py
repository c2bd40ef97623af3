"""Forms of a measured size: forty questions as calls of this kind ask, two hundred as none should.

Written out as a person fills them in (`typed`), and as they are stored (`stored`).
"""

from __future__ import annotations

import json
from typing import Any

from grants.calls.form import FieldType, FormDocument, clean

PARAGRAPH = "Nous sommes partis d’un constat partagé avec les habitants du quartier. " * 5

KINDS = (
    "long_text",
    "short_text",
    "money",
    "choice",
    "long_text",
    "number",
    "yes_no",
    "date",
    "short_text",
    "choices",
)
"""In turn, as many as are asked for."""

TYPED: dict[str, str] = {
    "long_text": PARAGRAPH,
    "short_text": "Les Jardins de la Brune",
    "money": "12 500,50",
    "choice": "b",
    "number": "14",
    "yes_no": "yes",
    "date": "14/10/2018",
    "choices": "a",
    "email": "contact@ressourcerie.example",
}

OPTIONS = [{"key": one, "label_fr": f"Option {one}", "label_en": f"Option {one}"} for one in "abcd"]
LIMITS: dict[str, dict[str, Any]] = {
    "long_text": {"words_max": 250},
    "choice": {"choices": OPTIONS},
    "choices": {"choices": OPTIONS},
}

HEADS = (
    ("title", "short_text", "title", "Nom du projet"),
    ("summary", "long_text", "summary", "Le projet en quelques phrases"),
    ("requested", "money", "requested", "Montant demandé"),
    ("contact", "email", "", "Adresse de contact"),
)


def form_of(questions: int, *, to_jurors: int = 16) -> dict[str, Any]:
    """A form of one page with so many questions, the first `to_jurors` shown to juries."""
    rest = [
        (f"question_{at}", KINDS[at % len(KINDS)], "", f"Question {at}")
        for at in range(1, questions - len(HEADS) + 1)
    ]
    fields = [
        {
            "key": key,
            "type": kind,
            **({"role": role} if role else {}),
            "label_fr": label,
            "label_en": label,
            "visible_to": ["juror"] if at < to_jurors else [],
            "limits": LIMITS.get(kind, {}),
        }
        for at, (key, kind, role, label) in enumerate((*HEADS, *rest))
    ]
    section = {"key": "project", "title_fr": "Votre projet", "title_en": "Your project"}
    return {"sections": [{**section, "fields": fields}]}


FORTY = form_of(40)
TWO_HUNDRED = form_of(200)


def typed(form: dict[str, Any]) -> dict[str, str]:
    """What a browser sends for a whole form."""
    fields = form["sections"][0]["fields"]
    return {f"q_{one['key']}": TYPED[one["type"]] for one in fields}


def stored(form: dict[str, Any]) -> str:
    """The same as PostgreSQL keeps it, in JSON."""
    answers = {}
    for one in FormDocument.parse(form).fields():
        given: object = TYPED[one.type.value]
        answers[one.key] = clean(one, [given] if one.type is FieldType.CHOICES else given)
    return json.dumps(answers)
