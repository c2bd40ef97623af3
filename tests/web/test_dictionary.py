"""Sentences of templates: the right language each time, values escaped, nothing left behind."""

from __future__ import annotations

import pytest
from flask import render_template_string

from grants.web import wording


def said(app, template: str, *, lang: str, **values) -> str:
    """What a template says to someone who reads that language."""
    with app.test_request_context(f"/?lang={lang}"):
        app.preprocess_request()
        text = render_template_string(template, **values)
        app.do_teardown_request()
    return text


def test_one_sentence_is_said_in_the_language_of_each_reader(app):
    sentence = "{{ _('My applications') }}"
    heard = [said(app, sentence, lang=lang) for lang in ("fr", "en", "fr")]
    assert heard == ["Mes dossiers", "My applications", "Mes dossiers"]


def test_values_are_escaped_and_sentences_are_not(app):
    template = "{{ _('<b>%(name)s</b>', name=name) }}"
    assert said(app, template, lang="en", name="<i>&") == "<b>&lt;i&gt;&amp;</b>"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ _('100 %% sure') }}", "100 % sure"),
        ("{{ _('%(share)s %% sure', share=7) }}", "7 % sure"),
        ("{{ ngettext('%(num)s thing', '%(num)s things', 1) }}", "1 thing"),
        ("{{ ngettext('%(num)s thing', '%(num)s things', 3) }}", "3 things"),
    ],
)
def test_a_per_cent_is_written_twice_and_a_count_chooses_its_words(app, template, words):
    for _ in range(2):  # the second time it is remembered
        assert said(app, template, lang="en") == words


def test_the_language_of_a_request_ends_with_it(app, client):
    assert "Call" in client.get("/appels?lang=en").text
    assert wording.of_request.get() is None
