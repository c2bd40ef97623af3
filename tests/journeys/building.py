"""An officer's way through the workshop: sections, questions, rules, stages, from a blank page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import expect

from journeys.visitor import Visitor

Json = Mapping[str, Any]
LEGAL = {"92": "92", "54": "54 55 56 57", "93": "93", "82": "82 64"}
"""The box that covers a beginning of legal forms."""


def begin(officer: Visitor, *, title: str, lead: str, opens: str, closes: str) -> str:
    """Start from a blank page, once without a title; the address of the workshop."""
    officer.goto("/instruction/appels").follow("Nouvel appel").follow("Partir d’une page blanche")
    officer.fill({"opens_at": opens, "closes_at": closes}).choose("lead", lead)
    officer.press("Commencer l’appel", status=422)
    expect(officer.page.locator("#error-summary a[href='#title_fr']")).to_be_visible()
    officer.fill({"title_fr": title}).press("Commencer l’appel").says(title)
    return officer.path.removesuffix("/formulaire")


def write_section(officer: Visitor, workshop: str, section: Json) -> None:
    """Add a section and all its questions, those that are there already left alone."""
    officer.goto(f"{workshop}/formulaire").follow("Ajouter une rubrique")
    officer.fill({"title_fr": section["title_fr"], "key": section["key"]})
    officer.fill({"intro_fr": section.get("intro_fr", "")}).press("Enregistrer")
    for field in section["fields"]:
        write_question(officer, workshop, section["key"], field)


def write_question(officer: Visitor, workshop: str, section_key: str, field: Json) -> None:
    """Choose the type of a question, then write it."""
    address = f"{workshop}/formulaire/rubriques/{section_key}/questions/nouvelle"
    officer.goto(address)
    officer.open_first(f'main a[href$="?type={field["type"]}"]')
    fill_question(officer, field)
    officer.press("Enregistrer").says("La question est ajoutée.")


def fill_question(officer: Visitor, field: Json) -> None:
    """Every box of a question."""
    limits = field.get("limits", {})
    officer.fill({"label_fr": field["label_fr"], "key": field["key"]})
    officer.fill({"help_fr": field.get("help_fr", "")})
    tick(officer, "required", ["y"] if field.get("required", True) else [])
    tick(officer, "visible_to", field.get("visible_to", ["juror", "blind_juror"]))
    tick(officer, "personal", ["y"] if field.get("personal") else [])
    families = {LEGAL[one] for one in field.get("legal_forms", ()) if one in LEGAL}
    tick(officer, "legal_families", families)
    if field.get("role"):
        officer.fill({"role": field["role"]})
    for name in ("words_max", "characters_max", "files_max"):
        if name in limits:
            officer.fill({name: limits[name]})
    for name in ("min", "max"):
        if name in limits:
            officer.fill({name: limits[name] // (100 if field["type"] == "money" else 1)})
    if limits.get("includes_request"):
        tick(officer, "includes_request", ["y"])
    if "choices" in limits:
        labels = [one["label_fr"] for one in limits["choices"]]
        officer.fill({"choices-0-label_fr": labels[0], "more_choices": "\n".join(labels[1:])})


def tick(officer: Visitor, name: str, wanted: Any) -> None:
    """Tick those boxes of that name, and no other."""
    for box in officer.page.locator(f'main [name="{name}"]').all():
        box.set_checked(box.get_attribute("value") in set(wanted))


def write_texts(officer: Visitor, workshop: str, texts: Mapping[str, str]) -> None:
    """What the call says of itself, and whom one may ask."""
    officer.goto(f"{workshop}/textes")
    names = ("summary_fr", "body_fr", "eligibility_fr")
    officer.fill({name: texts[name] for name in names}).press("Enregistrer")
    officer.goto(f"{workshop}/contact")
    officer.fill({"contact_email": "courts-circuits@ill.example"}).press("Enregistrer")


def write_stage(officer: Visitor, workshop: str, stage: Any, *, days: tuple[str, str]) -> None:
    """A stage with its juries and what they score."""
    course = f"{workshop}/deroulement"
    officer.goto(course).open_first('main a[href$="/etapes/nouveau"]')
    officer.fill({"title_fr": stage.title_fr, "kind": stage.kind.value})
    officer.fill({"starts_on": days[0], "ends_on": days[1]}).press("Enregistrer")
    for jury in stage.juries:
        officer.goto(course)
        officer.page.locator('main a[href*="/jurys/nouveau"]').last.click()
        officer.fill({"name_fr": jury.name_fr, "quorum": jury.quorum})
        officer.fill({"prize_fr": jury.prize_fr or ""}).press("Enregistrer")
        for criterion in jury.criteria:
            officer.goto(course)
            officer.page.locator('main a[href*="/criteres/nouveau"]').last.click()
            officer.fill({"label_fr": criterion.label_fr, "weight": criterion.weight})
            officer.fill({"scale_max": criterion.scale_max})
            for n, anchor in enumerate(criterion.anchors):
                if officer.page.locator(f'[name="anchors-{n}-value"]').count() == 0:
                    officer.page.locator('button[value="anchors:add:0"]').click()
                officer.fill({f"anchors-{n}-value": anchor["value"]})
                officer.fill({f"anchors-{n}-label_fr": anchor["label_fr"]})
            officer.press("Enregistrer")
