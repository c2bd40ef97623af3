"""What stops a call from being published, and what is worth a look: one planted fault each."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import timedelta
from pathlib import Path

import pytest

from build.calls import DOCUMENT, TEXTS
from build.clock import NOW
from grants.calls.form import FormDocument
from grants.calls.lint import __file__ as lint_package
from grants.calls.lint import blocking, can_hold, lint
from grants.calls.logic import parse
from grants.calls.models import (
    Batch,
    Call,
    CallFunder,
    CallKind,
    CallState,
    Criterion,
    Jury,
    RankingRule,
    RequiredDocument,
    Stage,
    StageKind,
    Track,
)
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.web.officer.workshop.findings import SENTENCES


def a_criterion(weight: int) -> Criterion:
    anchors = [{"value": 0, "label_fr": "Non", "label_en": "No"}]
    return Criterion(label_fr="Utilité", help_fr="", weight=weight, scale_max=10, anchors=anchors)


def a_stage(**columns) -> Stage:
    jury = Jury(name_fr="Jury", quorum=1, criteria=[a_criterion(60), a_criterion(40)])
    day = (NOW + timedelta(days=40)).date()
    given = {"kind": StageKind.SCORING, "title_fr": "Sélection", "help_fr": "", "cut": None}
    given |= {"starts_on": day, "ends_on": day, "juries": [jury]}
    return Stage(**{**given, **columns})


def a_draft(**columns) -> Call:
    """A call that nothing is wrong with, in no database."""
    given = {
        **TEXTS,
        "id": new_id(),
        "kind": CallKind.AAP,
        "state": CallState.DRAFT,
        "unit": Unit.EUR,
        "opens_at": NOW,
        "closes_at": NOW + timedelta(days=30),
        "themes": ["food"],
        "funders": [CallFunder(id=new_id(), funder_id=new_id(), position=1, is_lead=True)],
        "stages": [a_stage()],
    }
    return Call(**{**given, **columns})


def codes(call: Call, document=None, *, stops: bool = True) -> set[str]:
    form = FormDocument.parse(document or deepcopy(DOCUMENT))
    return {one.code for one in lint(call, form, NOW) if one.blocks is stops}


def test_nothing_stops_a_call_that_is_ready():
    call = a_draft()
    assert blocking(call, FormDocument.parse(DOCUMENT), NOW) == []
    assert codes(call, stops=False) == {"no_envelope", "no_commitment"}


def a_document(**field):
    document = deepcopy(DOCUMENT)
    document["sections"][0]["fields"].append(
        {"key": "more", "type": "short_text", "label_fr": "Encore", "label_en": "More", **field}
    )
    return document


ASKED = "type == 'yes' and type == 'no'"
CHOICE = {
    "key": "type",
    "type": "choice",
    "label_fr": "Type",
    "label_en": "Type",
    "limits": {
        "choices": [
            {"key": "yes", "label_fr": "Oui", "label_en": "Yes"},
            {"key": "no", "label_fr": "Non", "label_en": "No"},
        ]
    },
}


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("title_missing", {"title_fr": " "}),
        ("body_missing", {"body_fr": ""}),
        ("eligibility_missing", {"eligibility_fr": ""}),
        ("no_contact", {"contact_email": "", "contact_phone": ""}),
        ("closes_in_the_past", {"closes_at": NOW}),
        ("no_end", {"closes_at": None}),
        ("no_lead", {"funders": []}),
        ("award_unreadable", {"award_rule": {"instrument": "gift"}}),
        ("no_stage", {"stages": []}),
        ("no_way_to_decide", {"stages": [a_stage(kind=StageKind.MENTORING, juries=[])]}),
        ("stage_without_jury", {"stages": [a_stage(juries=[])]}),
        (
            "jury_without_criteria",
            {"stages": [a_stage(juries=[Jury(name_fr="J", criteria=[])])]},
        ),
        *(
            (
                f"ballot_{rule}_missing",
                {"stages": [a_stage(juries=[Jury(name_fr="J", criteria=[], rule=rule)])]},
            )
            for rule in (RankingRule.POINTS, RankingRule.BUDGET)
        ),
        (
            "cut_without_scores",
            {"stages": [a_stage(kind=StageKind.APPRAISAL, juries=[], cut=3), a_stage()]},
        ),
        (
            "stage_in_the_past",
            {"stages": [a_stage(starts_on=NOW.date() - timedelta(days=9), ends_on=None)]},
        ),
        (
            "tracks_not_asked",
            {"tracks": [Track(key=key, label_fr=key, label_en="") for key in ("a", "b")]},
        ),
        ("document_without_field", {"documents": [RequiredDocument(key="rib", label_fr="RIB")]}),
        (
            "no_session_to_come",
            {"kind": CallKind.ROLLING, "batches": [Batch(label_fr="Mars", cut_off_at=NOW)]},
        ),
        ("image_without_text", {"body_fr": "Voici le plan : ![](plan.png)"}),
        ("image_without_text", {"summary_fr": '<img src="plan.png">'}),
    ],
)
def test_what_stops_the_publication(code, columns):
    assert code in codes(a_draft(**columns))


def test_a_form_without_title_or_with_an_empty_section_stops_it():
    document = deepcopy(DOCUMENT)
    del document["sections"][0]["fields"][0]["role"]
    assert "no_title_field" in codes(a_draft(), document)
    document = deepcopy(DOCUMENT)
    document["sections"][2]["fields"] = []
    assert "empty_section" in codes(a_draft(), document)


def test_a_question_that_nobody_is_ever_asked_stops_it():
    document = a_document(show_if=ASKED)
    document["sections"][0]["fields"].insert(0, CHOICE)
    assert "question_unreachable" in codes(a_draft(), document)
    document["sections"][0]["fields"][-1]["show_if"] = "type == 'yes'"
    assert "question_unreachable" not in codes(a_draft(), document)


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        ("type == 'yes'", True),
        (ASKED, False),
        ("requested > 100 and requested < 50", False),
        ("requested > 100 and requested < 101.5", True),
        ("requested >= 10 and requested <= 10", True),
        ("applicant.is_association and not applicant.is_association", False),
        ("title == 'x' and title == 'y'", True),  # texts are believed
    ],
)
def test_conditions_are_tried(rule, holds):
    document = deepcopy(DOCUMENT)
    document["sections"][0]["fields"].append(CHOICE)
    assert can_hold(parse(rule), FormDocument.parse(document).schema) is holds


LONG = " ".join(["mot"] * 41) + "."


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("no_theme", {"themes": []}),
        ("english_partial", {"body_en": ""}),
        ("sentence_too_long", {"body_fr": LONG}),
        ("abbreviation_unexplained", {"body_fr": "Les projets en QPV sont bienvenus."}),
        (
            "weights_not_100",
            {"stages": [a_stage(juries=[Jury(name_fr="J", criteria=[a_criterion(3)])])]},
        ),
        ("stage_without_dates", {"stages": [a_stage(starts_on=None, ends_on=None)]}),
        ("stage_before_closing", {"stages": [a_stage(starts_on=NOW.date(), ends_on=NOW.date())]}),
        ("cut_keeps_everyone", {"stages": [a_stage(cut=5), a_stage(cut=9)]}),
        ("no_session", {"kind": CallKind.ROLLING, "closes_at": None}),
    ],
)
def test_what_is_worth_a_look(code, columns):
    call = a_draft(**columns)
    assert code in codes(call, stops=False)
    assert code not in codes(call)


def test_an_abbreviation_explained_once_is_known():
    for text in ("Un quartier prioritaire (QPV). Le QPV.", "Un QPV (quartier prioritaire)."):
        assert "abbreviation_unexplained" not in codes(a_draft(body_fr=text), stops=False)


def test_the_republican_commitment_binds_associations_and_foundations_alone():
    field = {"key": "cer", "type": "file", "label_fr": "Contrat d’engagement républicain"}
    everyone = a_document(**field)
    assert "commitment_of_others" in codes(a_draft(), everyone, stops=False)
    bound = a_document(**field, legal_forms=["92", "93"])
    found = codes(a_draft(), bound, stops=False)
    assert not found & {"commitment_of_others", "no_commitment"}


def test_every_finding_has_its_sentence():
    source = "".join(one.read_text("utf-8") for one in Path(lint_package).parent.glob("*.py"))
    found = set(re.findall(r'(?:stops|warns)\(\s*"(\w+)"', source))
    named = {f"{one}_missing" for one in ("title", "summary", "body", "eligibility")}
    assert found | named == set(SENTENCES)
