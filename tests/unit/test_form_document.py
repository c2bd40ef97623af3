"""A form is read strictly, and every mistake of its author is told at once, with its place."""

from __future__ import annotations

from copy import deepcopy

import pytest

from build.calls import DOCUMENT
from grants.calls.form import FieldRole, FormDocument, Reading, document_hash
from grants.calls.reading import Malformed


def errors(document: object) -> tuple[str, ...]:
    with pytest.raises(Malformed) as caught:
        FormDocument.parse(document)
    return caught.value.errors


def changed(**field: object) -> dict[str, object]:
    document = deepcopy(DOCUMENT)
    document["sections"][0]["fields"][0].update(field)
    return document


def test_a_form_is_read_in_order():
    form = FormDocument.parse(DOCUMENT)
    assert [section.key for section in form.sections] == ["project", "money", "documents"]
    keys = ["title", "summary", "contact", "requested", "budget", "articles"]
    assert [field.key for field in form.fields()] == keys
    assert form.by_role(FieldRole.REQUESTED).key == "requested"
    assert form.by_role(FieldRole.TRACK) is None
    assert [field.key for field in form.files()] == ["articles"]


def test_applicants_and_officers_read_everything_and_others_what_the_form_says():
    form = FormDocument.parse(DOCUMENT)
    always = {Reading.APPLICANT, Reading.OFFICER}
    assert form.field("contact").visible_to == always
    assert form.field("summary").visible_to == {*always, Reading.JUROR, Reading.BLIND_JUROR}
    assert form.field("title").visible_to == set(Reading)


def test_questions_may_concern_some_legal_forms_only():
    field = next(FormDocument.parse(changed(legal_forms=["92", "5710"])).fields())
    assert field.concerns("9220")
    assert field.concerns("5710")
    assert not field.concerns("5560")
    assert not field.concerns("")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"type": "colour"}, "sections[0].fields[0].type: must be one of"),
        ({"key": "Été"}, "sections[0].fields[0].key: must be 1 to 40"),
        ({"key": "summary"}, "sections: the field key summary is used twice"),
        ({"role": "summary"}, "sections: two fields play the role summary"),
        ({"role": "requested"}, "cannot be the requested"),
        ({"label_fr": ""}, "sections[0].fields[0].label_fr: must be a text"),
        ({"required": "yes"}, "sections[0].fields[0].required: must be true or false"),
        ({"visible_to": ["press"]}, "press is not one of"),
        ({"limits": {"words_max": 5}}, "limits.words_max: is not a known key here"),
        ({"limits": {"characters_max": 0}}, "must be a whole number, at least 1"),
        ({"type": "choice", "limits": {}, "role": None}, "limits.choices"),
        ({"colour": "red"}, "sections[0].fields[0].colour: is not a known key here"),
        ({"type": "date", "role": None, "limits": {"latest": "noël"}}, "must be a day written"),
        ({"type": "number", "role": None, "limits": {"min": 5, "max": 4}}, "min: is above max"),
    ],
)
def test_a_mistake_is_told_with_its_place(change, error):
    found = errors(changed(**change))
    assert any(error in one for one in found), found


def test_choices_have_keys_of_their_own():
    twice = [{"key": "a", "label_fr": "A", "label_en": "A"}] * 2
    found = errors(changed(type="choice", role=None, limits={"choices": twice}))
    assert found == ("sections[0].fields[0].limits.choices: the key a is used twice",)


def test_every_mistake_is_told_at_once():
    document = changed(type="colour")
    document["sections"][1]["title_fr"] = 3
    document["sections"][1]["extra"] = 1
    assert len(errors(document)) == 3


@pytest.mark.parametrize("document", [None, [], "form", {}, {"sections": []}, {"sections": [3]}])
def test_what_is_not_a_form_is_not_read(document):
    assert errors(document)


def test_the_same_questions_have_the_same_hash_whatever_the_order_of_keys():
    other = {"sections": [dict(reversed(one.items())) for one in DOCUMENT["sections"]]}
    assert document_hash(DOCUMENT) == document_hash(other)
    assert document_hash(DOCUMENT) != document_hash(changed(label_fr="Autre"))
