"""An officer builds Courts-circuits in the screens, from a blank page, and clones it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from grants.calls.models import Call, CallState, Criterion, Jury, Stage
from grants.calls.templates import template
from grants.calls.workbench import newest_revision
from grants.kernel.access import FunderRole
from journeys import building
from journeys.houses import a_house
from journeys.visitor import IDENTIFIER

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SCHEME = template("courts_circuits")
TITLE = "Courts-circuits du bassin 2019"
PARTNERS = {"thur": "Ville de la Thur", "emploi": "Maison de l’emploi de la Doller"}
DAYS = (
    ("01/12/2019", "14/12/2019"),
    ("15/12/2019", "04/01/2020"),
    ("05/01/2020", "18/01/2020"),
    ("20/01/2020", "20/01/2020"),
)


def test_an_officer_builds_courts_circuits_from_a_blank_page(stage):
    stage.move_to(datetime(2019, 9, 2, 8, tzinfo=UTC))
    lead = a_house(stage, "doller", "Agglomération de la Doller", envelope="Prix", voted=900_000)
    for key, name in PARTNERS.items():
        a_house(stage, key, name, envelope="Prix", voted=1, staff=lead)
    officer = lead.visitor(stage, FunderRole.OFFICER)
    workshop = building.begin(
        officer, title=TITLE, lead=lead.name, opens="16/09/2019", closes="30/11/2019"
    )
    call_id = UUID(IDENTIFIER.search(workshop).group())
    write_form(officer, workshop)
    write_rules(officer, workshop)
    building.write_texts(officer, workshop, SCHEME.texts)
    for one, days in zip(SCHEME.stages, DAYS, strict=True):
        building.write_stage(officer, workshop, one, days=days)
    add_funders(officer, workshop)
    the_form_is_the_scheme_s(stage, call_id)

    officer.goto(f"{workshop}/verification")
    officer.goto(f"/instruction/appels/{call_id}").press("Publier").says("L’appel est publié.")
    officer.goto(f"/appels/{slug_of(stage, call_id)}").says(TITLE, "Les questions posées")
    begin_a_version(officer, workshop)
    clone(stage, officer, workshop, call_id)


def write_form(officer, workshop):
    """Every section of the scheme; the blank page's own question moves among them."""
    first, *others = SCHEME.form["sections"]
    officer.goto(f"{workshop}/formulaire").follow("Nom du projet")
    building.fill_question(officer, first["fields"][0])
    officer.press("Enregistrer").says("La question est enregistrée.")
    for field in first["fields"][1:]:
        building.write_question(officer, workshop, first["key"], field)
    assert keys_of(officer.page) == [one["key"] for one in first["fields"]]
    for section in others:
        building.write_section(officer, workshop, section)
    move_about(officer.page)


def keys_of(page):
    """The questions of the first section, as the outline shows them."""
    return page.evaluate(
        "[...document.querySelector('[data-section]').querySelectorAll('[data-field]')]"
        ".map(one => one.dataset.field)"
    )


def move_about(page):
    """A question and a section go up by dragging, and down again by buttons and keyboard."""
    stand = page.locator
    stand("#q-valeurs").drag_to(stand("#q-besoin"), target_position={"x": 40, "y": 4})
    expect(stand("#q-valeurs + #q-besoin")).to_be_visible()
    for key in ("besoin", "originalite"):
        stand("#q-valeurs").get_by_role("button", name="Descendre").click()
        expect(stand(f"#q-{key} + #q-valeurs")).to_be_visible()
    stand("#s-budget").evaluate("one => one.scrollIntoView()")  # a drag does not scroll
    last = stand("#s-documents .outline__field").last
    stand("#s-budget .outline__head").drag_to(last)
    expect(stand("#s-documents + #s-budget")).to_be_visible()
    stand('#s-documents .outline__head button[value="down"]').press("Enter")
    expect(stand("#s-budget + #s-documents")).to_be_visible()


def write_rules(officer, workshop):
    """Half of the charges at most, tried live; the social economy only; prizes by the juries."""
    officer.goto(f"{workshop}/regles").follow("Ajouter une règle entre des réponses")
    page = officer.page
    officer.fill({"rows-0-subject": "demande"})
    expect(page.locator('[name="rows-0-operator"]')).to_be_visible()
    officer.fill({"rows-0-value": "50 %", "rows-0-other": "budget.charges"})
    expect(page.locator("#rule-reading")).to_contain_text("du total des charges")
    officer.fill({"try-demande": "6 000", "try-budget.charges": "10 000"})
    expect(page.locator("#rule-verdict")).to_contain_text("n’est pas respectée")
    officer.fill({"try-demande": "5 000"})
    expect(page.locator("#rule-verdict")).to_contain_text("La règle est respectée")
    officer.press("Enregistrer la règle", status=422)
    officer.fill({"message_fr": "Demandez au plus la moitié de vos charges.", "field": "demande"})
    officer.press("Enregistrer la règle").says("Demandez au plus la moitié de vos charges.")
    officer.follow("Ajouter une règle d’éligibilité")
    officer.fill({"rows-0-subject": "applicant.ess"})
    expect(page.locator('[name="rows-0-operator"]')).to_be_visible()
    officer.fill({"refusal_fr": "Cet appel s’adresse à l’économie sociale et solidaire."})
    officer.press("Enregistrer la règle")
    officer.goto(f"{workshop}/regles/bareme")
    officer.fill({"instrument": "prize", "explain_fr": SCHEME.award_rule.explain_fr})
    officer.press("Enregistrer la règle").says(SCHEME.award_rule.explain_fr[:40])


def add_funders(officer, workshop):
    """The city and the employment centre take part; the agglomeration gives its envelope."""
    officer.goto(f"{workshop}/financement")
    for name in PARTNERS.values():
        funders = officer.page.locator("#funders")
        funders.locator("select").select_option(label=name)
        officer.press("Ajouter")
        expect(funders.locator(".tasks__item", has_text=name)).to_be_visible()
    expect(officer.page.locator("#funders .tasks__item")).to_have_count(1 + len(PARTNERS))


def the_form_is_the_scheme_s(stage, call_id):
    """What was built in the screens is the template that ships, in French."""
    with stage.session() as session:
        built = newest_revision(session, call_id).form
        stages = session.scalars(
            select(Stage.title_fr).where(Stage.call_id == call_id).order_by(Stage.position)
        ).all()
        juries = session.scalars(select(Jury.name_fr).where(Jury.call_id == call_id)).all()
    assert [one.key for one in built.sections] == [s["key"] for s in SCHEME.form["sections"]]
    for section in SCHEME.form["sections"]:
        for field in section["fields"]:
            found = built.field(field["key"])
            limits = field.get("limits", {})
            assert found.label_fr == field["label_fr"]
            assert (found.type.value, found.required) == (
                field["type"],
                field.get("required", True),
            )
            assert (found.role or None) == field.get("role")
            assert found.limits.words_max == limits.get("words_max")
            assert [one.label_fr for one in found.limits.choices] == [
                one["label_fr"] for one in limits.get("choices", ())
            ]
            assert set(found.legal_forms) == set(field.get("legal_forms", ()))
    order = [one.key for one in built.sections[0].fields]
    assert order == [one["key"] for one in SCHEME.form["sections"][0]["fields"]]
    assert stages == [one.title_fr for one in SCHEME.stages]
    assert len(juries) == sum(len(one.juries) for one in SCHEME.stages)
    assert rubric_of(stage, call_id) == [
        (one.label_fr, one.weight, one.scale_max, [mark["label_fr"] for mark in one.anchors])
        for step in SCHEME.stages
        for jury in step.juries
        for one in jury.criteria
    ]


def rubric_of(stage, call_id):
    """What juries score, in order: words, weight, best mark, and what marks mean."""
    with stage.session() as session:
        rows = session.scalars(
            select(Criterion)
            .join(Jury, Jury.id == Criterion.jury_id)
            .join(Stage, Stage.id == Jury.stage_id)
            .where(Stage.call_id == call_id)
            .order_by(Stage.position, Jury.position, Criterion.position)
        ).all()
        return [
            (one.label_fr, one.weight, one.scale_max, [mark["label_fr"] for mark in one.anchors])
            for one in rows
        ]


def begin_a_version(officer, workshop):
    """A published form is not written in place: a version is begun beside it."""
    officer.goto(f"{workshop}/formulaire").says("Ce formulaire est publié")
    officer.press("Commencer une nouvelle version").says("en cours d’écriture")
    officer.follow("Nom du projet").fill({"help_fr": "Quelques mots suffisent."})
    officer.press("Enregistrer").says("La question est enregistrée.")


def clone(stage, officer, workshop, call_id):
    """The same call for the next year, its dates moved."""
    officer.goto(f"{workshop}/suite")
    officer.page.locator("main form .btn-primary").first.click()
    officer.page.wait_for_url(lambda address: str(call_id) not in address)
    officer.look()
    with stage.session() as session:
        made = session.scalars(select(Call).where(Call.previous_call_id == call_id)).one()
        assert made.state is CallState.DRAFT
        assert made.title_fr == "Courts-circuits du bassin 2020"
        assert made.closes_at.year == 2020
        assert newest_revision(session, made.id).form.field("besoin") is not None


def slug_of(stage, call_id):
    with stage.session() as session:
        return session.get_one(Call, call_id).slug
