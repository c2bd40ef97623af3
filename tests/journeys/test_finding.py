"""From « is there something for me? » to an alert: read by axe, by keyboard, without scripts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from build.calls import TEXTS, a_call
from build.clock import NOW
from build.decisions import a_deliberation, a_refusal, a_scene, an_award
from build.people import a_funder
from grants.calls.models import Batch, Call, CallState
from journeys.eyes import AXE, TAGS

RULES = [
    {
        "key": "age",
        "rule": "applicant.age_months >= 12 and applicant.is_association",
        "refusal_fr": "Votre association doit exister depuis un an.",
        "refusal_en": "Your association must be a year old.",
    }
]
SECONDS = 1_000


@pytest.fixture
def address(app, session, bikes) -> Iterator[str]:
    session.flush()
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def bikes(session) -> Call:
    """A call with everything: rules, a place, a theme, a rule for its award, a past edition."""
    scene = a_scene(session, applications=6)
    lines = [an_award(scene, at) for at in range(3)] + [a_refusal(scene, at) for at in range(3, 6)]
    a_deliberation(session, scene, *lines, announced=True)
    scene.call.state, scene.call.closed_at, scene.call.slug = CallState.CLOSED, NOW, "vieux-velos"
    call = a_call(
        session,
        slug="velos",
        title_fr="Ateliers de réparation de vélos",
        funders=[a_funder(session, name="Ville de Hautecombe", key="hautecombe")],
        themes=["mobility"],
        territories=[{"code": "63113", "name": "Hautecombe"}],
        eligibility_rules=RULES,
        award_rule={**TEXTS["award_rule"], "amount_rule": "0.5 * requested", "ceiling": 2_000_000},
        previous_call_id=scene.call.id,
        closes_at=None,
    )
    cut_off = NOW + timedelta(days=30)
    session.add(Batch(call_id=call.id, label_fr="Premier lot", cut_off_at=cut_off))
    a_call(session, slug="bientot", opens_at=NOW + timedelta(days=3))
    return call


def opened(chromium: Browser, **options) -> Page:
    viewport = {"width": 1280, "height": 900}
    context = chromium.new_context(viewport=viewport, locale="fr-FR", **options)
    page = context.new_page()
    page.set_default_timeout(30 * SECONDS)
    return page


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    page = opened(chromium)
    yield page
    page.context.close()


def is_readable(page: Page) -> None:
    """Axe finds nothing and nothing is wider than the page, on a screen and on a telephone."""
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        page.evaluate(AXE)
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        seen = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
        assert seen == [], (page.url, width)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/appels",
        "/appels?q=velo&porteur=association&theme=mobility&montant=beaucoup",
        "/appels?q=licorne",
        "/appels?etat=clos",
        "/appels/velos",
        "/appels/bientot",
        "/appels/vieux-velos",
        "/appels/velos/questions",
        "/alertes?theme=mobility",
        "/alertes/courriel-envoye",
        "/alertes/confirmation/x",
    ],
)
def test_nothing_stops_a_reader_at_any_width(page, address, path):
    page.goto(address + path)
    is_readable(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_one_finds_a_call_judges_it_and_asks_to_be_told(chromium, session, address, scripts):
    page = opened(chromium, java_script_enabled=scripts)
    page.goto(address)
    page.get_by_role("link", name="Tous les appels").click()
    page.get_by_label("De quoi parle votre projet").fill("reparer velo")
    page.get_by_role("button", name="Rechercher").click()
    page.get_by_role("link", name="Ateliers de réparation de vélos").click()
    page.get_by_role("link", name="Lire et imprimer toutes les questions").click()
    expect(page.get_by_text("Le projet en quelques phrases")).to_be_visible()
    page.get_by_role("link", name="Revenir à l’appel").click()
    page.get_by_role("link", name="Est-ce pour moi").first.click()
    page.get_by_label("Une association").check()
    page.get_by_role("button", name="Voir si c’est pour moi").click()
    expect(page.get_by_text("Nous ne pouvons pas encore le dire")).to_be_visible()
    page.get_by_label("Depuis combien de mois").fill("6")
    page.get_by_role("button", name="Voir si c’est pour moi").click()
    expect(page.get_by_text("Votre association doit exister depuis un an.")).to_be_visible()
    page.get_by_label("Depuis combien de mois").fill("30")
    page.get_by_role("button", name="Voir si c’est pour moi").click()
    expect(page.get_by_text("Rien ne s’y oppose")).to_be_visible()
    if scripts:
        is_readable(page)
    page.goto(address + "/appels/velos")
    page.get_by_role("link", name="Estimer ce que je peux recevoir").click()
    page.get_by_label("Montant demandé").fill("9 000")
    page.get_by_role("button", name="Calculer").click()
    expect(page.locator(".receipt__number")).to_have_text("4 500 €", use_inner_text=True)
    if scripts:
        is_readable(page)
    page.goto(address + "/appels?theme=mobility")
    page.get_by_label("Votre adresse électronique").fill("ana")
    page.get_by_role("button", name="Prévenez-moi").click()
    expect(page.locator("#error-summary")).to_be_visible()
    if scripts:
        is_readable(page)
    page.get_by_label("Votre adresse électronique").fill("ana@example.org")
    page.get_by_role("button", name="Prévenez-moi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Regardez votre boîte aux lettres")
    page.context.close()


def test_the_list_is_searched_with_the_keyboard_alone(page, address):
    page.goto(address + "/appels")
    box = page.get_by_label("De quoi parle votre projet")
    for _ in range(20):
        page.keyboard.press("Tab")
        if box.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.type("velo")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Vous êtes")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.type("Une asso")
    box.press("Enter")
    page.wait_for_url("**porteur=association**")
    expect(page.locator(".chip")).to_have_count(2)
    page.locator(".chip").last.press("Enter")
    page.wait_for_url(lambda url: "porteur" not in url)
    expect(page.get_by_role("link", name="Ateliers de réparation de vélos")).to_be_visible()


def test_a_printed_form_leaves_room_to_write(page, address):
    page.goto(address + "/appels/velos/questions")
    assert page.locator(".ask__room:visible").count() == 0
    page.emulate_media(media="print")
    assert page.locator(".ask__room:visible").count() == 5
    assert page.locator(".masthead .tools:visible, .contents:visible").count() == 0
