"""A section of a call's form on a page: what was typed comes back, what is stored is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict

from build.calls import ANSWERS, DOCUMENT
from grants.calls.form import FieldType, FormDocument, Reading, problems
from grants.calls.templates import templates
from grants.web.answers import read_sections, section_form

FORM = FormDocument.parse(DOCUMENT)
CHOICES = [
    {"key": key, "label_fr": f"Choix {key}", "label_en": f"Choice {key}"} for key in "abcdefghijk"
]
CELLS = [
    {"key": key, "type": kind, "label_fr": key, "label_en": key, "required": False, **more}
    for key, kind, more in (
        ("label", "short_text", {}),
        ("cost", "money", {"total": True}),
        ("kind", "choice", {"limits": {"choices": CHOICES}}),
        ("bought", "yes_no", {}),
        ("on", "date", {}),
    )
]
PAGE = '{% from "macros/answers.html" import questions %}{{ questions(form) }}'
READ = '{% from "macros/answers.html" import answers %}{{ answers(sections, change=change) }}'

STORED: dict[FieldType, Any] = {
    FieldType.SHORT_TEXT: "Un titre",
    FieldType.LONG_TEXT: "Un paragraphe.\nUn autre.",
    FieldType.NUMBER: 1234,
    FieldType.MONEY: 123_456,
    FieldType.QUANTITY: 350,
    FieldType.DATE: "2018-10-14",
    FieldType.YES_NO: False,
    FieldType.CHOICE: "b",
    FieldType.CHOICES: ["a", "c"],
    FieldType.EMAIL: "ana@example.org",
    FieldType.PHONE: "0389000000",
    FieldType.URL: "https://example.org",
    FieldType.SIRET: "13002526500013",
    FieldType.RNA: "W681234567",
    FieldType.COMMUNE: {"name": "Mulhouse", "code": "68224", "postcode": "68100"},
    FieldType.ADDRESS: {"street": "2 rue du Canal", "postcode": "68100", "city": "Mulhouse"},
    FieldType.IBAN: "FR7630006000011234567890189",
    FieldType.TABLE: [
        {"label": "Chaises", "cost": 120_050, "kind": "b"},
        {"label": "Tables", "bought": True, "on": "2018-10-14"},
    ],
    FieldType.GROUP: [
        {"label": "Le Local", "cost": 5_000, "bought": False, "kind": "a"},
        {"label": "La Ferme", "on": "2018-10-14"},
    ],
    FieldType.BUDGET: {
        "charges": [{"account": "60", "label": "Bois", "amount": 5000}],
        "products": [{"account": "74", "label": "Ville", "amount": 5000}],
    },
}


def a_form_of(kind: FieldType, **more: object) -> FormDocument:
    limits = {"choices": CHOICES} if kind in {FieldType.CHOICE, FieldType.CHOICES} else {}
    limits |= {FieldType.TABLE: {"columns": CELLS}, FieldType.GROUP: {"fields": CELLS}}.get(
        kind, {}
    )
    field = {"key": "x", "type": kind.value, "label_fr": "Question", "label_en": "Question",
             "limits": limits, **more}  # fmt: skip
    section = {"key": "s", "title_fr": "Partie", "title_en": "Part", "fields": [field]}
    return FormDocument.parse({"sections": [section]})


def inputs(html: str) -> MultiDict[str, str]:
    """What a browser would send back of a page left untouched."""
    sent: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>", html):
        at = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if at.get("type") not in {"radio", "checkbox"} or " checked" in tag:
            sent.add(at["name"], at.get("value", ""))
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', html, re.S
    ):
        sent.add(name, text.lstrip("\r\n"))
    for tag, options in re.findall(r"<select([^>]*)>(.*?)</select>", html, re.S):
        name = re.search(r'name="([^"]*)"', tag).group(1)
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(
            r'<option value="([^"]*)" selected', options
        )
        sent.add(name, chosen.group(1) if chosen else "")
    return sent


def shown(app: Flask, document: FormDocument, answers: Mapping[str, Any]) -> str:
    with app.test_request_context("/"):
        return render_template_string(PAGE, form=section_form(document.sections[0], answers))


@pytest.mark.parametrize("kind", sorted(STORED))
def test_an_answer_survives_a_page_left_untouched(app, kind):
    document = a_form_of(kind)
    sent = inputs(shown(app, document, {"x": STORED[kind]}))
    with app.test_request_context("/", method="POST", data=sent):
        form = section_form(document.sections[0], {})
        assert form.validate(), form.errors
        assert form.values() == {"x": STORED[kind]}


@pytest.mark.parametrize("kind", sorted(set(STORED) - {FieldType.CHOICES, FieldType.YES_NO}))
def test_an_empty_answer_is_no_mistake_of_a_draft(app, kind):
    document = a_form_of(kind)
    sent = inputs(shown(app, document, {}))
    with app.test_request_context("/", method="POST", data=sent):
        form = section_form(document.sections[0], {"x": STORED[kind]})
        assert form.validate(), form.errors
        assert form.values() == {"x": None}


WRONG = {
    FieldType.NUMBER: "douze <b>",
    FieldType.MONEY: "cher",
    FieldType.QUANTITY: "1,5",
    FieldType.DATE: "31/02/2018",
    FieldType.EMAIL: "ana@",
    FieldType.PHONE: "12",
    FieldType.URL: "javascript:alert(1)",
    FieldType.SIRET: "123",
    FieldType.IBAN: "FR76 3000",
    FieldType.RNA: "X",
    FieldType.CHOICE: "z",
}


@pytest.mark.parametrize("kind", sorted(WRONG))
def test_what_was_typed_wrong_is_told_and_kept(app, kind):
    document = a_form_of(kind)
    with app.test_request_context("/", method="POST", data={"q_x": WRONG[kind]}):
        form = section_form(document.sections[0], {})
        assert not form.validate()
        assert form.status == 422
        assert form.raws() == {"x": WRONG[kind]}
        page = render_template_string(PAGE, form=form)
        assert 'id="q_x-error"' in page
        kept = WRONG[kind].replace("<b>", "&lt;b&gt;")
        assert kind is FieldType.CHOICE or f'value="{kept}"' in page
        assert "<b>" not in page


def test_an_answer_kept_as_typed_is_told_again_at_the_next_visit(app):
    document = a_form_of(FieldType.MONEY)
    with app.test_request_context("/"):
        form = section_form(document.sections[0], {"x": "cher"})
        form.recheck()
        page = render_template_string(PAGE, form=form)
    assert 'value="cher"' in page
    assert 'id="q_x-error"' in page


def test_what_lacks_before_submitting_stands_beside_its_field(app):
    with app.test_request_context("/"):
        form = section_form(FORM.sections[0], {})
        form.complain(problems(FORM, {}, {}))
        assert sorted(form.errors) == ["q_summary", "q_title"]


def test_questions_that_do_not_concern_the_applicant_are_left_out(app):
    document = a_form_of(FieldType.SHORT_TEXT, legal_forms=["92"])
    with app.test_request_context("/"):
        assert "q_x" in section_form(
            document.sections[0], {}, applicant={"applicant.legal_form": "9220"}
        )
        assert "q_x" not in section_form(
            document.sections[0], {}, applicant={"applicant.legal_form": "5710"}
        )


def test_no_key_of_an_author_hides_one_of_ours(app):
    for key in ("data", "errors", "validate", "meta", "status", "section", "csrf_token", "raws"):
        document = a_form_of(FieldType.SHORT_TEXT, key=key)
        with app.test_request_context("/", method="POST", data={f"q_{key}": "Oui"}):
            form = section_form(document.sections[0], {})
            assert form.validate()
            assert form.values() == {key: "Oui"}


@pytest.mark.parametrize("key", sorted(templates()))
def test_every_section_of_every_scheme_is_drawn(app, key):
    document = FormDocument.parse(templates()[key].form)
    for language in ("fr", "en"):
        with app.test_request_context(f"/?lang={language}"):
            for section in document.sections:
                form = section_form(
                    section, {}, document=document, applicant={"applicant.legal_form": "9220"}
                )
                page = render_template_string(PAGE, form=form)
                for field in section.fields:
                    drawn = field.type is not FieldType.FILE and field.concerns("9220")
                    assert (f'id="q_{field.key}"' in page) == drawn


def read(app: Flask, document: FormDocument, answers: Mapping[str, Any], reader: Reading) -> str:
    with app.test_request_context("/"):
        sections = read_sections(document, answers, {}, reader)
        return render_template_string(READ, sections=sections, change=None)


READABLE = {
    FieldType.MONEY: "1\u202f234,56\u202f€",
    FieldType.QUANTITY: "350\u202fm²",
    FieldType.DATE: "14\u00a0octobre\u00a02018",
    FieldType.YES_NO: "Non",
    FieldType.CHOICE: "Choix b",
    FieldType.CHOICES: "<li>Choix c</li>",
    FieldType.LONG_TEXT: "<p>Un autre.</p>",
    FieldType.URL: '<a href="https://example.org"',
    FieldType.PHONE: "03\u202f89\u202f00\u202f00\u202f00",
    FieldType.COMMUNE: "68100 Mulhouse (68224)",
    FieldType.ADDRESS: "2 rue du Canal, 68100 Mulhouse",
    FieldType.BUDGET: "5\u202f000\u202f€",
    FieldType.NUMBER: "1\u202f234",
    FieldType.IBAN: "se terminant par 0189",
    FieldType.TABLE: '<td class="text-end">1\u202f200,50\u202f€</td>',
    FieldType.GROUP: "La Ferme",
}


@pytest.mark.parametrize("kind", sorted(READABLE))
def test_an_answer_is_read_as_people_write(app, kind):
    page = read(app, a_form_of(kind), {"x": STORED[kind]}, Reading.OFFICER)
    assert READABLE[kind] in page


@pytest.mark.parametrize(
    ("reader", "keys"),
    [
        (Reading.APPLICANT, ["title", "summary", "contact", "requested", "budget", "articles"]),
        (Reading.OFFICER, ["title", "summary", "contact", "requested", "budget", "articles"]),
        (Reading.JUROR, ["title", "summary", "requested", "budget", "articles"]),
        (Reading.PUBLIC, ["title"]),
    ],
)
def test_each_reader_sees_what_the_form_lets_them(app, reader, keys):
    with app.test_request_context("/"):
        sections = read_sections(FORM, {**ANSWERS, "contact": "ana@example.org"}, {}, reader)
        assert [line.key for section in sections for line in section.lines] == keys
    page = read(app, FORM, {**ANSWERS, "contact": "ana@example.org"}, reader)
    assert ("ana@example.org" in page) == ("contact" in keys)


def test_what_cannot_be_understood_is_shown_as_typed_and_escaped(app):
    page = read(app, a_form_of(FieldType.MONEY), {"x": "<script>"}, Reading.APPLICANT)
    assert "&lt;script&gt;" in page
    assert "<script>" not in page
