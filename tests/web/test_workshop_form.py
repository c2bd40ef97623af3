"""An officer writes the form of a call: sections and questions, two at once, keys that hold."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from build.applications import an_application
from build.calls import a_call
from build.people import a_funder, a_funder_member
from grants.calls.form import FieldType, document_hash
from grants.calls.models import Call, CallState, FormRevision
from grants.calls.workbench import newest_revision


@pytest.fixture
def lead(session):
    return a_funder(session, name="Agglomération de Valbrune")


@pytest.fixture
def officer(session, lead, as_person):
    return as_person(a_funder_member(session, lead))


@pytest.fixture
def call(session, lead):
    call = a_call(session, funders=[lead], state=CallState.DRAFT)
    session.flush()
    return call


def form_of(session, call):
    session.expire_all()
    return newest_revision(session, call.id)


def seen(session, call):
    return form_of(session, call).document_hash


def keys(session, call):
    document = form_of(session, call).document
    return {one["key"]: [f["key"] for f in one["fields"]] for one in document["sections"]}


def at(call, *parts):
    return "/".join([f"/instruction/appels/{call.id}/atelier/formulaire", *parts])


def typed(session, call, **more):
    return {
        "seen": seen(session, call),
        "type": "short_text",
        "label_fr": " À quel  besoin répond-il\u202f? ",
        "required": "y",
        "visible_to": "juror",
        "role": "",
        "vault_kind": "",
        "unit": "m2",
        **more,
    }


def test_the_outline_shows_the_form_in_five_statements(session, call, officer, statements):
    statements.clear()
    page = officer.get(at(call))
    assert page.status_code == 200
    assert "Le projet en quelques phrases" in page.text
    assert len(statements) == 4  # who asks, the call, its funders, the form


def test_a_question_is_added_under_a_key_of_its_own(session, call, officer):
    address = at(call, "rubriques/project/questions/nouvelle")
    assert "Texte" in officer.get(address).text
    assert officer.get(f"{address}?type=short_text").status_code == 200
    answer = officer.post(address, data=typed(session, call))
    assert answer.status_code == 303, answer.text
    assert keys(session, call)["project"] == ["title", "summary", "contact", "besoin_repond_il"]
    field = form_of(session, call).form.field("besoin_repond_il")
    assert field.label_fr == "À quel besoin répond-il\u202f?"
    assert field.required
    assert field.type is FieldType.SHORT_TEXT


def test_what_is_typed_wrong_is_told_beside_it_and_kept(session, call, officer):
    address = at(call, "rubriques/project/questions/nouvelle")
    wrong = typed(session, call, label_fr="", key="Été", help_fr="Une aide gardée")
    answer = officer.post(address, data=wrong)
    assert answer.status_code == 422
    assert 'href="#label_fr"' in answer.text
    assert 'href="#key"' in answer.text
    assert "Une aide gardée" in answer.text
    assert 'value="Été"' in answer.text
    list_without_options = typed(session, call, type="choice")
    list_without_options["choices-0-label_fr"] = "Une seule"
    answer = officer.post(address, data=list_without_options)
    assert answer.status_code == 422
    assert 'value="Une seule"' in answer.text
    taken = officer.post(address, data=typed(session, call, key="summary"))
    assert taken.status_code == 409
    assert 'href="#key"' in taken.text


@pytest.mark.parametrize("kind", [one.value for one in FieldType])
def test_every_type_has_its_page_and_may_be_stored(session, call, officer, kind):
    address = at(call, "rubriques/project/questions/nouvelle")
    assert officer.get(f"{address}?type={kind}").status_code == 200
    more = {"choices-0-label_fr": "Oui, vite", "choices-1-label_fr": "Plus tard"}
    for name in ("columns", "fields"):
        more |= {f"{name}-0-label_fr": "Poste", f"{name}-0-type": "short_text"}
        more |= {f"{name}-1-label_fr": "Montant", f"{name}-1-type": "money"}
    answer = officer.post(address, data=typed(session, call, type=kind, key="nouvelle", **more))
    assert answer.status_code == 303, answer.text
    page = officer.get(at(call, "questions/nouvelle"))
    assert page.status_code == 200
    assert 'value="nouvelle"' in page.text
    outline = officer.get(at(call))
    assert outline.status_code == 200
    assert 'id="q-nouvelle"' in outline.text
    assert officer.get(f"/instruction/appels/{call.id}/atelier/apercu").status_code == 200


def test_a_colleague_s_change_is_never_overwritten(session, call, officer):
    before = seen(session, call)
    address = at(call, "questions/summary")
    officer.post(at(call, "questions/contact/deplacer"), data={"seen": before, "direction": "up"})
    assert seen(session, call) != before
    words = typed(session, call, seen=before, type="long_text", key="summary", label_fr="En bref")
    answer = officer.post(address, data=words)
    assert answer.status_code == 409
    assert "En bref" in answer.text
    assert f'value="{seen(session, call)}"' in answer.text
    again = officer.post(address, data={**words, "seen": seen(session, call)})
    assert again.status_code == 303
    assert form_of(session, call).form.field("summary").label_fr == "En bref"


def test_what_the_page_does_not_show_stays(session, call, officer):
    words = typed(session, call, type="long_text", key="summary", role="summary", words_max="90")
    assert officer.post(at(call, "questions/summary"), data=words).status_code == 303
    field = form_of(session, call).form.field("summary")
    assert field.limits.words_max == 90
    assert field.role is not None


def test_questions_move_by_buttons_and_out_of_their_section(session, call, officer):
    def move(path, **how):
        data = {"seen": seen(session, call), **how}
        assert officer.post(at(call, path, "deplacer"), data=data).status_code == 303
        return keys(session, call)

    assert move("questions/summary", direction="up")["project"][0] == "summary"
    assert move("questions/contact", direction="down")["money"][0] == "contact"
    assert move("questions/contact", direction="up")["project"][-1] == "contact"
    assert move("questions/contact", at="1", section="documents")["documents"] == [
        "articles",
        "contact",
    ]
    assert next(iter(move("rubriques/money", direction="up"))) == "money"
    assert list(move("rubriques/money", at="2"))[-1] == "money"


def test_parts_are_copied_and_taken_out(session, call, officer):
    def act(path):
        return officer.post(at(call, path), data={"seen": seen(session, call)}).status_code

    assert act("questions/title/copier") == 303
    assert keys(session, call)["project"][:2] == ["title", "title_2"]
    assert form_of(session, call).form.field("title_2").role is None
    assert act("rubriques/money/copier") == 303
    assert keys(session, call)["money_2"] == ["requested_2", "budget_2"]
    assert act("questions/title_2/supprimer") == 303
    assert act("rubriques/money_2/supprimer") == 303
    assert act("rubriques/money/supprimer") == 303
    assert act("rubriques/documents/supprimer") == 303
    assert act("rubriques/project/supprimer") == 409
    assert act("questions/unheard_of/supprimer") == 404


def test_documents_of_the_page_follow_those_of_the_form(session, call, officer):
    data = {"seen": seen(session, call), "type": "file", "label_fr": "Statuts à jour"}
    data |= {"key": "statuts", "legal_families": "92", "files_max": "2", "vault_kind": ""}
    assert officer.post(at(call, "questions/articles"), data=data).status_code == 303
    session.expire_all()
    call = session.get_one(Call, call.id)
    session.refresh(call, ["documents"])
    assert [one.key for one in call.documents] == ["statuts"]
    assert call.documents[0].legal_forms == ["92"]


def test_the_boxes_of_another_type_are_shown_without_losing_a_word(session, call, officer):
    before = seen(session, call)
    words = typed(session, call, type="choice", key="summary", help_fr="À garder", intent="type")
    answer = officer.post(at(call, "questions/summary"), data=words)
    assert answer.status_code == 200
    assert "À garder" in answer.text
    assert "choices-0-label_fr" in answer.text
    assert seen(session, call) == before
    more = {**words, "more_choices": "Rouge\nBleu\n\nVert", "intent": "save"}
    assert officer.post(at(call, "questions/summary"), data=more).status_code == 303
    choices = form_of(session, call).form.field("summary").limits.choices
    assert [one.key for one in choices] == ["rouge", "bleu", "vert"]


def test_a_table_is_written_line_by_line_and_each_column_has_a_page(session, call, officer):
    words = typed(session, call, type="table", key="depenses", label_fr="Dépenses")
    rows = [
        {"label_fr": "Poste", "type": "choice", "options": "Achat; Loyer", "required": "y"},
        {"label_fr": "Montant", "type": "money", "total": "y", "key": "montant"},
        {"label_fr": "", "type": "short_text"},
    ]
    for n, row in enumerate(rows):
        words |= {f"columns-{n}-{name}": value for name, value in row.items()}
    address = at(call, "rubriques/project/questions/nouvelle")
    assert 'name="columns-0-label_fr"' in officer.get(f"{address}?type=table").text
    assert officer.post(address, data={**words, "columns-0-options": ""}).status_code == 422
    assert officer.post(address, data=words).status_code == 303
    columns = form_of(session, call).form.field("depenses").limits.columns
    assert [(one.key, one.required, one.total) for one in columns] == [
        ("poste", True, False),
        ("montant", False, True),
    ]
    assert [one.key for one in columns[0].limits.choices] == ["achat", "loyer"]
    page = officer.get(at(call, "questions/depenses.montant"))
    assert page.status_code == 200
    data = typed(session, call, type="money", key="cout", label_fr="Coût", min="10,50")
    assert officer.post(at(call, "questions/depenses.montant"), data=data).status_code == 303
    cell = form_of(session, call).form.field("depenses").limits.columns[1]
    assert (cell.key, cell.limits.min, cell.total) == ("cout", 1050, True)


def test_rules_follow_a_question_whose_key_changes(session, call, officer):
    revision = form_of(session, call)
    document = {
        **revision.document,
        "checks": [
            {
                "key": "moitie",
                "rule": 'requested <= 0.5 * budget.charges and title != "requested"',
                "message_fr": "Pas plus de la moitié.",
                "field": "requested",
            }
        ],
    }
    revision.document, revision.document_hash = document, document_hash(document)
    session.flush()
    data = typed(session, call, type="money", key="demande", role="requested")
    assert officer.post(at(call, "questions/requested"), data=data).status_code == 303
    check = form_of(session, call).form.checks[0]
    assert check.rule == 'demande <= 0.5 * budget.charges and title != "requested"'
    assert check.field == "demande"
    answer = officer.post(
        at(call, "questions/demande/supprimer"), data={"seen": seen(session, call)}
    )
    assert answer.status_code == 409
    assert "Pas plus de la moitié." in answer.text


def test_lines_of_options_move(session, call, officer):
    words = typed(session, call, type="choice", key="contact", intent="choices:up:1")
    for n, label in enumerate(("Rouge", "Bleu")):
        words |= {f"choices-{n}-label_fr": label, f"choices-{n}-key": label.lower()}
    page = officer.post(at(call, "questions/contact"), data=words).text
    assert page.index('value="Bleu"') < page.index('value="Rouge"')
    words["intent"] = "choices:remove:0"
    assert 'value="Rouge"' not in officer.post(at(call, "questions/contact"), data=words).text


def test_a_key_that_holds_answers_keeps_its_name_and_type(session, lead, officer):
    call = a_call(session, funders=[lead])
    an_application(session, call=call)
    session.add(
        FormRevision(
            call_id=call.id,
            number=2,
            document=form_of(session, call).document,
            document_hash=document_hash(form_of(session, call).document),
        )
    )
    session.flush()
    renamed = typed(session, call, key="nom", role="title")
    answer = officer.post(at(call, "questions/title"), data=renamed)
    assert answer.status_code == 409
    assert 'href="#key"' in answer.text
    retyped = typed(session, call, key="title", type="long_text")
    answer = officer.post(at(call, "questions/title"), data=retyped)
    assert answer.status_code == 409
    reworded = typed(session, call, key="title", role="title", label_fr="Titre")
    assert officer.post(at(call, "questions/title"), data=reworded).status_code == 303


def test_a_published_form_is_read_and_not_written(session, lead, officer, as_person):
    call = a_call(session, funders=[lead])
    page = officer.get(at(call)).text
    assert "deplacer" not in page
    answer = officer.post(at(call, "questions/title/copier"), data={"seen": seen(session, call)})
    assert answer.status_code == 409
    partner = a_funder(session)
    shared = a_call(session, funders=[lead, partner], state=CallState.DRAFT)
    browser = as_person(a_funder_member(session, partner))
    assert browser.get(at(shared)).status_code == 200
    assert browser.get(at(shared, "questions/title")).status_code == 403
    data = {"seen": seen(session, shared)}
    assert browser.post(at(shared, "questions/title/copier"), data=data).status_code == 403


def test_sections_are_written(session, call, officer):
    data = {"seen": seen(session, call), "title_fr": "L’équipe", "intro_fr": "Qui êtes-vous ?"}
    assert officer.get(at(call, "rubriques/nouvelle")).status_code == 200
    assert officer.post(at(call, "rubriques/nouvelle"), data=data).status_code == 303
    assert keys(session, call)["equipe"] == []
    data = {"seen": seen(session, call), "title_fr": "", "key": "equipe"}
    assert officer.post(at(call, "rubriques/equipe"), data=data).status_code == 422
    data = {"seen": seen(session, call), "title_fr": "Vous", "key": "vous"}
    assert officer.get(at(call, "rubriques/equipe")).status_code == 200
    assert officer.post(at(call, "rubriques/equipe"), data=data).status_code == 303
    assert keys(session, call)["vous"] == []


def test_a_call_begins_on_a_blank_page(session, lead, officer):
    address = "/instruction/appels/page-blanche"
    assert address in officer.get("/instruction/appels/nouveau").text
    assert officer.get(address).status_code == 200
    data = {"title_fr": "Courts-circuits 2019", "kind": "aap", "unit": "EUR"}
    data |= {"lead": str(lead.id), "opens_at": "01/09/2019", "closes_at": "31/10/2019"}
    assert officer.post(address, data={**data, "title_fr": ""}).status_code == 422
    assert officer.post(address, data={**data, "closes_at": ""}).status_code == 409
    made = officer.post(address, data=data)
    assert made.status_code == 303, made.text
    call = session.scalar(select(Call).where(Call.slug == "courts-circuits-2019"))
    assert call.number_prefix == "CC-2019"
    assert call.state is CallState.DRAFT
    assert made.location.endswith(f"{call.id}/atelier/formulaire")
    assert officer.get(made.location).status_code == 200
    assert officer.post(address, data=data).status_code == 409
