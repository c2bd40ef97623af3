"""A call whose form has every type and every sort of rule, filled in without JavaScript."""

from __future__ import annotations

import io
import re

import pytest

from build.applications import S, an_application
from build.calls import a_call
from build.html import Page
from build.pages import CERTIFIED, PDF, at, stored
from build.people import a_funder, a_funder_member, a_person, an_organisation
from build.whole_form import APPLICANT, MONEY, PROJECT, WHOLE, a_post
from grants.calls.form import FormDocument, Reading
from grants.people.models import Person
from grants.web.answers import read_sections

GO_ON = {"continue": "1"}


class Visitor:
    """Someone without JavaScript: what a page holds is sent back, but what they typed over it."""

    def __init__(self, session, browser, draft) -> None:
        self.session, self.browser, self.draft = session, browser, draft

    def open(self, section: str) -> str:
        answer = self.browser.get(at(self.draft, "rubriques", section))
        assert answer.status_code == 200, answer.headers.get("Location")
        return answer.text

    def send(self, section: str, typed: dict[str, object], **button: object):
        page = Page(self.open(section))
        kept = {name: held for name, held in page.boxes.items() if page.kinds[name] != "file"}
        # A select without a choice sends its first option.
        data = {name: held or [""] for name, held in kept.items()
                if held or page.kinds[name] == "select"}  # fmt: skip
        address = at(self.draft, "rubriques", section)
        return self.browser.post(address, data={**data, **typed, **(button or GO_ON)})

    @property
    def answers(self) -> dict[str, object]:
        return stored(self.session, self.draft).answers

    def fill(self) -> None:
        """Everything, on the shortest way: no job, no partner."""
        for section, typed in (("projet", PROJECT), ("porteur", APPLICANT), ("argent", MONEY)):
            assert self.send(section, typed).status_code == 303
        upload = {"q_articles": (io.BytesIO(PDF), "statuts.pdf")}
        assert self.send("pieces", upload, upload="1").status_code == 303


def rules(session, **more):
    return a_call(session, document=WHOLE, **more)


@pytest.fixture
def visitor(session, as_person):
    def made(call=None, legal_form="9220"):
        call = call or rules(session)
        author = a_person(session)
        organisation = an_organisation(session, legal_form=legal_form, representative=author)
        draft = an_application(
            session, call, author=author, organisation=organisation, answers={}, with_files=False
        )
        session.flush()
        return Visitor(session, as_person(session.get_one(Person, author.id)), draft)

    return made


def test_from_the_first_answer_to_the_receipt_without_javascript(session, visitor):
    mine = visitor()
    mine.fill()
    check = mine.browser.get(at(mine.draft, "verification")).text
    for shown in (
        "Ressourcerie",
        "se terminant par 0189",
        "12\u202f000\u202f€",
        "41,7",
    ):
        assert shown in check
    for hidden in ("Plan d’essor", "Capital", "Nombre d’emplois", "Les emplois", "Postes"):
        assert hidden not in check
    answer = mine.browser.post(at(mine.draft, "depot"), data=CERTIFIED)
    assert answer.headers["Location"] == at(mine.draft, "recepisse")
    done = stored(session, mine.draft)
    assert (done.state, done.title, done.requested) == (S.SUBMITTED, "Ressourcerie", 500_000)
    assert done.answers["share"] == "41.7"
    assert done.answers["themes"] == ["seed", "growth"]
    assert done.answers["plan"]["charges"] == [
        {"account": "60", "label": "", "amount": 12_000, "amounts": [8000, 4000]}
    ]


def test_a_question_that_an_answer_reveals_is_asked_before_going_on(visitor):
    mine = visitor()
    page = mine.open("projet")
    assert re.search(r'<div data-asked="jobs" hidden>', page)
    answer = mine.send("projet", PROJECT | {"q_hires": "yes"})
    assert answer.headers["Location"] == at(mine.draft, "rubriques", "projet") + "#q_jobs"
    assert re.search(r'<div data-asked="jobs">', mine.open("projet"))
    answer = mine.send("projet", {"q_jobs": "2"})
    assert answer.headers["Location"] == at(mine.draft, "rubriques", "porteur")
    # Whoever saw it appear in the page goes on at once.
    answer = mine.send("projet", {"q_track": "growth", "live": "1"}, **GO_ON)
    assert answer.headers["Location"] == at(mine.draft, "rubriques", "porteur")


def test_what_is_hidden_again_is_kept_and_no_longer_counts(visitor):
    mine = visitor()
    mine.fill()
    mine.send("projet", {"q_hires": "yes", "q_jobs": "2"})
    mine.send("emplois", a_post(0, "Valoriste", "1 200"))
    assert "Valoriste" in mine.browser.get(at(mine.draft, "verification")).text
    assert "Les emplois" in mine.browser.get(at(mine.draft)).text
    mine.send("projet", {"q_hires": "no"})
    assert mine.answers["posts"][0]["post"] == "Valoriste"
    assert "wages" not in mine.answers
    assert "Valoriste" not in mine.browser.get(at(mine.draft, "verification")).text
    # A section that asks nothing is no page.
    answer = mine.browser.get(at(mine.draft, "rubriques", "emplois"))
    assert answer.headers["Location"] == at(mine.draft)
    assert mine.browser.post(at(mine.draft, "depot"), data=CERTIFIED).status_code == 303


def test_what_cannot_be_read_stops_nobody_once_it_is_hidden(session, visitor):
    mine = visitor()
    mine.fill()
    answer = mine.send("projet", {"q_hires": "yes", "q_jobs": "beaucoup"})
    assert answer.status_code == 422
    answer = mine.send("projet", {"q_hires": "no", "q_jobs": "beaucoup"})
    assert answer.status_code == 303
    assert stored(session, mine.draft).as_typed == {"jobs": "beaucoup"}
    assert "À corriger" not in mine.browser.get(at(mine.draft)).text
    assert "beaucoup" in mine.open("projet"), "kept, for whoever changes their mind"
    assert mine.browser.post(at(mine.draft, "depot"), data=CERTIFIED).status_code == 303


def test_rows_come_and_go_by_buttons_that_save(visitor):
    mine = visitor()
    mine.send("projet", PROJECT | {"q_hires": "yes", "q_jobs": "2"})
    answer = mine.send("emplois", a_post(0, "Valoriste", "1 200,50"), row_add="q_posts")
    emplois = at(mine.draft, "rubriques", "emplois")
    assert answer.headers["Location"] == f"{emplois}?more=q_posts#q_posts"
    page = mine.open("emplois")
    assert 'name="q_posts-1-c_post"' in page
    assert "1\u202f200,50\u202f€" in page, "the column is added up"
    mine.send("emplois", a_post(1, "Chauffeur", "800"), row_add="q_posts")
    assert [row["post"] for row in mine.answers["posts"]] == ["Valoriste", "Chauffeur"]
    assert mine.answers["wages"] == 200_050
    mine.send("emplois", a_post(2, "Accueil", "1"), row_add="q_posts")
    page = mine.open("emplois")
    assert "q_posts-3" not in page, "three lines at most"
    assert 'name="row_add"' not in page
    mine.send("emplois", {}, row_remove="q_posts-0")
    assert [row["post"] for row in mine.answers["posts"]] == ["Chauffeur", "Accueil"]
    assert 'name="row_add"' in mine.open("emplois")


def test_a_group_is_asked_again_for_each_partner(visitor):
    mine = visitor()
    mine.send(
        "argent",
        {"q_partners-0-c_name": "La Ferme", "q_partners-0-c_role": "Prêter un lieu.",
         "q_partners-0-c_aims": ["seed", "growth"]},
        row_add="q_partners",
    )  # fmt: skip
    assert "q_partners-1" not in mine.open("argent")
    assert "q_partners-1" in mine.open("argent?more=q_partners")
    mine.send("argent", {"q_partners-1-c_name": "Le Local", "q_partners-1-c_since": "2/1/2018"})
    assert mine.answers["partners"] == [
        {"name": "La Ferme", "role": "Prêter un lieu.", "aims": ["seed", "growth"]},
        {"name": "Le Local", "since": "2018-01-02"},
    ]
    check = mine.browser.get(at(mine.draft, "verification")).text
    assert "Prêter un lieu." in check
    assert "Ligne 2, «\u202fRôle\u202f»" in check


def test_a_wrong_cell_is_told_in_its_place_and_kept(session, visitor):
    mine = visitor()
    mine.send("projet", PROJECT | {"q_hires": "yes", "q_jobs": "2"})
    answer = mine.send("emplois", a_post(0, "Valoriste", "beaucoup <b>"))
    assert answer.status_code == 422
    assert 'value="beaucoup &lt;b&gt;"' in answer.text
    assert 'id="q_posts-0-c_wage-error"' in answer.text
    assert "Ligne 1, «\u202fSalaire\u202f»" in answer.text
    assert stored(session, mine.draft).as_typed["posts"][0]["post"] == "Valoriste"
    assert 'value="beaucoup &lt;b&gt;"' in mine.open("emplois")


def test_rules_between_answers_stand_in_the_way_with_their_sentence(visitor):
    mine = visitor()
    mine.fill()
    mine.send("argent", {"q_requested": "6 000,01"})
    mine.send("projet", {"q_ends": "1/1/2019"})
    for page in (mine.browser.get(at(mine.draft, "verification")),
                 mine.browser.post(at(mine.draft, "depot"), data=CERTIFIED)):  # fmt: skip
        assert "Le montant demandé ne dépasse pas la moitié des charges." in page.text
        assert "Le projet finit après avoir commencé." in page.text
    assert page.status_code == 422


def test_each_legal_form_has_its_own_questions(visitor):
    company, association = visitor(legal_form="5710"), visitor()
    assert re.search(r'<div data-asked="rna" hidden>', company.open("porteur"))
    assert re.search(r'<div data-asked="company">', company.open("porteur"))
    assert re.search(r'<div data-asked="rna">', association.open("porteur"))
    assert re.search(r'<div data-asked="company" hidden>', association.open("porteur"))


RULES = [
    {"key": "ess", "rule": "applicant.is_association", "refusal_fr": "seules les associations.",
     "refusal_en": "associations only."},
    {"key": "age", "rule": "applicant.age_months >= 24", "refusal_fr": "trop jeune.",
     "refusal_en": "too young."},
]  # fmt: skip


def test_what_a_rule_of_eligibility_refuses_is_not_submitted(session, visitor):
    call = rules(session, eligibility_rules=RULES)
    company = visitor(call, legal_form="5710")
    company.fill()
    company.send("porteur", {"q_company": "10 000 €"})
    answer = company.browser.post(at(company.draft, "depot"), data=CERTIFIED)
    assert answer.status_code == 409
    assert "seules les associations." in answer.text
    assert stored(session, company.draft).state is S.DRAFT
    # Nobody knows this association's age: what is not known stops nobody.
    association = visitor(call)
    association.fill()
    answer = association.browser.post(at(association.draft, "depot"), data=CERTIFIED)
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("reader", "sees"),
    [
        (Reading.OFFICER, {"title", "rib", "posts", "wages"}),
        (Reading.JUROR, {"title", "posts", "wages"}),
        (Reading.BLIND_JUROR, {"title", "posts", "wages"}),
        (Reading.PUBLIC, set()),
    ],
)
def test_readers_see_rows_and_results_but_no_bank_account(app, reader, sees):
    form = FormDocument.parse(WHOLE)
    answers = {
        "title": "T", "rib": "FR7630006000011234567890189", "hires": True, "jobs": 1,
        "posts": [{"post": "Valoriste", "wage": 5000}],
    }  # fmt: skip
    with app.test_request_context("/"):
        lines = [line for one in read_sections(form, answers, {}, reader) for line in one.lines]
    assert {line.key for line in lines} & {"title", "rib", "posts", "wages"} == sees


def test_an_officer_asks_again_only_what_was_asked(session, visitor, as_person):
    funder = a_funder(session)
    call = rules(session, funders=[funder])
    mine = visitor(call)
    mine.fill()
    mine.browser.post(at(mine.draft, "depot"), data=CERTIFIED)
    person = a_funder_member(session, funder)
    session.flush()
    officer = as_person(person)
    page = officer.get(f"/instruction/dossiers/{mine.draft.id}/complements").text
    assert all(f'value="{key}"' in page for key in ("title", "hires", "partners", "articles"))
    assert not any(f'value="{key}"' in page for key in ("jobs", "posts", "wages", "company"))
    shown = officer.get(f"/instruction/dossiers/{mine.draft.id}").text
    assert "se terminant par 0189" in shown
    assert "FR76 3000" not in shown
    assert "Nombre d’emplois" not in shown


HOSTILE = ["\x00", "a\ud800b", "1e309", "NaN", "٣", "mot " * 18_000, "<script>", "%s{{7*7}}", "-1"]


@pytest.mark.parametrize("typed", HOSTILE, ids=ascii)
def test_nonsense_in_any_cell_is_never_a_failure(visitor, typed):
    mine = visitor()
    mine.send("projet", PROJECT | {"q_hires": "yes", "q_jobs": "1"})
    text = typed.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    names = ["q_posts-0-c_post", "q_posts-0-c_wage", "q_posts-0-c_contract",
             "q_posts-999-c_full", "q_posts-0-c_other", "q_posts-x-c_post", "q_posts",
             "q_wages", "row_remove"]  # fmt: skip
    answer = mine.send("emplois", dict.fromkeys(names, text))
    assert answer.status_code in {303, 422}
    names = ["q_plan-charges-0-amount-1", "q_plan-charges-0-amount-9", "q_plan-nowhere-0-amount",
             "q_partners-0-c_since", "q_partners-0-c_aims", "q_share", "row_add"]  # fmt: skip
    answer = mine.send("argent", dict.fromkeys(names, text))
    assert answer.status_code in {303, 422}
    assert mine.browser.get(at(mine.draft, "verification")).status_code == 200
