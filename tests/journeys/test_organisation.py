"""The organisation's space: from the register to the hand-over, seen, by keyboard, without scripts.

Ada has never been here. She finds her association by its name, completes it from what its home
says is missing, begins an application with a document of the vault, invites Zoé, and leaves.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from build import pages, vault
from build.calls import a_call, a_form
from build.clock import NOW, TestClock
from build.people import PASSWORD, a_person
from build.register import SIRET, Played, a_register
from grants.app import create_app
from grants.applications.models import ApplicationFile
from grants.db import Database
from grants.files.models import StoredFile
from grants.kernel.clock import paris_date
from grants.people.links import token_for
from grants.people.models import OneTimeLink, Organisation, Purpose
from grants.people.services import start_sign_in
from journeys.eyes import WIDE, Eyes
from journeys.keyboard import Hands
from journeys.visitor import Visitor

COOKIE = "laureat-entree"
ENDS = paris_date(NOW + timedelta(days=20))
ZOE = "zoe.lenoir@example.org"


@dataclass
class Place:
    """A site of the test's own: its browser, what was seen, what the register was asked."""

    address: str
    secret: str
    database: Database
    clock: TestClock
    chromium: Browser
    register: Played
    ada_id: UUID
    eyes: Eyes

    def visitor(self, *, scripts: bool = True) -> Visitor:
        """A browser of someone's own."""
        twin = None if scripts else self._context(scripts=True)
        return Visitor(self._context(scripts=scripts), self.eyes, twin=twin)

    def _context(self, *, scripts: bool) -> Any:
        context = self.chromium.new_context(
            base_url=self.address,
            viewport=WIDE,
            locale="fr-FR",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(30_000)
        self.eyes.watch(context, self.address)
        return context

    def ada(self) -> Visitor:
        """Ada, signed in."""
        visitor = self.visitor()
        with self.database.transaction() as session:
            token = start_sign_in(session, self.ada_id, user_agent="x", now=self.clock.now())
        cookie = {"name": COOKIE, "value": token, "url": self.address, "httpOnly": True}
        visitor.context.add_cookies([cookie])
        return visitor

    def one(self, statement: Any) -> Any:
        """The one row that a statement finds."""
        with self.database.reading() as session:
            return session.scalars(statement).one()


@pytest.fixture
def place(fresh_database, test_settings, clock, chromium) -> Iterator[Place]:
    with fresh_database.transaction() as session:
        ada = a_person(session, name="Ada Marchal")
        a_call(session, slug="potagers", document=a_form(files_required=True))
        ada_id = ada.id
    with a_register() as register:
        settings = replace(test_settings, csrf=True, register_url=register.url, register_seconds=20)
        server = make_server(
            "127.0.0.1", 0, create_app(settings, fresh_database, clock), threaded=True
        )
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        here = f"http://127.0.0.1:{server.server_port}"
        known = (here, settings.secret_key, fresh_database, clock, chromium, register)
        yield Place(*known, ada_id, Eyes())
        for context in chromium.contexts:
            context.close()
        server.shutdown()
        thread.join()


def test_an_organisation_from_the_register_to_the_hand_over(place, tmp_path):
    ada = place.ada()
    home = found_in_the_register(place, ada)
    completed(ada, home)
    kept_in_the_vault(ada, home, tmp_path)
    declared(ada, home)
    draft = taken_from_the_vault(place, ada)
    zoe = joined(place, ada, home)
    handed_over(ada, home)
    taken_up(place, zoe, home, draft)
    assert place.eyes.faults == []


def found_in_the_register(place: Place, ada: Visitor) -> str:
    """By keyboard alone, from the menu to the organisation's home: its address."""
    ada.goto("/dossiers").page.set_viewport_size(WIDE)
    hands = Hands(ada)
    hands.enter('.areas a[href="/compte/structures"]')
    hands.enter('main a[href^="/compte/structures/nouvelle"]')
    hands.enter('main a[href^="/compte/structures/annuaire"]')
    hands.reach('[name="nom"]').type("jardins").reach('[name="code_postal"]').type("63000")
    hands.enter('form[action="/compte/structures/annuaire/recherche"] button')
    ada.says("1 structure trouvée", "LES JARDINS DE LA BRUNE", "732 829 320 00074")
    hands.walk()
    hands.enter('table button[type="submit"]')
    assert [one["q"] for one in place.register.asked] == ["jardins", "jardins", SIRET]
    ada.says("12 rue des Lilas", "14 octobre 2016")
    hands.reach('[name="fields"][value="name"]')
    ada.page.keyboard.press("Space")  # the register shouts the name: it is written by hand
    hands.enter('form[method="get"] button[type="submit"]')
    expect(ada.page.locator("[name=street]")).to_have_value("12 rue des Lilas")
    expect(ada.page.locator("[name=name]")).to_have_value("")
    hands.reach('[name="name"]').type("Les Jardins de la Brune")
    hands.enter('main form[method="post"] button[type="submit"]')
    ada.says("Ce qui manque", "732 829 320 00074", "Association déclarée", "14 octobre 2016")
    kept = place.one(select(Organisation))
    assert (kept.siret, kept.rna, kept.commune_code) == (SIRET, "W632001234", "63113")
    return ada.path


def completed(ada: Visitor, home: str) -> None:
    """Each line of what is missing leads to its page, and goes away."""
    ada.follow("Quartier prioritaire du lieu où vous agissez")
    ada.fill({"seat_qpv": "yes", "seat_qpv_code": "QN06302I"}).tick("Nous agissons ailleurs")
    ada.fill({"place_street": "3 quai des Saules", "place_postcode": "63300"})
    ada.fill({"place_city": "Thiers", "place_commune_code": "63430", "place_qpv": "no"})
    ada.press("Enregistrer")
    ada.says("En quartier prioritaire QN06302I (déclaré par la structure)", "3 quai des Saules")
    ada.follow("Nombre de salariés").fill(
        {"employees": "3", "esus": "y", "esus_until": "01/01/2000"}
    )
    ada.press("Enregistrer").says("3 salariés", "ESUS, terminé")
    missing = ada.page.locator("section[aria-labelledby=missing]")
    expect(missing).not_to_contain_text("Nombre de salariés")
    expect(missing).to_contain_text("Statuts")


def kept_in_the_vault(ada: Visitor, home: str, directory: Path) -> None:
    """Statutes that end soon, said so, then replaced; both versions stay readable."""
    ada.follow("Statuts")
    assert ada.path == f"{home}/documents"
    ada.press("Conserver ce document", status=422)
    first, second = directory / "statuts-2016.pdf", directory / "statuts-2018.pdf"
    first.write_bytes(vault.PDF)
    second.write_bytes(pages.PDF)
    ada.fill({"kind": "statutes", "valid_until": f"{ENDS:%d/%m/%Y}", "file": first})
    ada.press("Conserver ce document").says("statuts-2016.pdf", "Se termine bientôt")
    ada.goto(home).says("Se termine dans 20 jours")
    ada.goto(f"{home}/documents").follow("Remplacer").fill({"file": second})
    ada.press("Conserver cette version").says("statuts-2018.pdf", "1 ancienne version")
    ada.page.locator("details.panel summary").click()
    assert ada.download("statuts-2016.pdf").suggested_filename == "statuts-2016.pdf"
    ada.says("remplacé le", "Ada Marchal")


def declared(ada: Visitor, home: str) -> None:
    """Taxes, the contract of associations, and an aid with the margin that it leaves."""
    ada.goto(home).follow("À jour des impôts")
    assert ada.path == f"{home}/declarations"
    ada.open_first("li:has-text('engagement républicain') form button")
    ada.says("par Ada Marchal")
    ada.fill({"funder_name": "Région de Valbrune", "amount": "beaucoup", "regime": "de_minimis"})
    ada.press("Ajouter à la liste", status=422)
    assert ada.page.locator("[name=funder_name]").input_value() == "Région de Valbrune"
    granted = paris_date(NOW - timedelta(days=90))
    ada.fill({"amount": "12 500,50 €", "granted_on": f"{granted:%d/%m/%Y}"})
    ada.press("Ajouter à la liste").says("12 500,50 €", "il reste 287 499,50 €")
    ada.goto(home)
    missing = ada.page.locator("section[aria-labelledby=missing]")
    expect(missing).not_to_contain_text("engagement républicain")


def taken_from_the_vault(place: Place, ada: Visitor) -> str:
    """A draft whose document comes from the vault, the version in force: its address."""
    ada.goto("/appels/potagers").follow("Déposer un dossier")
    organisation = place.one(select(Organisation.id))
    ada.fill({"organisation": str(organisation)}).press("Commencer mon dossier")
    draft = f"/dossiers/{ada.identifier}"
    ada.goto(f"{draft}/rubriques/documents")
    ada.page.locator("summary", has_text="Prendre dans mes documents").click()
    ada.says("statuts-2018.pdf")
    ada.open_first("button[name=take]")
    expect(ada.page.locator(".documents__name", has_text="statuts-2018.pdf").first).to_be_visible()
    assert taken(place) == "statuts-2018.pdf"
    return draft


def taken(place: Place) -> str:
    """The name of the document in the draft."""
    statement = select(StoredFile.name).join(
        ApplicationFile, ApplicationFile.stored_file_id == StoredFile.id
    )
    return str(place.one(statement))


def joined(place: Place, ada: Visitor, home: str) -> Visitor:
    """Zoé is invited, opens her account without a script, and sees what an editor may."""
    ada.goto(f"{home}/membres").says("Vous êtes la seule personne à représenter la structure")
    ada.fill({"email": ZOE, "role": "editor"}).press("Envoyer l’invitation")
    ada.says(ZOE, "Invitation envoyée")
    link = place.one(select(OneTimeLink.id).where(OneTimeLink.purpose == Purpose.INVITATION))
    zoe = place.visitor(scripts=False)
    zoe.goto(f"/compte/invitation/{token_for(place.secret, link)}")
    zoe.says("Les Jardins de la Brune", ZOE)
    zoe.fill({"name": "Zoé Lenoir", "password": PASSWORD}).press("Ouvrir mon compte et accepter")
    zoe.goto(f"{home}/documents").says("statuts-2018.pdf")
    zoe.goto(f"{home}/membres/relais", status=403)
    return zoe


def handed_over(ada: Visitor, home: str) -> None:
    """Ada gives her place to Zoé and leaves; the organisation is no longer hers to see."""
    ada.goto(f"{home}/membres").follow("Passer le relais")
    ada.page.get_by_label("Zoé Lenoir").check()
    ada.tick("Je quitte la structure").press("Passer le relais")
    ada.goto(home, status=404)


def taken_up(place: Place, zoe: Visitor, home: str, draft: str) -> None:
    """Zoé, still without scripts, represents it: the draft stays, with the document it took."""
    zoe.goto(home).says("Commencé par une personne qui est partie", "Ada Marchal")
    zoe.goto(f"{home}/documents").follow("Remplacer")
    third = {"name": "statuts-2019.pdf", "mimeType": "application/pdf", "buffer": pages.PDF}
    zoe.fill({"file": third}).press("Conserver cette version").says("2 anciennes versions")
    assert taken(place) == "statuts-2018.pdf"
    zoe.goto(f"{home}/declarations").open_first(".sheet-card form button").says("par Zoé Lenoir")
    zoe.goto(f"{draft}/rubriques/documents").says("statuts-2018.pdf")
