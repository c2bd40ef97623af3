"""An officer writes the rules of a call in menus: read back, tried, refused where wrong."""

from __future__ import annotations

import pytest

from build.calls import a_call
from build.people import a_funder, a_funder_member
from grants.calls.form import document_hash
from grants.calls.models import Call, CallState
from grants.calls.services.ruling import version_of
from grants.calls.workbench import newest_revision


@pytest.fixture
def lead(session):
    return a_funder(session, name="Agglomération de Valbrune")


@pytest.fixture
def officer(session, lead, as_person):
    return as_person(a_funder_member(session, lead))


NUMBERS = {
    "key": "chiffres",
    "title_fr": "Chiffres",
    "fields": [
        {"key": "salaries", "type": "number", "label_fr": "Nombre de salariés"},
        {"key": "aide", "type": "money", "label_fr": "Aide calculée", "required": False},
        {"key": "loue", "type": "yes_no", "label_fr": "Louez-vous un local ?"},
        {"key": "loyer", "type": "money", "label_fr": "Loyer annuel", "required": False},
        {
            "key": "statut",
            "type": "choice",
            "label_fr": "Où en êtes-vous ?",
            "limits": {
                "choices": [
                    {"key": "idee", "label_fr": "Une idée"},
                    {"key": "lance", "label_fr": "Lancé"},
                ]
            },
        },
    ],
}


@pytest.fixture
def call(session, lead):
    call = a_call(session, funders=[lead], state=CallState.DRAFT)
    revision = newest_revision(session, call.id)
    document = {"sections": [*revision.document["sections"], NUMBERS]}
    revision.document, revision.document_hash = document, document_hash(document)
    session.flush()
    return call


def form_of(session, call):
    session.expire_all()
    return newest_revision(session, call.id)


def at(call, *parts):
    return "/".join([f"/instruction/appels/{call.id}/atelier", *parts])


def rule(session, call, *lines, **more):
    """What the page sends; calculations have no joiner."""
    data = {"seen": form_of(session, call).document_hash, "mode": "menus"}
    if not any("factor" in line for line in lines):
        data["joiner"] = "and"
    for n, line in enumerate(lines):
        data |= {f"rows-{n}-{name}": value for name, value in line.items()}
    return {**data, **more}


HALF = {"subject": "requested", "operator": "<=", "value": "50 %", "other": "budget.charges"}


def test_a_condition_is_written_in_menus_and_read_back(session, call, officer):
    address = at(call, "formulaire/questions/loyer/condition")
    assert officer.get(address).status_code == 200
    yes = {"subject": "loue", "operator": "yes"}
    tried = officer.post(address, data=rule(session, call, yes, intent="try", **{"try-loue": "no"}))
    assert tried.status_code == 200
    assert "rule__no" in tried.text
    assert "Louez-vous un local" in tried.text
    assert officer.post(address, data=rule(session, call, yes)).status_code == 303
    assert form_of(session, call).form.field("loyer").show_if == "loue"
    assert 'value="loue" selected' in officer.get(address).text
    assert officer.post(address, data=rule(session, call)).status_code == 303
    assert form_of(session, call).form.field("loyer").show_if == ""


def test_a_section_has_a_condition_too(session, call, officer):
    address = at(call, "formulaire/rubriques/documents/condition")
    assert officer.get(address).status_code == 200
    line = {"subject": "statut", "operator": "==", "value": "lance"}
    assert officer.post(address, data=rule(session, call, line)).status_code == 303
    section = form_of(session, call).form.section("documents")
    assert section.show_if == 'statut == "lance"'
    several = {"subject": "statut", "operator": "in", "value": ["idee", "lance"]}
    assert officer.post(address, data=rule(session, call, several)).status_code == 303
    assert 'in ("idee", "lance",)' in form_of(session, call).form.section("documents").show_if
    shown = officer.get(address).text
    assert shown.count(" selected>") >= 4


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"subject": "salaries", "operator": ">=", "value": "beaucoup"}, "beaucoup"),
        ({"subject": "salaries", "operator": ">=", "value": ""}, "Nombre de salariés"),
        ({"subject": "ailleurs", "operator": ">=", "value": "3"}, "ailleurs"),
        ({"subject": "statut", "operator": "==", "value": "jamais"}, "jamais"),
        ({"subject": "loue", "operator": "<=", "value": "3"}, "Louez-vous"),
    ],
)
def test_a_wrong_line_is_refused_beside_the_lines(session, call, officer, line, said):
    address = at(call, "formulaire/questions/loyer/condition")
    answer = officer.post(address, data=rule(session, call, line))
    assert answer.status_code == 422
    assert 'href="#rows"' in answer.text
    assert said in answer.text
    assert form_of(session, call).form.field("loyer").show_if == ""


def test_a_circle_is_refused_where_it_closes(session, call, officer):
    yes = {"subject": "loue", "operator": "yes"}
    address = at(call, "formulaire/questions/loyer/condition")
    assert officer.post(address, data=rule(session, call, yes)).status_code == 303
    back = {"subject": "loyer", "operator": "filled"}
    answer = officer.post(
        at(call, "formulaire/questions/loue/condition"), data=rule(session, call, back)
    )
    assert answer.status_code == 422
    assert 'href="#rows"' in answer.text
    itself = {"subject": "loue", "operator": "filled"}
    answer = officer.post(
        at(call, "formulaire/questions/loue/condition"), data=rule(session, call, itself)
    )
    assert answer.status_code == 422


def test_an_answer_is_computed_by_lines(session, call, officer):
    address = at(call, "formulaire/questions/aide/calcul")
    lines = (
        {"sign": "+", "factor": "4 000", "key": "salaries"},
        {"sign": "-", "factor": "50 %", "key": "requested"},
    )
    sample = {"try-salaries": "61", "try-requested": "1 000"}
    tried = officer.post(address, data=rule(session, call, *lines, intent="try", **sample))
    assert "243\u202f500,00\u202f€" in tried.text
    assert officer.post(address, data=rule(session, call, *lines)).status_code == 303
    assert form_of(session, call).form.field("aide").computed == "4000 * salaries - 0.5 * requested"
    shown = officer.get(address).text
    assert 'value="4000"' in shown
    assert 'value="50\u202f%"' in shown
    assert officer.get(at(call, "formulaire/questions/title/calcul")).status_code == 404


def test_a_rule_that_menus_cannot_show_stays_written(session, call, officer):
    address = at(call, "formulaire/questions/aide/calcul")
    text = "min(requested, 4000 * salaries) if loue else 0"
    data = rule(session, call, mode="text", text=text)
    assert officer.post(address, data=data).status_code == 303
    assert "min(requested" in officer.get(address).text
    back = officer.post(address, data={**data, "intent": "to_menus"})
    assert back.status_code == 200
    assert 'name="text"' in back.text
    simple = officer.post(address, data={**data, "text": "2 * salaries", "intent": "to_menus"})
    assert 'name="rows-0-factor"' in simple.text
    for wrong in ("2 * ", "salaries + title", "__import__(1)", "ailleurs + 1", 'title == "a"'):
        answer = officer.post(address, data={**data, "text": wrong})
        assert answer.status_code == 422, wrong
        assert 'href="#text"' in answer.text
        assert wrong.replace('"', "&#34;").strip() in answer.text


def test_menus_become_text(session, call, officer):
    address = at(call, "regles/controles/nouveau")
    shown = officer.post(address, data=rule(session, call, HALF, intent="to_text"))
    assert "requested &lt;= 0.5 * budget.charges" in shown.text


def test_a_check_is_written_changed_and_taken_away(session, call, officer):
    address = at(call, "regles/controles/nouveau")
    assert officer.get(address).status_code == 200
    words = {"message_fr": "Demandez au plus la moitié des charges.", "field": "requested"}
    missing = officer.post(address, data=rule(session, call, HALF, field=""))
    assert missing.status_code == 422
    assert 'href="#message_fr"' in missing.text
    assert 'value="50 %"' in missing.text
    sample = {"try-requested": "600", "try-budget.charges": "1000"}
    tried = officer.post(address, data=rule(session, call, HALF, **words, intent="try", **sample))
    assert "rule__no" in tried.text
    assert officer.post(address, data=rule(session, call, HALF, **words)).status_code == 303
    check = form_of(session, call).form.checks[0]
    assert check.rule == "requested <= 0.5 * budget.charges"
    assert check.key == "demandez_plus_moitie"
    page = officer.get(at(call, "regles")).text
    assert "50\u202f% du total des charges" in page
    address = at(call, f"regles/controles/{check.key}")
    assert "Demandez au plus" in officer.get(address).text
    changed = rule(session, call, {**HALF, "value": "40 %"}, **words)
    assert officer.post(address, data=changed).status_code == 303
    assert form_of(session, call).form.checks[0].rule == "requested <= 0.4 * budget.charges"
    data = {"seen": form_of(session, call).document_hash}
    assert officer.post(f"{address}/supprimer", data=data).status_code == 303
    assert form_of(session, call).form.checks == ()


def test_who_may_apply_is_written_with_its_sentence(session, call, officer):
    address = at(call, "regles/eligibilite/nouvelle")
    assert officer.get(address).status_code == 200
    line = {"subject": "applicant.is_association", "operator": "yes"}
    seen = {"seen": version_of([])}
    words = {"refusal_fr": "Cet appel est réservé aux associations."}
    data = {**rule(session, call, line, **words), **seen}
    tried = officer.post(
        address, data={**data, "intent": "try", "try-applicant.is_association": "no"}
    )
    assert "rule__no" in tried.text
    assert officer.post(address, data={**data, "refusal_fr": ""}).status_code == 422
    other = {"subject": "requested", "operator": "filled"}
    assert officer.post(address, data={**data, **rule(session, call, other)}).status_code == 422
    assert officer.post(address, data=data).status_code == 303
    session.expire_all()
    rules = session.get_one(Call, call.id).eligibility_rules
    assert rules[0]["rule"] == "applicant.is_association"
    assert officer.post(address, data=data).status_code == 409
    key = rules[0]["key"]
    page = officer.get(at(call, "regles")).text
    assert "réservé aux associations" in page
    address = at(call, f"regles/eligibilite/{key}")
    assert officer.get(address).status_code == 200
    changed = {**data, "refusal_fr": "Associations seulement.", "seen": version_of(rules)}
    assert officer.post(address, data=changed).status_code == 303
    session.expire_all()
    rules = session.get_one(Call, call.id).eligibility_rules
    assert rules[0]["refusal_fr"] == "Associations seulement."
    data = {"seen": version_of(rules)}
    assert officer.post(f"{address}/supprimer", data=data).status_code == 303


def test_two_authors_of_a_rule_do_not_overwrite_each_other(session, call, officer):
    address = at(call, "formulaire/questions/loyer/condition")
    yes = {"subject": "loue", "operator": "yes"}
    data = rule(session, call, yes)
    assert officer.post(address, data=data).status_code == 303
    again = officer.post(address, data={**data, "rows-0-operator": "no"})
    assert again.status_code == 409
    assert f'value="{form_of(session, call).document_hash}"' in again.text


AWARD = {
    "instrument": "grant",
    "amount": "",
    "floor": "",
    "ceiling": "",
    "rate_max": "",
    "explain_fr": "4 000 € par salarié.",
}
PER_HEAD = {"sign": "+", "factor": "4 000", "key": "salaries"}


def award(session, call, *lines, **more):
    session.expire_all()
    stored = session.get_one(Call, call.id).award_rule
    data = {**rule(session, call, *lines), "seen": version_of(stored), **AWARD, **more}
    data.pop("joiner", None)
    return data


def test_an_award_is_a_calculation_between_bounds_tried_line_by_line(session, call, officer):
    address = at(call, "regles/bareme")
    assert officer.get(address).status_code == 200
    sample = {"intent": "try", "try-salaries": "61"}
    tried = officer.post(address, data=award(session, call, PER_HEAD, **sample))
    assert "244\u202f000,00\u202f€" in tried.text
    capped = {**sample, "ceiling": "100 000", "rate_max": "80"}
    aid = {"try-requested": "90 000", "try-budget.charges": "100 000", "try-budget.grants": "0"}
    tried = officer.post(address, data=award(session, call, PER_HEAD, **capped, **aid))
    assert "100\u202f000,00\u202f€" in tried.text
    assert "80\u202f000,00\u202f€" in tried.text
    data = award(session, call, PER_HEAD, ceiling="300 000", floor="4 000")
    assert officer.post(address, data=data).status_code == 303
    session.expire_all()
    stored = session.get_one(Call, call.id).award_rule
    assert stored["amount_rule"] == "4000 * salaries"
    assert (stored["floor"], stored["ceiling"]) == (400_000, 30_000_000)
    assert 'value="300000"' in officer.get(address).text
    assert "4 000 € par salarié." in officer.get(at(call, "regles")).text


def test_a_wrong_award_is_refused_beside_its_box(session, call, officer):
    address = at(call, "regles/bareme")
    for more, box in (
        ({"amount": "5 000"}, "amount"),
        ({"floor": "9", "ceiling": "8"}, "floor"),
        ({"rate_max": "180"}, "rate_max"),
        ({"explain_fr": ""}, "explain_fr"),
        ({"ceiling": "beaucoup"}, "ceiling"),
    ):
        answer = officer.post(address, data=award(session, call, PER_HEAD, **more))
        assert answer.status_code == 422, more
        assert f'href="#{box}"' in answer.text


def test_what_a_published_call_gives_changes_no_more(session, lead, officer):
    call = a_call(session, funders=[lead])
    answer = officer.post(at(call, "regles/bareme"), data=award(session, call, amount="5 000"))
    assert answer.status_code == 409
