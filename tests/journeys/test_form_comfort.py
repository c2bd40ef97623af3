"""What scripts add to the questions of a call: shown at once, added up, counted, one row more."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from build.whole_form import WHOLE
from grants.calls.form import FormDocument, Reading
from grants.web.answers import read_sections, section_form
from journeys.eyes import AXE, TAGS

FORM = FormDocument.parse(WHOLE)
HIRING = {
    "track": "seed", "hires": True, "jobs": 2, "title": "Ressourcerie", "requested": 500_000,
    "rib": "FR7630006000011234567890189",
    "posts": [{"post": "Valoriste", "wage": 120_050, "contract": "seed"}],
    "partners": [{"name": "La Ferme", "role": "Prêter un lieu."}],
    "plan": {
        "charges": [{"account": "60", "label": "Bois", "amount": 12_000, "amounts": [8000, 4000]}],
        "products": [{"account": "74", "label": "", "amount": 12_000, "amounts": [8000, 4000]}],
    },
}  # fmt: skip
FILL = """{% extends "base.html" %}{% from "macros/answers.html" import questions %}
{% from "macros/forms.html" import post_form, submit, error_summary %}
{% block title %}Essai{% endblock %}{% block main %}<h1>Essai</h1>{{ error_summary(form) }}
{% call post_form("/essai", form) %}{{ questions(form) }}{{ submit("Enregistrer") }}{% endcall %}
{% endblock %}"""
READ = """{% extends "base.html" %}{% from "macros/answers.html" import answers %}
{% block title %}Essai{% endblock %}
{% block main %}<h1>Essai</h1>{{ answers(sections) }}{% endblock %}"""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(chromium: Any) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.said = []
    page.on("console", lambda line: page.said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    yield page
    assert page.said == []
    context.close()


def show(page: Page, address: str, html: str) -> None:
    page.route("**/essai", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{address}/essai")


def filling(app: Flask, section: str, answers: Mapping[str, Any], *, recheck: bool = False) -> str:
    with app.test_request_context("/"):
        form = section_form(
            FORM.section(section), answers, document=FORM,
            applicant={"applicant.legal_form": "9220", "applicant.is_association": True},
        )  # fmt: skip
        if recheck:
            form.recheck()
        return render_template_string(FILL, form=form)


def test_questions_come_and_go_with_the_answers(app, page, address):
    show(page, address, filling(app, "projet", {}))
    jobs, plan = page.locator("[data-asked=jobs]"), page.locator("[data-asked=growth_plan]")
    expect(jobs).to_be_hidden()
    page.get_by_label("Oui", exact=True).check()
    expect(jobs).to_be_visible()
    page.get_by_label("Non", exact=True).check()
    expect(jobs).to_be_hidden()
    expect(plan).to_be_hidden()
    page.get_by_label("Essor", exact=True).first.check()
    expect(plan).to_be_visible()
    assert page.locator("input[name=live]").get_attribute("value") == "1"


def test_a_result_follows_what_is_typed(app, page, address):
    show(page, address, filling(app, "argent", HIRING))
    share = page.locator("[data-computed=share]")
    expect(share).to_have_text("41,7")
    page.get_by_label("Montant demandé").fill("6 000,00 €")
    expect(share).to_have_text("50")
    page.get_by_label("Montant demandé").fill("beaucoup")
    expect(share).to_have_text("Pas encore connu")


def test_rows_are_added_and_taken_away_in_the_page(app, page, address):
    show(page, address, filling(app, "emplois", HIRING))
    rows, total = page.locator("[data-row]"), page.locator("[data-row-total=wage]")
    expect(rows).to_have_count(2)
    expect(total).to_have_text("1 200,50 €")
    page.get_by_label("Salaire (ligne 2)").fill("799,50")
    expect(total).to_have_text("2 000,00 €")
    expect(page.locator("[data-computed=wages]")).to_have_text("2 000,00 €")
    page.get_by_role("button", name="Ajouter une ligne").press("Enter")
    expect(rows).to_have_count(3)
    expect(page.get_by_label("Poste (ligne 3)")).to_be_focused()
    expect(page.get_by_label("Poste (ligne 3)")).to_have_value("")
    page.get_by_label("Poste (ligne 3)").fill("Accueil")
    page.get_by_role("button", name="Ajouter une ligne").click()
    expect(rows).to_have_count(3)  # the form allows three
    rows.first.get_by_role("button").click()
    expect(rows).to_have_count(2)
    expect(total).to_have_text("799,50 €")
    names = page.locator("[data-row] input[type=text]").evaluate_all("all => all.map(o => o.name)")
    assert names == ["q_posts-0-c_post", "q_posts-0-c_wage", "q_posts-1-c_post", "q_posts-1-c_wage"]
    expect(page.get_by_label("Poste (ligne 2)")).to_have_value("Accueil")
    expect(page.locator("[data-rows-status]")).to_have_text("Ligne 1 retirée")


def test_blocks_of_a_group_are_numbered_again(app, page, address):
    show(page, address, filling(app, "argent", HIRING))
    blocks = page.locator(".rows__block")
    expect(blocks).to_have_count(1)
    for count in (2, 3):
        page.get_by_role("button", name="En ajouter un autre").click()
        expect(blocks).to_have_count(count)
    expect(blocks.nth(2).locator("legend").first).to_contain_text("n° 3")
    expect(blocks.nth(2).get_by_label("Nom")).to_have_value("")
    blocks.nth(2).get_by_label("Nom").fill("Le Local")
    blocks.nth(0).get_by_role("button", name="Retirer").click()
    expect(blocks).to_have_count(2)
    assert blocks.nth(1).get_by_label("Nom").get_attribute("name") == "q_partners-1-c_name"
    expect(blocks.nth(1).get_by_label("Nom")).to_have_value("Le Local")


def test_each_year_of_the_budget_balances_at_each_keystroke(app, page, address):
    show(page, address, filling(app, "argent", HIRING))
    verdict = page.locator("[data-budget-verdict]")
    expect(verdict).to_have_text("Charges et produits sont égaux.")
    page.locator("[name=q_plan-charges-0-amount-2]").fill("4 100")
    expect(verdict).to_contain_text("Année 2")
    expect(verdict).to_contain_text("100,00 €")
    page.locator("[name=q_plan-charges-0-amount-2]").fill("4000")
    page.locator("[name=q_plan-charges-1-account]").select_option("86")
    page.locator("[name=q_plan-charges-1-amount-1]").fill("500")
    expect(verdict).to_contain_text("86 et 87")
    sums = page.locator("[data-budget-side=charges] [data-budget-sum]")
    expect(sums.first).to_have_text("8 000,00 €")


def test_words_are_counted_as_they_are_typed(app, page, address):
    show(page, address, filling(app, "projet", {}))
    told = page.locator("#q_summary-words")
    expect(told).to_have_text("40 mots au plus")
    page.locator("#q_summary").fill("L’eau — vive : deux\u00a0mots.\n\nEt trois")
    expect(told).to_have_text("Il reste 34 mots")
    page.locator("#q_summary").fill("mot " * 42)
    expect(told).to_have_text("2 mots en trop")
    page.locator("#q_title").fill("  é" + "\u0301 ")
    expect(page.locator("#q_title-count")).to_have_text("Il reste 58 caractères")


PAGES = ["projet", "porteur", "emplois", "argent", "wrong", "read"]


@pytest.mark.parametrize(("name", "width"), [(one, px) for one in PAGES for px in (1280, 375)])
def test_nothing_stops_a_reader(app, page, address, name, width):
    page.set_viewport_size({"width": width, "height": 800})
    if name == "read":
        with app.test_request_context("/"):
            sections = read_sections(FORM, HIRING, {}, Reading.OFFICER)
            html = render_template_string(READ, sections=sections)
    elif name == "wrong":
        rows = [{"post": "A", "wage": "cher"}]
        html = filling(app, "emplois", HIRING | {"posts": rows}, recheck=True)
    else:
        html = filling(app, name, HIRING)
    show(page, address, html)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
