"""The look and the comfort: every component, read by axe, and what scripts add to it."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import expect
from werkzeug.serving import make_server

from journeys.eyes import AXE, TAGS

SAVED = "Enregistré à 14 h 32"


@pytest.fixture
def address(app):
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def status(page):
    """The line that tells the truth about saving."""
    return page.locator("[data-autosave-status]")


def answering(page, status: int, words: str) -> None:
    """Answer every background saving thus."""
    page.route(
        "**/dev/kit",
        lambda route: (
            route.fulfill(status=status, json={"message": words})
            if route.request.headers.get("x-requested-with") == "autosave"
            else route.continue_()
        ),
    )


def is_alarming(line) -> bool:
    """What a browser complains of, save the very 404 that the test asked for."""
    return line.type in {"error", "warning"} and "404" not in line.text


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("path", ["/dev/kit", "/dev/kit?errors=1", "/nulle-part", "/accessibilite"])
def test_nothing_stops_a_reader_at_any_width(page, address, path, width):
    said = []
    page.on("console", lambda line: said.append(line.text) if is_alarming(line) else None)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(AXE)
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert said == []


def test_the_error_summary_is_read_first_and_leads_to_the_fields(page, address):
    page.goto(address + "/dev/kit?errors=1")
    assert page.title().startswith("Erreur")
    expect(page.locator("#error-summary")).to_be_focused()
    page.locator("#error-summary a[href='#title']").click()
    expect(page.locator("#title")).to_be_focused()
    page.locator("#error-summary a[href='#track-0']").click()
    expect(page.locator("#track-0")).to_be_focused()


def test_a_draft_says_when_the_server_saved_it(page, address):
    answering(page, 200, SAVED)
    page.goto(address + "/dev/kit")
    page.fill("#title", "Une épicerie")
    expect(status(page)).to_have_text("Modifications pas encore enregistrées")
    page.locator("#title").blur()
    expect(status(page)).to_have_text(SAVED)


def test_a_draft_is_saved_ten_seconds_after_one_stops_typing(page, address):
    answering(page, 200, SAVED)
    sent = []
    page.on("request", lambda one: sent.append(one) if one.method == "POST" else None)
    page.clock.install()
    page.goto(address + "/dev/kit")
    page.locator("#title").press_sequentially("Une épice")
    page.clock.run_for(9_500)
    page.locator("#title").press_sequentially("rie")  # one had not stopped
    page.clock.run_for(9_500)
    expect(status(page)).to_have_text("Modifications pas encore enregistrées")
    assert sent == []
    page.clock.run_for(600)
    expect(status(page)).to_have_text(SAVED)
    assert ["Une épicerie" in one.post_data for one in sent] == [True]


def test_a_refused_saving_is_told_and_loses_nothing(page, address):
    answering(page, 409, "l’appel est clos.")
    page.goto(address + "/dev/kit")
    page.fill("#title", "Une épicerie")
    page.locator("#title").blur()
    expect(status(page)).to_contain_text("Non enregistré")
    expect(status(page)).to_contain_text("l’appel est clos.")
    expect(page.locator("#title")).to_have_value("Une épicerie")


def test_a_lost_session_is_told_as_such(page, address):
    page.route(
        "**/dev/kit",
        lambda route: (
            route.fulfill(status=303, headers={"Location": "/compte/entrer"})
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    page.goto(address + "/dev/kit")
    page.fill("#title", "Une épicerie")
    page.locator("#title").blur()
    expect(status(page)).to_contain_text("vous n’êtes plus connecté")


def abort_posts(route) -> None:
    """A server that still shows pages and takes nothing."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_a_dead_server_is_told_then_tried_again(page, address):
    page.route("**/dev/kit", abort_posts)
    page.goto(address + "/dev/kit")
    page.fill("#title", "Une épicerie")
    page.locator("#title").blur()
    expect(status(page)).to_contain_text("le serveur ne répond pas")
    answering(page, 200, SAVED)
    expect(status(page)).to_have_text(SAVED, timeout=12000)


def test_leaving_unsaved_text_is_asked_about(page, address):
    page.goto(address + "/dev/kit")
    page.locator("#title").press_sequentially("x")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.accept()


def test_a_grave_act_is_asked_again_in_its_place(page, address):
    sent = []
    page.route("**/dev/kit", lambda route: (sent.append(route.request.method), route.continue_()))
    page.goto(address + "/dev/kit")
    button = page.get_by_role("button", name="Retirer")
    button.click()
    expect(page.get_by_text("Retirer votre dossier ?")).to_be_visible()
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("Retirer votre dossier ?")).to_be_hidden()
    assert sent == ["GET"]
    button.click()
    button.click()
    page.wait_for_load_state()
    assert sent == ["GET", "POST"]


def test_sums_follow_what_is_typed(page, address):
    page.goto(address + "/dev/kit")
    page.fill("#budget-charges-1-amount", "300,50")
    expect(page.locator("[data-budget-sum]").first).to_have_text("1 500,50 €", use_inner_text=True)
    expect(page.locator("[data-budget-verdict]")).to_contain_text("diffèrent de 0,50")
    page.fill("#budget-charges-1-amount", "300")
    expect(page.locator("[data-budget-verdict]")).to_have_text("Charges et produits sont égaux.")


def test_the_strip_warns_in_words_as_soon_as_too_much_is_proposed(page, address):
    page.goto(address + "/dev/kit")
    line = page.locator("[data-envelope-line='e1']")
    expect(line).to_contain_text("Reste")
    page.fill("#kit-proposed", "25 000")
    expect(line).to_contain_text("Dépassement de")
    expect(line.locator("[data-strip-remaining]")).to_contain_text("2 500,00")


def test_one_box_ticks_all_and_digits_score(page, address):
    page.goto(address + "/dev/kit")
    page.locator("[data-tick-all]").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("3 cochées")
    page.locator("#score-1").focus()
    page.keyboard.press("4")
    expect(page.locator("#score-4")).to_be_checked()
