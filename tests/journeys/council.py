"""A council's way: the workbench, an agenda and its files, the room, votes, the act's formalities.

Each visitor's words and numbers are those that stand on the screen.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from playwright.sync_api import Locator, expect

from grants.web.maildir import Maildir
from journeys.stage import PATIENCE_SECONDS, Stage
from journeys.visitor import Visitor, Wrong

SEATS = "/instruction/seances"
CODE = re.compile(r"\b\d{6}\b")


# --- the workbench --------------------------------------------------------------------------


def begin(officer: Visitor, call_id: UUID, name: str, *, like: str = "") -> str:
    """A scenario of that name, after the ranking or after another one; its address."""
    officer.goto(f"/instruction/appels/{call_id}").follow("Scénarios", within=".subnav")
    officer.fill({"name": name})
    if like:
        officer.choose("copy_of", like)
    return officer.press("Commencer ce scénario").says("Provisoire").path


def box(officer: Visitor, application_id: UUID, name: str) -> Locator:
    """One box of one line of the table."""
    return officer.page.locator(f'[form="l-{application_id}"][name="{name}"]')


def type_in(officer: Visitor, application_id: UUID, name: str, value: str) -> None:
    """Type into a box and leave it: the line saves itself."""
    one = box(officer, application_id, name)
    one.fill(value)
    one.press("Tab")
    saved(officer)


def refuse(officer: Visitor, application_id: UUID, reason: str) -> None:
    """Choose « Refus »: its reason is asked for at once, and nothing is saved without it."""
    box(officer, application_id, "outcome").select_option("refusal")
    expect(box(officer, application_id, "reason")).to_be_focused()
    type_in(officer, application_id, "reason", reason)


def saved(officer: Visitor) -> None:
    """The page says that it is kept, within sight."""
    status = officer.page.locator("[data-scenario-status]")
    expect(status).to_have_class(re.compile("autosave--saved"), timeout=20_000)
    expect(status).to_be_in_viewport()
    officer.page.evaluate("document.querySelector('[data-scenario-status]').className = ''")


def left(officer: Visitor) -> str:
    """What the strip says is left of the first envelope, or by how much it is exceeded."""
    said = officer.page.locator(".strip__rest").first.inner_text()
    return re.sub(r"\s+", " ", said).strip()


def strip_stays(officer: Visitor) -> None:
    """However far one scrolls, the strip of envelopes is on the screen."""
    officer.page.mouse.wheel(0, 10_000)
    officer.page.wait_for_function(
        "scrollY > 0 || document.documentElement.scrollHeight <= innerHeight"
    )
    found = officer.page.locator("[data-strip]").bounding_box()
    assert found, "there is no strip"
    assert 0 <= found["y"] < 900, found


def wait_for_job(stage: Stage, visitor: Visitor, link: str) -> Visitor:
    """Stay on the page of a task until it is done, then go where it leads."""
    target = visitor.page.get_by_role("link", name=link)
    try:
        target.wait_for(timeout=PATIENCE_SECONDS * 1000)
    except Exception as late:
        raise AssertionError(stage.checkout.words("worker")) from late
    visitor.page.wait_for_load_state()  # the page opens itself again when the task is over
    return visitor.look()


# --- the agenda -----------------------------------------------------------------------------


def plan(officer: Visitor, at: datetime, place: str) -> str:
    """A session of the council, nothing on its agenda yet; its address."""
    officer.goto(SEATS).follow("Prévoir une séance").press("Prévoir la séance", status=422)
    when = {"starts_on": f"{at:%d/%m/%Y}", "starts_at": f"{at:%H:%M}", "place": place}
    return officer.fill(when).press("Prévoir la séance").path


def put_on(
    officer: Visitor, meeting: str, what: str, draft: str, applications: Iterable[UUID]
) -> None:
    """An item that decides upon these applications."""
    officer.goto(meeting).follow("Ajouter un point")
    officer.fill({"object": what, "draft": draft})
    officer.fill({"applications": [str(one) for one in applications]})
    officer.press("Enregistrer").says(what)


def make_files(stage: Stage, officer: Visitor, meeting: str) -> None:
    """The files of the agenda, made by a worker; then there to be read by the members."""
    officer.goto(meeting).press("Préparer les dossiers")
    wait_for_job(stage, officer, "Voir le résultat")
    officer.follow("Voir le résultat")
    assert officer.path == meeting


# --- the room -------------------------------------------------------------------------------


def act_in(officer: Visitor, path: str, **fields: object) -> Locator:
    """The form of the page whose address ends so, filled."""
    form = officer.page.locator(f'main form[action$="{path}"]')
    for name, value in fields.items():
        control = form.locator(f'[name="{name}"]')
        if isinstance(value, list):
            for one in value:
                form.locator(f'[name="{name}"][value="{one}"]').check()
        elif control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(str(value))
        else:
            control.fill(str(value))
    return form


def send(officer: Visitor, form: Locator, words: str, *, status: int | Wrong = 200) -> Visitor:
    """Press that form's button, and be where it leads."""
    button = form.get_by_role("button", name=words).first
    with officer.page.expect_navigation() as going:
        button.click()
    return officer.arrive(going.value, status)


def note_formalities(officer: Visitor, sent: date, published: date, receipt: str) -> None:
    """Both days without which an act is not executory."""
    officer.fill({"transmitted_on": f"{sent:%d/%m/%Y}", "receipt": receipt})
    officer.fill({"published_on": f"{published:%d/%m/%Y}"}).press("Noter ces dates")


# --- the mailbox ----------------------------------------------------------------------------


def code_mailed(stage: Stage, email: str) -> str:
    """The newest code mailed to someone, once it is there."""
    kept = Maildir(stage.checkout.var / "mailbox")
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        for letter in kept.letters(kept.keys()):
            code = (
                CODE.search(letter.text)
                if email in letter.to and "code" in letter.subject
                else None
            )
            if code:
                return code.group()
        time.sleep(0.2)
    raise AssertionError(f"no code mailed to {email}\n{stage.checkout.words('worker')}")


def until(stage: Stage, visitor: Visitor, words: str) -> Visitor:
    """Open the page again until a worker has made what these words name."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while words not in visitor.text():
        assert time.monotonic() < give_up, stage.checkout.words("worker")
        visitor.page.wait_for_timeout(500)
        visitor.page.reload()
    return visitor
