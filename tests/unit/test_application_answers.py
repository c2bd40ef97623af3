"""Merging answers: whatever is typed, in whatever order, each field keeps its last text."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build.applications import FORM, S, an_application_in_memory
from build.clock import NOW
from grants.applications import answers
from grants.applications.answers import SectionStatus
from grants.applications.deadlines import Durations, days_waited, durations, implicit_refusal_on
from grants.applications.models import ComplementRequest, folded
from grants.calls.form import Problem, clean
from grants.calls.models import FormRevision
from grants.kernel.clock import paris_instant
from grants.kernel.identity import new_id

TYPED = st.text(max_size=40) | st.sampled_from(["12 500 €", "beaucoup", "a@b.fr", "", "\ud800"])


@settings(max_examples=150, deadline=None)
@given(saves=st.lists(st.dictionaries(st.sampled_from(["requested", "contact"]), TYPED)))
def test_each_field_keeps_its_last_text_understood_or_as_typed(saves) -> None:
    application = an_application_in_memory(answers={"title": "Intact"}, files=[])
    document = answers.document(application)
    section, last = document.section("money"), {}
    for typed in saves:
        answers.merge(application, section, typed)
        last |= typed
    expected, as_typed = {"title": "Intact"}, {}
    for key, typed in last.items():
        text = answers.storable(typed)
        value = clean(document.field(key), text)
        if isinstance(value, Problem):
            as_typed[key] = text
        elif value is not None:
            expected[key] = value
    assert (application.answers, application.as_typed) == (expected, as_typed)


@pytest.mark.parametrize(
    ("columns", "status"),
    [
        ({"answers": {}}, SectionStatus.NOT_STARTED),
        ({"answers": {}, "sections": {"money": {"version": 1}}}, SectionStatus.IN_PROGRESS),
        ({"answers": {"contact": "a@b.fr"}}, SectionStatus.IN_PROGRESS),
        ({"answers": {"requested": 100}}, SectionStatus.COMPLETE),
        (
            {"answers": {"requested": 100}, "as_typed": {"contact": "chez moi"}},
            SectionStatus.TO_CORRECT,
        ),
        ({"answers": {}, "as_typed": {"requested": "cher"}}, SectionStatus.TO_CORRECT),
    ],
)
def test_where_a_section_stands(columns, status) -> None:
    application = an_application_in_memory(**columns)
    section = answers.document(application).section("money")
    assert answers.status(application, section) is status


def test_a_section_without_required_questions_is_complete_once_seen() -> None:
    application = an_application_in_memory(files=[])
    section = answers.document(application).section("documents")
    assert answers.status(application, section) is SectionStatus.NOT_STARTED


def test_the_asked_section_says_whether_it_was_changed_since() -> None:
    application = an_application_in_memory(state=S.INCOMPLETE)
    asked = [{"field_key": "title", "message": "?"}]
    application.complement = ComplementRequest(items=asked, asked_at=NOW)
    document = answers.document(application)

    def statuses() -> list[str]:
        return [answers.status(application, one).value for one in document.sections]

    assert statuses() == ["changes_requested", "complete", "complete"]
    saved = {"version": 2, "by": "", "page": ""}
    application.sections = {"project": {**saved, "at": (NOW - timedelta(days=1)).isoformat()}}
    assert statuses()[0] == "changes_requested"
    application.sections = {"project": {**saved, "at": (NOW + timedelta(days=1)).isoformat()}}
    assert statuses()[0] == "changes_made"
    application.answers = {**application.answers, "title": ""}
    assert statuses()[0] == "changes_requested"


def test_what_is_carried_over_waits_to_be_confirmed() -> None:
    application = an_application_in_memory(to_confirm=["requested"])
    document = answers.document(application)
    assert answers.unconfirmed(application) == ["requested"]
    assert answers.status(application, document.section("money")) is SectionStatus.TO_CONFIRM


def test_a_section_without_a_question_for_this_applicant_says_so() -> None:
    field = {"key": "opinion", "type": "file", "label_fr": "Avis", "label_en": "Opinion"}
    section = {"key": "elsewhere", "title_fr": "Ailleurs", "title_en": "Elsewhere"}
    only = {**section, "fields": [{**field, "legal_forms": ["54"]}]}
    document = {"sections": [*FORM["sections"], only]}
    application = an_application_in_memory(
        revision=FormRevision(id=new_id(), document=document, number=1)
    )
    there = answers.document(application).section("elsewhere")
    assert answers.status(application, there) is SectionStatus.NOTHING_ASKED


def test_search_forgets_case_and_accents() -> None:
    assert folded("Économie Sociale ŒUVRE ﬁn") == "economie sociale œuvre fin"


def at_nine(year: int, month: int, day: int) -> datetime:
    return paris_instant(date(year, month, day), 9)


@pytest.mark.parametrize(
    ("submitted", "asked", "answered", "expected"),
    [
        (at_nine(2018, 10, 1), None, None, date(2018, 12, 1)),
        (at_nine(2018, 12, 31), None, None, date(2019, 2, 28)),
        (at_nine(2019, 11, 30), None, None, date(2020, 1, 30)),
        # Ten days were spent waiting for the applicant: they do not count.
        (
            at_nine(2018, 10, 1),
            at_nine(2018, 10, 10),
            at_nine(2018, 10, 20),
            date(2018, 12, 11),
        ),
        # And while one waits, nothing runs.
        (
            at_nine(2018, 10, 1),
            at_nine(2018, 10, 10),
            None,
            None,
        ),
    ],
)
def test_silence_refuses_after_two_months_less_the_waiting(
    submitted, asked, answered, expected
) -> None:
    application = an_application_in_memory(
        state=S.INCOMPLETE if asked and not answered else S.SUBMITTED
    )
    application.submitted_at = submitted
    application.waited_days = days_waited(asked, answered) if answered else 0
    assert implicit_refusal_on(application) == expected


def test_both_durations_are_kept_while_one_waits_and_after() -> None:
    application = an_application_in_memory(state=S.INCOMPLETE)
    application.submitted_at, application.waited_days = at_nine(2018, 10, 1), 4
    application.complement = ComplementRequest(asked_at=at_nine(2018, 10, 20))
    assert durations(application, at_nine(2018, 10, 30)) == Durations(29, 15, is_suspended=True)
    application.state, application.waited_days = S.SUBMITTED, 14
    assert durations(application, at_nine(2018, 10, 31)) == Durations(30, 16, is_suspended=False)
    application.state, application.decided_at = S.AWARDED, at_nine(2018, 11, 1)
    assert durations(application, at_nine(2019, 1, 1)) == Durations(31, 17, is_suspended=False)
