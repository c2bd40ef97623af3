"""Is this call for me? Asked of what the rules look at, answered rule by rule, kept nowhere."""

from __future__ import annotations

import pytest

from build.calls import a_call
from build.html import Page
from build.site import digest
from grants.calls.models import CallState

SENTENCE = "Votre structure doit exister depuis un an."


def a_rule(rule: str, *, refusal: str = SENTENCE, key: str = "rule") -> dict[str, str]:
    return {"key": key, "rule": rule, "refusal_fr": refusal, "refusal_en": "One year, please."}


def page_of(client, call, **answers):
    path = f"/appels/{call.slug}/suis-je-concerne"
    return client.post(path, data=answers) if answers else client.get(path)


def asked(client, call) -> set[str]:
    return set(Page(page_of(client, call).text).kinds) - {"csrf_token"}


REFUSED = "ne semble pas s’adresser à vous"
UNKNOWN = "Nous ne pouvons pas encore le dire"
FINE = "Rien ne s’y oppose"


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("applicant.age_months >= 12", {"age_months"}),
        ("applicant.is_association or applicant.is_foundation", {"who"}),
        ("applicant.ess", {"who", "ess"}),
        ("applicant.legal_form == '9220'", {"legal_form"}),
        ("contains(applicant.approvals, 'esus')", {"approvals"}),
        ("applicant.qpv and not applicant.being_created", {"qpv", "being_created"}),
        ("requested <= 5000", {"q-requested"}),
        ("budget.charges > 0", {"q-budget-charges"}),
        ("applicant.in_territory", set()),
    ],
)
def test_only_what_the_rules_look_at_is_asked(session, client, rule, names):
    call = a_call(session, eligibility_rules=[a_rule(rule)])
    session.flush()
    assert asked(client, call) == names


def test_the_territory_is_asked_when_the_call_has_one_and_by_its_name(session, client):
    call = a_call(
        session,
        eligibility_rules=[a_rule("applicant.in_territory")],
        territories=[{"code": "63113", "name": "Valbrune-le-Bas"}],
    )
    session.flush()
    assert asked(client, call) == {"in_territory"}
    assert "L’appel concerne\u202f: Valbrune-le-Bas." in page_of(client, call).text
    assert SENTENCE in page_of(client, call, in_territory="no").text
    assert FINE in page_of(client, call, in_territory="yes").text


@pytest.mark.parametrize(
    ("rule", "answers", "verdict"),
    [
        ("applicant.age_months >= 12", {"age_months": "11"}, REFUSED),
        ("applicant.age_months >= 12", {"age_months": "12"}, FINE),
        ("applicant.age_months >= 12", {"age_months": ""}, UNKNOWN),
        ("applicant.is_association", {"who": "company"}, REFUSED),
        ("applicant.is_association", {"who": "association"}, FINE),
        ("applicant.is_association", {"who": ""}, UNKNOWN),
        ("applicant.ess", {"who": "cooperative", "ess": ""}, FINE),
        ("applicant.ess", {"who": "company", "ess": ""}, UNKNOWN),
        ("applicant.ess", {"who": "company", "ess": "no"}, REFUSED),
        ("applicant.legal_form == '9220'", {"legal_form": "9220"}, FINE),
        ("applicant.legal_form == '9220'", {"legal_form": "5710-scic"}, REFUSED),
        ("contains(applicant.approvals, 'esus')", {"approvals": ["esus", "siae"]}, FINE),
        ("contains(applicant.approvals, 'esus')", {"approvals": "none"}, REFUSED),
        ("contains(applicant.approvals, 'esus')", {}, UNKNOWN),
        ("requested <= 5000", {"q-requested": "5 000,00 €"}, FINE),
        ("requested <= 5000", {"q-requested": "5000,01"}, REFUSED),
        ("applicant.is_person or applicant.age_months > 3", {"who": "person"}, FINE),
    ],
)
def test_each_rule_is_refused_met_or_not_known(session, client, rule, answers, verdict):
    call = a_call(session, eligibility_rules=[a_rule(rule)])
    session.flush()
    page = page_of(client, call, **(answers or {"csrf_token": "x"}))
    assert page.status_code == 200
    said = {one: one in page.text for one in (REFUSED, UNKNOWN)}
    assert said == {REFUSED: verdict == REFUSED, UNKNOWN: verdict == UNKNOWN}
    assert (SENTENCE in page.text) == (verdict == REFUSED)
    assert (FINE in page.text) == (verdict != REFUSED)


def test_what_could_not_be_known_is_said_in_words(session, client):
    call = a_call(session, eligibility_rules=[a_rule("applicant.age_months >= 12")])
    session.flush()
    page = page_of(client, call, age_months="")
    assert "l’ancienneté du porteur est supérieure ou égale à 12\xa0mois" in page.text


def test_a_person_is_told_when_only_organisations_may_apply(session, client):
    call = a_call(session, allows_persons=False)
    session.flush()
    assert asked(client, call) == {"who"}
    assert REFUSED in page_of(client, call, who="person").text
    assert REFUSED not in page_of(client, call, who="association").text


def test_every_refusal_is_told_and_not_only_the_first(session, client):
    rules = [
        a_rule("applicant.age_months >= 12", key="a"),
        a_rule("applicant.qpv", refusal="Hors du quartier.", key="b"),
        a_rule("applicant.ess", refusal="Pas dans l’ESS.", key="c"),
    ]
    call = a_call(session, eligibility_rules=rules)
    session.flush()
    page = page_of(client, call, age_months="1", qpv="no", who="association").text
    assert SENTENCE in page
    assert "Hors du quartier." in page
    assert "Pas dans l’ESS." not in page


def test_answers_stay_in_their_boxes_and_one_may_go_on_to_apply(session, client):
    call = a_call(session, eligibility_rules=[a_rule("applicant.age_months >= 12")])
    session.flush()
    page = page_of(client, call, age_months="24").text
    assert Page(page).boxes["age_months"] == ["24"]
    assert f"/dossiers/nouveau/{call.id}" in page
    call.state, call.closed_at = CallState.CLOSED, call.opens_at
    session.flush()
    assert f"/dossiers/nouveau/{call.id}" not in page_of(client, call, age_months="24").text


def test_nothing_of_what_is_answered_is_kept(session, client):
    call = a_call(session, eligibility_rules=[a_rule("applicant.age_months >= 12")])
    session.flush()
    before = digest(session)
    assert SENTENCE in page_of(client, call, age_months="11").text
    assert digest(session) == before


@pytest.mark.parametrize("typed", ["douze", "-1", "1e3", "NaN", "٣", "9" * 30, "\ud800"])
def test_what_is_no_number_is_said_and_nothing_is_judged(session, client, typed):
    rules = [a_rule("applicant.age_months >= 12"), a_rule("requested <= 5000", key="b")]
    call = a_call(session, eligibility_rules=rules)
    session.flush()
    sent = typed.encode("utf-8", "surrogatepass")
    for name in ("age_months", "q-requested"):
        body = name.encode() + b"=" + b"".join(b"%%%02X" % byte for byte in sent)
        answer = client.post(
            f"/appels/{call.slug}/suis-je-concerne",
            data=body,
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 422
        assert FINE not in answer.text


def test_a_call_without_rules_asks_nothing(session, client):
    call = a_call(session)
    session.flush()
    assert asked(client, call) == set()
    assert "n’a pas de condition" in page_of(client, call).text
    # Nor does its page send anyone there; it does as soon as there is something to ask.
    assert "suis-je-concerne" not in client.get(f"/appels/{call.slug}").text
    call.allows_persons = False
    session.flush()
    assert client.get(f"/appels/{call.slug}").text.count("suis-je-concerne") > 1
