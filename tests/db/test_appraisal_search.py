"""The officers' search over real rows: each condition, French words, and what nobody may find."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from build.applications import FORM, S, an_application
from build.calls import a_call
from build.clock import NOW
from build.people import a_funder, a_funder_member, a_person, acting_as, an_organisation
from grants.appraisal.models import ApplicationLabel, Label
from grants.appraisal.queries import exported, search
from grants.appraisal.queries.search import Sought
from grants.appraisal.search import read
from grants.calls.models import Batch, CallFunder


@pytest.fixture
def scene(session):
    """Two calls of one funder, three files, an officer; and a file of another funder."""
    funder = a_funder(session)
    officer = a_funder_member(session, funder)
    circuits = a_call(session, funders=[funder], document=FORM, slug="courts-circuits-2018")
    other = a_call(session, funders=[funder], document=FORM, slug="maison-ess")
    town = {"place_city": "Mulhouse", "place_commune_code": "68224", "place_postcode": "68100"}
    known = {"place_qpv_known": "declared", "place_qpv_at": NOW, "place_qpv_by": officer.id}
    here = an_organisation(session, **town, **known, place_qpv=True)
    files = {
        "epicerie": an_application(
            session,
            circuits,
            organisation=here,
            author=a_person(session),
            state=S.SUBMITTED,
            referent_id=officer.id,
            answers={
                "title": "Les épiceries solidaires",
                "summary": "Réparer l’économie, mieux manger.",
                "requested": 1_250_000,
            },
            summary="Réparer l’économie, mieux manger.",
        ),
        "atelier": an_application(
            session, circuits, state=S.ADMISSIBLE, title="Un atelier", requested=500_000
        ),
        "maison": an_application(session, other, state=S.AWARDED, title="La maison"),
    }
    label = Label(funder_id=funder.id, name="urgent")
    session.add(label)
    session.flush()
    session.add(ApplicationLabel(application_id=files["atelier"].id, label_id=label.id))
    an_application(session, state=S.SUBMITTED, title="Les épiceries d’ailleurs")
    session.flush()
    return acting_as(session, officer), files, (circuits, other)


def found(session, scene, typed, **more) -> set[str]:
    actor, files, _ = scene
    names = {one.id: name for name, one in files.items()}
    sought = Sought(wanted=read(typed), **more)
    lines = search.lines(session, sought, actor, now=NOW)
    assert search.total(session, sought, actor, now=NOW) == len(lines)
    return {names.get(one.id, "foreign") for one in lines}


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", {"epicerie", "atelier", "maison"}),
        ("is:submitted", {"epicerie"}),
        ("is:open", {"epicerie", "atelier"}),
        ("-is:open", {"maison"}),
        ("appel:courts-circuits", {"epicerie", "atelier"}),
        ("appel:courts", {"epicerie", "atelier"}),
        ("appel:maison-ess", {"maison"}),
        ("referent:@me", {"epicerie"}),
        ("referent:aucun", {"atelier", "maison"}),
        ('referent:"lou agent"', {"epicerie"}),
        ("-referent:@me", {"atelier", "maison"}),
        ("qpv:oui", {"epicerie"}),
        ("-qpv:oui", {"atelier", "maison"}),
        ("qpv:inconnu", {"atelier", "maison"}),
        ("commune:mulhouse", {"epicerie"}),
        ("commune:68224", {"epicerie"}),
        ("label:Urgent", {"atelier"}),
        ("montant:>10000", {"epicerie", "maison"}),
        ("montant:<=5000", {"atelier"}),
        ("depot:<2000-01-01", set()),
        ("is:submitted call:courts-circuits referent:@me qpv:yes", {"epicerie"}),
        ("depot:>=2018-01-01 is:admissible", {"atelier"}),
        # French: without accents, by stems and beginnings, plural or not.
        ("epicerie", {"epicerie"}),
        ("SOLIDAIRE économies", {"epicerie"}),
        ("écono", {"epicerie"}),
        ("RÉPARER manger", {"epicerie"}),
        ('"mieux manger"', {"epicerie"}),
        ('"manger mieux"', set()),
        ("-épicerie", {"atelier", "maison"}),
        ("%", set()),
    ],
)
def test_each_condition_finds_what_it_says(session, scene, typed, names) -> None:
    assert found(session, scene, typed) == names


def test_a_number_is_found_as_it_is(session, scene) -> None:
    _, files, _ = scene
    assert found(session, scene, files["atelier"].number.lower()) == {"atelier"}


def test_within_a_call_nothing_of_another_is_found(session, scene) -> None:
    *_, (circuits, _other) = scene
    assert found(session, scene, "is:open", call_id=circuits.id) == {"epicerie", "atelier"}
    assert found(session, scene, "la", call_id=circuits.id) <= {"epicerie", "atelier"}


def test_recusal_hides_a_file_from_every_search(session, scene) -> None:
    actor, files, _ = scene
    again = replace(actor, recused_from=frozenset({files["epicerie"].id}))
    for typed in ("", "épicerie", "referent:@me", "montant:>10000", files["epicerie"].number):
        for call_id in (None, scene[2][0].id):
            seen = found(session, (again, *scene[1:]), typed, call_id=call_id)
            assert "epicerie" not in seen
    assert search.numbers_of(session, [files["epicerie"].id], again) == []


@pytest.mark.parametrize("sort", [*search.SORTS, *(f"-{one}" for one in search.SORTS)])
def test_every_column_sorts(session, scene, sort) -> None:
    actor, *_ = scene
    for call_id in (None, scene[2][0].id):
        sought = Sought(wanted=read(""), sort=sort, call_id=call_id)
        search.lines(session, sought, actor, now=NOW)


def test_drafts_have_no_words_and_submitted_files_do(session, scene) -> None:
    draft = an_application(session, scene[2][0], title="Les épiceries en projet")
    assert found(session, scene, "épiceries") == {"epicerie"}
    draft.title = "Une épicerie"
    session.flush()
    assert found(session, scene, "épicerie") == {"epicerie"}


class TestSessions:
    """A rolling call gathers files in sessions: its list is narrowed and counted by them."""

    @pytest.fixture
    def spring(self, session, scene):
        _, files, (circuits, _) = scene
        rows = [
            Batch(call_id=circuits.id, label_fr=name, cut_off_at=NOW + timedelta(days=days))
            for name, days in (("Printemps", 10), ("Été", 100))
        ]
        session.add_all(rows)
        session.flush()
        files["epicerie"].batch_id = rows[0].id
        session.flush()
        return rows[0]

    @pytest.mark.parametrize(
        ("typed", "names"),
        [
            ("session:printemps", {"epicerie"}),
            ("-session:printemps", {"atelier", "maison"}),
            ("session:aucune", {"atelier", "maison"}),
            ("session:hiver", set()),
        ],
    )
    def test_the_language_knows_them(self, session, scene, spring, typed, names) -> None:
        assert found(session, scene, typed) == names

    def test_the_filter_finds_one_or_those_outside(self, session, scene, spring) -> None:
        assert found(session, scene, "", batch_id=spring.id) == {"epicerie"}
        assert found(session, scene, "is:open", batch_id=search.NO_BATCH) == {"atelier"}

    def test_each_counts_what_one_may_read(self, session, scene, spring) -> None:
        actor, files, (circuits, _) = scene

        def counts(viewer) -> dict[str, int]:
            listed = search.batches(session, circuits.id, viewer)
            return {one.label_fr: one.files for one in listed}

        assert counts(actor) == {"Été": 0, "Printemps": 1}
        recused = replace(actor, recused_from=frozenset({files["epicerie"].id}))
        assert counts(recused) == {"Été": 0, "Printemps": 0}
        assert counts(acting_as(session, a_funder_member(session, a_funder(session)))) == {}


def test_a_partner_s_labels_stay_with_the_partner(session, scene) -> None:
    """Two funders share a call: neither reads the labels of the other, in lists or in exports."""
    actor, _files, (circuits, _) = scene
    partner = a_funder(session)
    session.add(CallFunder(call_id=circuits.id, funder_id=partner.id, position=2, is_lead=False))
    session.flush()
    sought = Sought(wanted=read(""), call_id=circuits.id)

    def labels(viewer) -> set[str]:
        listed = search.lines(session, sought, viewer, now=NOW)
        written = exported.rows(session, sought, viewer, now=NOW)
        seen = [{name for one in rows for name in one.labels} for rows in (listed, written)]
        assert seen[0] == seen[1]
        return seen[0]

    assert labels(actor) == {"urgent"}
    assert labels(acting_as(session, a_funder_member(session, partner))) == set()
