"""Every reason that calls and their forms give is a sentence, in French and in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from build.calls import DOCUMENT
from grants.calls.form import FormDocument, Problem, problems
from grants.calls.lifecycle import LIFECYCLE
from grants.calls.models import CallState
from grants.web.answers import tell
from grants.web.sentences import is_known
from grants.web.sentences.calls import SENTENCES

SOURCE = Path("grants/calls")
GIVEN = {
    code
    for file in SOURCE.rglob("*.py")
    for code in re.findall(r'(?:Refused|Problem)\(\s*f?"([a-z_.]+)"', file.read_text("utf-8"))
}
EDITED = {f"call.edit.{why}" for why in ("breaks_rule", "circle", "key_answered", "type_answered")}
"""Put together where they are given."""
PLACES = {"form.in_row", "form.in_year"}
"""Said around another problem, by the page."""
AUTHORS = {"form.check"}
"""Said by whoever wrote the form."""
ADDRESS = {f"form.address_without_{part}" for part in ("street", "postcode", "city")}


def test_every_code_given_has_its_sentence_and_no_sentence_is_idle():
    refused = {
        f"call.{transition.name}.from_{state}"
        for transition in LIFECYCLE.transitions
        for state in set(CallState) - set(transition.sources)
    }
    given = {code for code in GIVEN if code != "form.address_without_"} | ADDRESS | refused
    given = (given | PLACES | EDITED) - AUTHORS
    assert {code for code in given if not is_known(code)} == set()
    assert set(SENTENCES) - given == set()


@pytest.mark.parametrize(
    ("answers", "french", "english"),
    [
        (
            {"requested": 500},
            "Le minimum accepté est 100,00\u202f€.",
            "The least that is accepted is €100.00.",
        ),
        (
            {
                "budget": {
                    "charges": [{"account": "60", "label": "", "amount": 8000}],
                    "products": [{"account": "74", "label": "", "amount": 6500}],
                }
            },
            "Les charges font 8\u202f000\u202f€ et les produits 6\u202f500\u202f€\u202f: "
            "ils doivent être égaux, il y a 1\u202f500\u202f€ d’écart.",
            "Charges are 8,000\u202f€ and income 6,500\u202f€: they must be equal, "
            "1,500\u202f€ apart for now.",
        ),
        (
            {"summary": "mot " * 90},
            "Ce texte compte 90 mots pour 80 au plus\u202f: retirez-en 10.",
            "This text has 90 words, 80 at most are accepted: take 10 out.",
        ),
    ],
)
def test_a_problem_is_told_with_its_figures(app, answers, french, english):
    form = FormDocument.parse(DOCUMENT)
    found = [one for one in problems(form, answers, {}) if one.code != "form.required"]
    for language, sentence in (("fr", french), ("en", english)):
        with app.test_request_context(f"/?lang={language}"):
            assert [tell(one) for one in found] == [sentence]


def test_words_of_the_person_are_kept_as_they_are(app):
    with app.test_request_context("/"):
        told = tell(Problem("form.number_unreadable", {"typed": "100 %(max)s"}))
    assert "100 %(max)s" in told
