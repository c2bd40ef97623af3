"""Finding a call: as people type, and by what they look for; and what the last edition says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from build.calls import TEXTS, a_call
from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.people import a_funder
from grants.calls import discovery
from grants.calls.discovery import Filters
from grants.calls.eligibility import Applicant
from grants.calls.models import CallState
from grants.calls.queries import Moment
from grants.kernel.money import Unit
from grants.reporting.editions import last_edition

ASSOCIATIONS_ONLY = [
    {"key": "form", "rule": "applicant.is_association", "refusal_fr": "Non.", "refusal_en": "No."}
]


def slugs(session, **wanted) -> set[str]:
    filters = Filters(**wanted)
    closed = discovery.closed_to(session, filters.applicant)
    rows = session.execute(discovery.found(filters, now=NOW, closed=closed))
    return {row.slug for row in rows}


@pytest.fixture
def bikes(session):
    return a_call(
        session,
        slug="velos",
        title_fr="Ateliers de réparation de vélos",
        summary_fr="Pour l’égalité d’accès à la mobilité.",
        body_fr="Les cœurs de quartier sont éligibles.",
    )


@pytest.mark.parametrize(
    "typed",
    [
        "vélo",
        "VELOS",
        "reparation velo",
        "réparer des vélos",
        "égalité",
        "egalite mobilites",
        "coeur",
        "cœur quartiers",
        '"réparation de vélos"',
        "velo -cantine",
        "cantine or vélo",
        "repairs bicycle",
    ],
)
def test_words_are_found_whatever_their_accents_and_endings(session, bikes, typed):
    a_call(session, slug="autre", title_fr="Cantines partagées")
    bikes.title_en = "Bicycle repair"
    session.flush()
    assert slugs(session, q=typed) - {"autre"} == {"velos"}


@pytest.mark.parametrize(
    "typed", ["trottinette", "vélo cantine", "-velo", "&", "' | !", "le la", "((("]
)
def test_what_no_call_says_finds_none_and_breaks_nothing(session, bikes, typed):
    assert "velos" not in slugs(session, q=typed)


def test_the_name_of_a_funder_is_among_the_words(session):
    a_call(session, slug="ici", funders=[a_funder(session, name="Ville de Hautecombe")])
    a_call(session, slug="ailleurs")
    assert slugs(session, q="canal hautecombe") == {"ici"}


def test_a_text_that_changes_is_found_by_its_new_words(session, bikes):
    bikes.title_fr = "Trottinettes"
    session.flush()
    assert slugs(session, q="trottinette") == {"velos"}


def test_each_filter_keeps_the_calls_that_answer_to_it(session):
    funder = a_funder(session, key="valbrune")
    place = [{"code": "63113", "name": "Valbrune"}]
    a_call(session, slug="a", funders=[a_funder(session), funder], themes=["mobility", "food"])
    a_call(session, slug="b", territories=place, allows_persons=False)
    a_call(session, slug="c", eligibility_rules=ASSOCIATIONS_ONLY, themes=["food"])
    elsewhere = [{"code": "68224", "name": "Ailleurs"}]
    a_call(session, slug="d", territories=elsewhere, award_rule=rule(amount=400_000))
    a_call(session, slug="e", unit=Unit.SQUARE_METRE)
    a_call(session, slug="draft", themes=["food"], state=CallState.DRAFT)
    session.flush()
    assert slugs(session, funder="valbrune") == {"a"}
    assert slugs(session, theme="food") == {"a", "c"}
    assert slugs(session, territory="63113") == {"a", "b", "c", "e"}
    assert slugs(session, applicant="person") == {"a", "d", "e"}
    assert slugs(session, applicant="company") == {"a", "b", "d", "e"}
    assert slugs(session, applicant="association") == {"a", "b", "c", "d", "e"}
    assert slugs(session, amount=4_000) == {"a", "b", "c", "d"}
    assert slugs(session, amount=4_001) == {"a", "b", "c"}
    assert slugs(session, theme="food", applicant="company") == {"a"}


def rule(**figures):
    return {**TEXTS["award_rule"], **figures}


@pytest.mark.parametrize("figures", [{"amount_max": 2_000_000}, {"amount": 2_000_000}])
def test_a_ceiling_is_reached_and_not_passed(session, figures):
    a_call(session, slug="a", award_rule=rule(**figures))
    session.flush()
    assert slugs(session, amount=20_000) == {"a"}
    assert slugs(session, amount=20_001) == set()


def test_a_rule_that_cannot_be_known_closes_to_nobody(session):
    unknown = [
        {"key": "age", "rule": "applicant.age_months >= 12", "refusal_fr": "", "refusal_en": ""}
    ]
    broken = [{"key": "x", "rule": "1 +", "refusal_fr": "", "refusal_en": ""}]
    for slug, rules in (("a", unknown), ("b", broken)):
        a_call(session, slug=slug, eligibility_rules=rules)
    session.flush()
    for applicant in Applicant:
        assert slugs(session, applicant=applicant.value) == {"a", "b"}


def test_the_tally_counts_each_moment_whichever_is_asked(session):
    a_call(session, slug="a")
    a_call(session, slug="b")
    a_call(session, slug="c", opens_at=NOW + timedelta(days=1))
    a_call(session, slug="d", closes_at=NOW)
    session.flush()
    tally = discovery.tally(session, Filters(moment="past"), now=NOW)
    assert tally == {Moment.OPEN: 2, Moment.UPCOMING: 1, Moment.PAST: 1}
    assert slugs(session, moment="past") == {"d"}
    assert slugs(session, moment="upcoming") == {"c"}


def test_the_filters_offer_what_published_calls_have_once_each(session):
    funder = a_funder(session, key="valbrune", name="Valbrune")
    place = {"code": "63113", "name": "Valbrune-le-Bas"}
    a_call(session, funders=[funder], territories=[place])
    a_call(session, funders=[funder], territories=[place])
    hidden = a_funder(session, key="cachee", name="Cachée")
    a_call(
        session, funders=[hidden], territories=[{"code": "1", "name": "x"}], state=CallState.DRAFT
    )
    session.flush()
    offered = discovery.offered(session)
    assert offered.funders == [("valbrune", "Valbrune")]
    assert offered.territories == [("63113", "Valbrune-le-Bas")]


def test_filters_come_back_from_what_an_alert_kept():
    filters = Filters(q="vélo", amount=5_000, theme="food", moment="open")
    assert Filters.of(filters.kept()) == Filters(q="vélo", amount=5_000, theme="food")
    assert filters.kept() == {"q": "vélo", "amount": 5_000, "theme": "food"}


def an_edition(session, *, awards: int, refusals: int):
    scene = a_scene(session, applications=awards + refusals)
    lines = [an_award(scene, at, amount=300_000) for at in range(awards)]
    lines += [a_refusal(scene, at) for at in range(awards, awards + refusals)]
    a_deliberation(session, scene, *lines, announced=True)
    return scene.call


def test_an_edition_tells_how_many_asked_how_many_were_helped_and_by_how_much(session):
    call = an_edition(session, awards=4, refusals=8)
    told = last_edition(session, call.id)
    assert (told.received, told.success_percent, told.average) == (12, 33, 300_000)


@pytest.mark.parametrize(
    ("awards", "refusals", "is_told"),
    [(1, 3, False), (2, 3, True), (5, 0, True), (5, 1, False), (5, 2, False), (5, 3, True)],
)
def test_small_numbers_of_an_edition_are_kept_quiet(session, awards, refusals, is_told):
    call = an_edition(session, awards=awards, refusals=refusals)
    told = last_edition(session, call.id)
    assert told.is_told == is_told
    if not is_told:
        assert (told.received, told.success_percent, told.average) == (None, None, None)


def test_an_edition_tells_nothing_before_its_results(session):
    scene = a_scene(session, applications=6)
    a_deliberation(session, scene, *[an_award(scene, at, amount=100) for at in range(6)])
    assert last_edition(session, scene.call.id) is None
    assert last_edition(session, None) is None
