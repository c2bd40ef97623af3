"""How long a form takes: as documented, and in steps that promise no more than is known."""

from __future__ import annotations

import pytest

from grants.calls import effort
from grants.calls.form import FormDocument
from grants.calls.templates import template, templates


def a_form(**field) -> FormDocument:
    question = {"key": "q", "label_fr": "", "label_en": "", **field}
    question["label_fr"] = question["label_en"] = " ".join(["mot"] * 20)
    section = {"key": "s", "title_fr": "T", "title_en": "T", "fields": [question]}
    return FormDocument.parse({"sections": [section]})


READING = 20 / 200


@pytest.mark.parametrize(
    ("field", "minutes"),
    [
        ({"type": "long_text", "limits": {"words_max": 300}}, 20),
        ({"type": "long_text"}, 10),
        ({"type": "long_text", "limits": {"characters_max": 1800}}, 20),
        ({"type": "short_text"}, 1),
        ({"type": "short_text", "limits": {"characters_max": 30}}, 4 / 12),
        ({"type": "money"}, 0.5),
        ({"type": "file"}, 4),
        ({"type": "budget"}, 40),
    ],
)
def test_each_sort_of_question_counts_as_written(field, minutes):
    assert effort.minutes(a_form(**field)) == pytest.approx(minutes + READING)


def test_what_may_be_left_out_counts_for_half():
    certain, maybe = a_form(type="budget"), a_form(type="budget", required=False)
    assert effort.minutes(maybe) == pytest.approx(effort.minutes(certain) / 2)


@pytest.mark.parametrize(
    ("estimate", "told"),
    [(0, 5), (4.9, 5), (5.1, 10), (29, 30), (30, 30), (31, 45), (119, 120), (121, 150), (400, 420)],
)
def test_the_estimate_is_rounded_up_in_steps(estimate, told):
    assert effort.rounded(estimate) == told


@pytest.mark.parametrize("key", sorted(templates()))
def test_every_scheme_takes_between_a_quarter_of_an_hour_and_a_day(key):
    told = effort.rounded(effort.minutes(FormDocument.parse(template(key).form)))
    assert 15 <= told <= 8 * 60
