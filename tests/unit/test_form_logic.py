"""Forms that hide, compute and check: what is asked of whom, what counts, what is refused."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

import pytest

from grants.calls.form import (
    FormDocument,
    Progress,
    Reading,
    document_hash,
    headline,
    look,
    problems,
    progress,
)
from grants.calls.reading import Malformed

TRACKS = [
    {"key": "seed", "label_fr": "Émergence", "label_en": "Seed"},
    {"key": "growth", "label_fr": "Essor", "label_en": "Growth"},
]


def a_field(key: str, kind: str, **more: object) -> dict[str, object]:
    return {"key": key, "type": kind, "label_fr": key, "label_en": key, **more}


DOCUMENT: dict[str, object] = {
    "sections": [
        {
            "key": "project", "title_fr": "Projet", "title_en": "Project",
            "fields": [
                a_field("title", "short_text", role="title"),
                a_field("track", "choice", limits={"choices": TRACKS}),
                a_field("hires", "yes_no"),
                a_field("jobs", "number", show_if="hires"),
                a_field("why", "long_text", show_if='track == "growth" and hires'),
            ],
        },
        {
            "key": "staff", "title_fr": "Emplois", "title_en": "Jobs", "show_if": "jobs > 0",
            "fields": [
                a_field("posts", "table", limits={"min": 1, "columns": [
                    a_field("post", "short_text"),
                    a_field("wage", "money", total=True),
                    a_field("note", "short_text", required=False),
                ]}),
                a_field("wages", "money", computed="sum(posts.wage)"),
                a_field("payslips", "file", limits={"files_max": 5}),
            ],
        },
        {
            "key": "money", "title_fr": "Argent", "title_en": "Money",
            "fields": [
                a_field("requested", "money", role="requested"),
                a_field("cost", "money"),
                a_field("share", "number", computed="100 * requested / cost",
                        limits={"decimals": 1}),
            ],
        },
    ],
    "checks": [
        {"key": "half", "rule": "requested <= 0.5 * cost", "field": "requested",
         "message_fr": "Demandez au plus la moitié du coût.",
         "message_en": "Ask for half of the cost at most."},
        {"key": "wages", "rule": "wages <= cost", "message_fr": "Les salaires dépassent le coût."},
        {"key": "slips", "rule": "count(payslips) == jobs", "field": "payslips",
         "message_fr": "Une fiche de paie par emploi."},
    ],
}  # fmt: skip
FORM = FormDocument.parse(DOCUMENT)
BASE = {"title": "T", "track": "seed", "hires": False, "requested": 400_000, "cost": 1_000_000}
HIRING = BASE | {
    "hires": True, "jobs": 2,
    "posts": [{"post": "a", "wage": 100_000}, {"post": "b", "wage": 250_050}],
}  # fmt: skip
SLIPS = {"payslips": ["one", "two"]}


def found(answers, files=None, form=FORM, **more):
    return [(one.field_key, one.code) for one in problems(form, answers, files or {}, **more)]


def test_what_a_condition_hides_never_lacks():
    assert found(BASE) == []
    assert found({key: value for key, value in BASE.items() if key != "hires"}) == [
        ("hires", "form.required")
    ]
    assert found(BASE | {"hires": True}) == [("jobs", "form.required")]
    assert found(BASE | {"hires": True, "track": "growth", "jobs": 0}) == [("why", "form.required")]
    assert found(BASE | {"hires": True, "jobs": 2}) == [
        ("posts", "form.required"),
        ("payslips", "form.file_required"),
    ]


def test_what_is_hidden_is_kept_and_does_not_count():
    hidden = HIRING | {"hires": False}
    seen = look(FORM, hidden)
    assert [one.key for one in seen.sections()] == ["project", "money"]
    assert seen["jobs"] is None
    assert seen["posts.wage"] is None
    assert seen["wages"] is None
    assert found(hidden | {"jobs": "beaucoup", "posts": [{"wage": "cher"}]}) == []
    assert seen.answer(FORM.field("posts")) is None
    assert hidden["posts"], "the answers themselves are not touched"
    assert set(seen.counted) == {"title", "track", "hires", "requested", "cost", "share"}


def test_what_is_computed_follows_the_answers():
    seen = look(FORM, HIRING)
    assert seen.computed == {"wages": 350_050, "share": "40"}
    assert seen["wages"] == Decimal("3500.5")
    assert look(FORM, BASE).computed == {"wages": None, "share": "40"}
    assert look(FORM, {"requested": 100_000, "cost": 300_000}).computed["share"] == "33.3"
    assert look(FORM, {"requested": 100_000, "cost": 0}).computed["share"] is None
    # What somebody wrote in its place is nobody's answer.
    assert look(FORM, HIRING | {"wages": 1}).computed["wages"] == 350_050


def test_a_rule_between_answers_is_told_beside_its_field():
    assert found(HIRING, SLIPS) == []
    assert found(BASE | {"requested": 500_001}) == [("requested", "form.check")]
    problem = problems(FORM, BASE | {"requested": 500_001}, {})[0]
    assert (problem.section_key, problem.facts["message_fr"]) == (
        "money", "Demandez au plus la moitié du coût.",
    )  # fmt: skip
    # Without a field of its own it stands beside the first question that it speaks of.
    assert found(HIRING | {"cost": 300_000, "requested": 0}, SLIPS) == [("wages", "form.check")]
    assert found(HIRING, {"payslips": ["one"]}) == [("payslips", "form.check")]
    # What is not answered fails nobody.
    assert found({**BASE, "cost": None}) == [("cost", "form.required")]


def test_a_row_begun_is_a_row_to_finish():
    rows = [{"post": "a", "wage": 1}, {"post": "b"}]
    problem = problems(FORM, HIRING | {"posts": rows}, SLIPS)[0]
    assert (problem.code, problem.facts["row"], problem.facts["cell"]) == (
        "form.required",
        2,
        "wage",
    )
    form = deepcopy(DOCUMENT)
    form["sections"][1]["fields"][0]["limits"]["min"] = 3
    assert found(HIRING, SLIPS, FormDocument.parse(form)) == [("posts", "form.too_few_rows")]


def test_sections_say_where_they_stand():
    project, staff, money = FORM.sections
    assert progress(FORM, project, BASE, {}) is Progress.COMPLETE
    assert progress(FORM, project, BASE | {"hires": True}, {}) is Progress.IN_PROGRESS
    assert progress(FORM, staff, HIRING, {}) is Progress.IN_PROGRESS
    assert progress(FORM, staff, HIRING, SLIPS) is Progress.COMPLETE
    assert progress(FORM, money, BASE | {"requested": 900_000}, {}) is Progress.IN_PROGRESS
    assert look(FORM, BASE).shows_section(staff) is False
    assert look(FORM, HIRING).shows_section(staff) is True


def test_the_software_understands_computed_and_hidden_answers():
    form = deepcopy(DOCUMENT)
    amount = form["sections"][2]["fields"]
    amount[0] = a_field("asked", "money", role="requested", computed="0.3 * cost", show_if="hires")
    amount[2]["computed"] = "100 * asked / cost"
    form["checks"] = []
    form = FormDocument.parse(form)
    assert headline(form, HIRING).requested == 300_000
    assert headline(form, BASE).requested is None


def test_facts_of_the_applicant_show_questions():
    form = deepcopy(DOCUMENT)
    form["sections"][0]["fields"][3]["show_if"] = "applicant.is_association"
    form = FormDocument.parse(form)
    jobs = form.field("jobs")
    assert look(form, {}, applicant={"applicant.is_association": True}).shows(jobs)
    assert not look(form, {}, applicant={"applicant.is_association": False}).shows(jobs)
    assert not look(form, {}).shows(jobs)


def test_each_year_of_a_budget_balances():
    section = {"key": "s", "title_fr": "S", "title_en": "S",
               "fields": [a_field("plan", "budget", limits={"years": 2})]}  # fmt: skip
    form = FormDocument.parse({"sections": [section]})

    def plan(*amounts: list[int]) -> dict[str, object]:
        charges, products = (
            [{"account": account, "label": "", "amount": sum(years), "amounts": years}]
            for account, years in zip(("60", "70"), amounts, strict=True)
        )
        return {"plan": {"charges": charges, "products": products}}

    assert found(plan([100, 50], [100, 50]), form=form) == []
    problem = problems(form, plan([100, 50], [50, 100]), {})[0]
    assert (problem.code, problem.facts["year"], problem.facts["gap"]) == (
        "form.budget_unbalanced", 1, 50,
    )  # fmt: skip


def changed(path: str, value: object) -> dict[str, object]:
    """DOCUMENT with one thing written otherwise: « sections.0.fields.1.show_if »."""
    document = deepcopy(DOCUMENT)
    here: object = document
    *way, last = path.split(".")
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here[step]
    here[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("sections.0.fields.3.show_if", "hired", "fields[3].show_if: hired is not known here"),
        ("sections.0.fields.3.show_if", "hires ** 2", "fields[3].show_if: « '*' » has no place"),
        ("sections.0.fields.3.show_if", "requested", "a number, where a yes_no is expected"),
        ("sections.0.fields.4.show_if", 'track == "x"', "x is not an option of track"),
        ("sections.0.fields.3.show_if", "jobs > 1", "turns in a circle: jobs → jobs"),
        ("sections.0.fields.2.show_if", "jobs > 1", "turns in a circle: hires → jobs → hires"),
        ("sections.1.show_if", "count(posts) > 0", "turns in a circle: posts → posts"),
        ("sections.0.fields.3.show_if", "count(payslips) > 0", "only checks may count documents"),
        ("sections.2.fields.2.computed", "title", "a text, where a number is expected"),
        ("sections.2.fields.2.computed", "share + 1", "turns in a circle: share → share"),
        ("sections.0.fields.0.computed", "1", "a field of type short_text is not computed"),
        ("sections.0.fields.0.show_iff", "hires", "show_iff: is not a known key here"),
        ("sections.0.fields.0.vault_kind", "statutes", "only a field of type file"),
        ("sections.1.fields.2.vault_kind", "passport", "vault_kind: must be one of statutes"),
        ("sections.0.fields.0.reconfirm", True, "only what is carried over"),
        ("sections.0.fields.0.carry_over", "yes", "carry_over: must be true or false"),
        ("sections.1.fields.0.limits.columns.1.type", "file", "cannot be repeated"),
        ("sections.1.fields.0.limits.columns.0.total", True, "only numbers and amounts"),
        ("sections.1.fields.0.limits.columns.0.key", "wage", "the key wage is used twice"),
        ("sections.1.fields.0.limits.columns", [], "must have at least 1 entry"),
        ("sections.1.fields.0.limits.max", 500, "must be at most 200 rows"),
        ("sections.1.fields.0.key", "applicant", "is the applicant's own name"),
        ("checks.0.rule", "requested <", "checks[0].rule: does not read"),
        ("checks.0.key", "wages", "checks: the key wages is used twice"),
        ("checks.0.field", "nothing", "checks[0].field: nothing is not a field of the form"),
        ("checks.0.message_fr", "", "checks[0].message_fr: must be a text"),
        ("checks.0.extra", 1, "checks[0].extra: is not a known key here"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_where_it_is_written(path, value, error):
    with pytest.raises(Malformed) as caught:
        FormDocument.parse(changed(path, value))
    assert any(error in one for one in caught.value.errors), caught.value.errors


def test_years_of_a_budget_are_few():
    section = {"key": "s", "title_fr": "S", "title_en": "S",
               "fields": [a_field("plan", "budget", limits={"years": 4})]}  # fmt: skip
    with pytest.raises(Malformed, match="years: must be at most 3"):
        FormDocument.parse({"sections": [section]})


def test_a_bank_account_is_personal_and_nobody_elses():
    section = {"key": "s", "title_fr": "S", "title_en": "S", "fields": [a_field("rib", "iban")]}
    field = FormDocument.parse({"sections": [section]}).field("rib")
    assert field.personal
    assert field.visible_to == {Reading.APPLICANT, Reading.OFFICER}
    section["fields"][0]["visible_to"] = ["juror"]
    with pytest.raises(Malformed, match="never shown to juror"):
        FormDocument.parse({"sections": [section]})


def test_jurors_who_do_not_know_who_applies_read_nothing_personal():
    fields = [
        a_field("a", "short_text"),
        a_field("b", "short_text", personal=True),
        a_field("c", "short_text", visible_to=["juror"]),
        a_field("d", "short_text", visible_to=["blind_juror"]),
        a_field("e", "short_text", visible_to=["public"]),
    ]
    section = {"key": "s", "title_fr": "S", "title_en": "S", "fields": fields}
    form = FormDocument.parse({"sections": [section]})
    blind = [one.key for one in form.fields() if Reading.BLIND_JUROR in one.visible_to]
    assert blind == ["a", "d", "e"]


def test_new_keys_left_out_change_no_hash():
    old = {"sections": [deepcopy(DOCUMENT["sections"][0])]}
    for field in old["sections"][0]["fields"]:
        field.pop("show_if", None)
    kept = deepcopy(old)
    FormDocument.parse(old)
    assert old == kept
    assert document_hash(old) == document_hash(kept)
