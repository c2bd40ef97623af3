"""Nothing typed is lost: sessions that end, networks that are cut, two people at one page."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from conftest import clone, settings_below
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import create_engine, delete, select
from werkzeug.serving import make_server

from build.applications import an_application
from build.clock import NOW, TestClock
from build.pages import PDF
from build.people import a_member, a_person
from grants.app import create_app
from grants.applications.filling import Deposit
from grants.applications.models import Application, ApplicationFile
from grants.db import Database
from grants.kernel.access import OrganisationRole
from grants.people.models import Organisation, Person, SignIn
from grants.people.services import start_sign_in
from journeys.eyes import AXE, TAGS

SIGN_IN = re.compile(r"/compte/entrer\?next=")
STATUS = "[data-autosave-status]"
HELD = "() => Object.keys(localStorage).filter((name) => name.startsWith('laureat:')).length"


@dataclass
class House:
    """A site of the test's own with one complete draft, and two people who may fill it in."""

    address: str
    database: Database
    clock: TestClock
    draft: str
    people: dict[str, Any]
    chromium: Any

    def at(self, *parts: str) -> str:
        return "/".join([self.address, "dossiers", self.draft, *parts])

    def enter(self, who: str, context: BrowserContext | None = None, **options: Any) -> Page:
        """A page of whoever, signed in."""
        context = context or self.chromium.new_context(locale="fr-FR", **options)
        with self.database.transaction() as session:
            token = start_sign_in(session, self.people[who], user_agent="x", now=self.clock.now())
        cookie = {"name": "laureat-entree", "value": token, "url": self.address, "httpOnly": True}
        context.add_cookies([cookie])
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    def expire(self) -> None:
        """Everybody is signed out, without knowing it."""
        with self.database.transaction() as session:
            session.execute(delete(SignIn))

    def answers(self) -> dict[str, Any]:
        with self.database.reading() as session:
            return session.get_one(Application, UUID(self.draft)).answers


@pytest.fixture(scope="module")
def site(server_url, template_url, tmp_path_factory) -> Iterator[tuple[str, Database, TestClock]]:
    """One site for all of these journeys: its address, its database, its time."""
    clock = TestClock(NOW)
    settings = replace(settings_below(tmp_path_factory.mktemp("filling")), csrf=True)
    with clone(server_url, "filling") as url:
        engine = create_engine(url, pool_size=8, max_overflow=64)
        database = Database(engine)
        app: Flask = create_app(settings, database, clock)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", database, clock
        server.shutdown()
        thread.join()
        engine.dispose()


@pytest.fixture
def house(site, chromium) -> Iterator[House]:
    """A draft of the test's own, and its two people."""
    address, database, clock = site
    clock.instant = NOW
    with database.transaction() as session:
        draft = an_application(session)
        colleague = a_person(session, name="Zoé Lenoir")
        organisation = session.get_one(Organisation, draft.organisation_id)
        a_member(session, organisation, OrganisationRole.EDITOR, person=colleague)
        people = {"ada": draft.author_id, "zoe": colleague.id}
        identifier = str(draft.id)
    yield House(address, database, clock, identifier, people, chromium)
    for context in chromium.contexts:
        context.close()


def test_a_session_that_ends_mid_sentence_loses_nothing(house):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "project"))
    page.locator("#q_title").fill("")
    page.locator("#q_title").press_sequentially("Une phrase ")
    house.expire()
    page.locator("#q_title").press_sequentially("coupée au milieu")
    page.locator("#q_title").blur()
    expect(page.locator(STATUS)).to_contain_text("Non enregistré")
    expect(page.locator(STATUS)).to_contain_text("votre texte est gardé dans ce navigateur")
    assert house.answers()["title"] != "Une phrase coupée au milieu"
    assert page.evaluate(HELD) == 1
    # The very tab goes to sign in, and comes back to the page.
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Se reconnecter").click()
    page.wait_for_url(SIGN_IN)
    assert f"/dossiers/{house.draft}/rubriques/project" in unquote(page.url)
    again = house.enter("ada", page.context)
    again.goto(house.at("rubriques", "project"))
    expect(again.locator("#q_title")).to_have_value("Une phrase coupée au milieu")
    expect(again.locator(STATUS)).to_contain_text("Brouillon enregistré à")
    assert house.answers()["title"] == "Une phrase coupée au milieu"
    assert again.evaluate(HELD) == 0


def test_pressing_save_after_the_session_ended_comes_back_with_the_text(house):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "project"))
    page.fill("#q_title", "Pas perdu")
    house.expire()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url(SIGN_IN)
    assert unquote(page.url).endswith(f"next=/dossiers/{house.draft}/rubriques/project")
    again = house.enter("ada", page.context)
    again.goto(house.at("rubriques", "project"))
    expect(again.locator("#q_title")).to_have_value("Pas perdu")
    expect(again.locator(STATUS)).to_contain_text("Brouillon enregistré à")


def test_a_cut_network_is_told_and_the_text_goes_when_it_is_back(house):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "project"))
    page.context.set_offline(True)
    page.fill("#q_title", "Tapé dans le tunnel")
    page.locator("#q_title").blur()
    expect(page.locator(STATUS)).to_contain_text("Non enregistré")
    page.context.set_offline(False)
    expect(page.locator(STATUS)).to_contain_text("Brouillon enregistré à")
    assert house.answers()["title"] == "Tapé dans le tunnel"


def test_a_browser_that_dies_gives_the_text_back(house):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "project"))
    page.context.set_offline(True)
    page.fill("#q_title", "Avant la panne")
    wait_for(lambda: page.evaluate(HELD) == 1)
    page.close(run_before_unload=False)
    page.context.set_offline(False)
    again = house.enter("ada", page.context)
    again.goto(house.at("rubriques", "project"))
    expect(again.locator("#q_title")).to_have_value("Avant la panne")
    # Sent by the new page, or by the old one in its last breath: kept either way.
    wait_for(lambda: house.answers().get("title") == "Avant la panne")


def test_signing_out_leaves_nothing_in_the_browser(house):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "project"))
    page.route("**/rubriques/**", lambda route: route.abort("failed"))
    page.fill("#q_title", "Secret")
    wait_for(lambda: page.evaluate(HELD) == 1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator(".account summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_load_state()
    assert page.evaluate(HELD) == 0


def test_what_was_sent_by_hand_is_not_offered_again(house):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "project"))
    page.fill("#q_title", "Envoyé")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.wait_for_url("**/rubriques/money")
    colleague = house.enter("zoe")
    colleague.goto(house.at("rubriques", "project"))
    colleague.fill("#q_title", "De Zoé")
    colleague.get_by_role("button", name="Enregistrer et continuer").click()
    colleague.wait_for_url("**/rubriques/money")
    page.goto(house.at("rubriques", "project"))
    expect(page.locator("#q_title")).to_have_value("De Zoé")
    assert page.evaluate(HELD) == 0


def test_two_people_see_each_other_and_neither_overwrites_in_silence(house):
    mine, hers = house.enter("ada"), house.enter("zoe")
    mine.goto(house.at("rubriques", "project"))
    hers.goto(house.at("rubriques", "project"))
    expect(hers.locator("[data-presence-status]")).not_to_be_empty()
    hers.fill("#q_title", "De Zoé")
    hers.locator("#q_title").blur()
    expect(hers.locator(STATUS)).to_contain_text("Brouillon enregistré à")
    mine.fill("#q_title", "De moi")
    mine.locator("#q_title").blur()
    expect(mine.locator(STATUS)).to_contain_text("Zoé Lenoir")
    expect(mine.locator(STATUS)).to_contain_text("comparer les deux versions")
    assert house.answers()["title"] == "De Zoé"
    mine.get_by_role("button", name="Enregistrer et continuer").click()
    expect(mine.locator("#q_title")).to_have_value("De moi")
    mine.locator("[name=keep_title][value=theirs]").check()
    seen(mine)
    mine.get_by_role("button", name="Enregistrer et continuer").click()
    mine.wait_for_url("**/rubriques/money")
    assert house.answers()["title"] == "De Zoé"


def test_several_documents_arrive_though_the_network_is_cut(house, tmp_path):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "documents"))
    names = []
    for name in ("un.pdf", "deux.pdf"):
        file = tmp_path / name
        head, end, tail = PDF.partition(b"%%EOF")
        file.write_bytes(head + b"%" + name.encode() + b"0" * 1_400_000 + b"\n" + end + tail)
        names.append(file)
    cuts = []

    def cut_once(route) -> None:
        if "at=0" not in route.request.url and len(cuts) < 2:
            cuts.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/envois/*", cut_once)
    page.set_input_files("#q_photos", names)
    going = page.locator("[data-upload-list] li").filter(has_text="le réseau est coupé")
    expect(going.locator("progress").first).to_be_visible()
    for file in names:
        link = page.locator("#deposit-photos .documents__name").filter(has_text=file.name)
        expect(link).to_be_visible(timeout=30_000)
    assert len(cuts) == 2
    with house.database.reading() as session:
        kept = session.scalars(
            select(ApplicationFile).where(
                ApplicationFile.application_id == UUID(house.draft),
                ApplicationFile.field_key == "photos",
            )
        )
        assert len(kept.all()) == 2
    seen(page)


def test_a_button_pressed_at_once_waits_for_the_documents_on_their_way(house, tmp_path):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "documents"))
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(PDF)

    def slowly(route) -> None:
        time.sleep(0.5)
        route.continue_()

    page.route("**/envois*", slowly)
    page.set_input_files("#q_photos", plan)
    with page.expect_navigation():
        page.get_by_role("button", name="Enregistrer et continuer").click()
    page.goto(house.at("rubriques", "documents"))
    expect(page.locator("#deposit-photos .documents__name")).to_have_text(["plan.pdf"])


def test_an_answer_lost_at_the_very_end_says_received_only_of_what_was_kept(house, tmp_path):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "documents"))
    good, false = tmp_path / "plan.pdf", tmp_path / "faux.pdf"
    good.write_bytes(PDF)
    false.write_bytes(b"PK\x03\x04 ceci n'est pas un PDF")

    def lose(route) -> None:
        if "at=" in route.request.url:
            route.fetch()  # the server has it, and its answer goes nowhere
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/envois/*", lose)
    page.set_input_files("#q_photos", good)
    expect(page.locator("[data-upload-list]").filter(has_text="plan.pdf : reçu")).to_be_visible()
    page.set_input_files("#q_photos", false)
    told = page.locator("#deposit-photos .field__error")
    expect(told).to_contain_text("n’est pas dans votre liste")
    expect(page.locator("#deposit-photos .documents__name")).to_have_text(["plan.pdf"])


def test_a_refused_document_says_why_beside_its_field(house, tmp_path):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "documents"))
    false = tmp_path / "faux.pdf"
    false.write_bytes(b"PK\x03\x04 ceci n'est pas un PDF")
    page.set_input_files("#q_photos", false)
    expect(page.locator("#deposit-photos .field__error")).to_contain_text("faux.pdf")


def test_whoever_is_signed_out_is_told_that_a_document_did_not_leave(house, tmp_path):
    page = house.enter("ada")
    page.goto(house.at("rubriques", "documents"))
    file = tmp_path / "plan.pdf"
    file.write_bytes(PDF)
    house.expire()
    page.set_input_files("#q_photos", file)
    told = page.locator("#deposit-photos .field__error")
    expect(told).to_contain_text("plan.pdf\u202f: vous n’êtes plus connecté.")


def test_the_countdown_follows_the_server_s_clock(house):
    house.clock.forward(minutes=30)  # this machine lives years later
    page = house.enter("ada")
    page.goto(house.at())
    expect(page.locator("[data-countdown]")).to_have_text(
        "Il vous reste 29 jours et 23 heures pour déposer"
    )


@pytest.mark.parametrize("scripts", [True, False])
def test_the_whole_way_with_the_keyboard_or_without_scripts(house, scripts):
    page = house.enter("ada", java_script_enabled=scripts)
    press = (lambda target: (target.focus(), page.keyboard.press("Enter"))) if scripts else None

    def go(name: str, role: str = "link") -> None:
        target = page.get_by_role(role, name=name, exact=True).first
        press(target) if press else target.click()
        page.wait_for_load_state()

    page.goto(house.at())
    go("Votre projet")
    page.fill("#q_title", "À la main")
    go("Enregistrer et continuer", "button")
    page.wait_for_url("**/rubriques/money")
    page.goto(house.at("verification"))
    go("Certifier et déposer")
    page.wait_for_url("**/depot")
    seen(page) if scripts else None
    page.fill("#quality", "Présidente")
    for box in ("#certified", "#committed"):
        page.locator(box).focus()
        page.keyboard.press("Space")
    go("Déposer mon dossier", "button")
    page.wait_for_url("**/recepisse")
    seen(page) if scripts else None
    with house.database.reading() as session:
        mine = Deposit.application_id == UUID(house.draft)
        code = session.scalars(select(Deposit.code).where(mine)).one()
        author = session.get_one(Person, house.people["ada"])
        assert author.name in page.locator("main").inner_text()
    expect(page.locator("main")).to_contain_text(code)
    page.get_by_role("link", name=f"/recepisse/{code}").click()
    expect(page.locator("main")).to_contain_text("Ce récépissé est authentique.")
    seen(page) if scripts else None


def wait_for(truth: Callable[[], bool]) -> None:
    """Until it holds, thirty seconds at most."""
    give_up = time.monotonic() + 30
    while not truth():
        assert time.monotonic() < give_up, "it never came true"
        time.sleep(0.05)


def seen(page: Page) -> None:
    """axe finds nothing, at both widths, and nothing is too wide."""
    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(AXE)
        found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
