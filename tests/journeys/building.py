"""An officer's way through the workshop: sections, questions, rules, stages, from a blank page.

Whoever has just saved something stands on the page that lists it, and goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import expect

from journeys.visitor import Visitor

Json = Mapping[str, Any]
LEGAL = {"92": "92", "54": "54 55 56 57", "93": "93", "82": "82 64"}
"""The box that covers a beginning of legal forms."""
COUNTED = ("words_max", "characters_max", "files_max")
BOUNDS = ("min", "max")


def begin(officer: Visitor, *, title: str, lead: str, opens: str, closes: str) -> str:
    """Start from a blank page, once without a title; the address of the workshop."""
    officer.goto("/instruction/appels").follow("Nouvel appel").follow("Partir d’une page blanche")
    officer.fill({"opens_at": opens, "closes_at": closes}).choose("lead", lead)
    officer.press("Commencer l’appel", status=422)
    expect(officer.page.locator("#error-summary a[href='#title_fr']")).to_be_visible()
    officer.fill({"title_fr": title}).press("Commencer l’appel").says(title)
    return officer.path.removesuffix("/formulaire")


def be_at(officer: Visitor, page: str) -> Visitor:
    """Go to a page, unless one stands there already."""
    return officer if officer.path.partition("#")[0] == page else officer.goto(page)


def write_section(officer: Visitor, workshop: str, section: Json) -> None:
    """Add a section and all its questions; the type of the first is chosen on its page."""
    be_at(officer, f"{workshop}/formulaire").follow("Ajouter une rubrique")
    words = {"title_fr": section["title_fr"], "key": section["key"]}
    officer.fill({**words, "intro_fr": section.get("intro_fr", "")}).press("Enregistrer")
    first, *others = section["fields"]
    officer.open_first(f"#s-{section['key']} .outline__add a")
    officer.open_first(f'main a[href$="?type={first["type"]}"]')
    fill_question(officer, first)
    officer.press("Enregistrer").says("La question est ajoutée.")
    for field in others:
        write_question(officer, workshop, section["key"], field)


def write_question(officer: Visitor, workshop: str, section_key: str, field: Json) -> None:
    """Write a question of a type that one knows the address of."""
    home = f"{workshop}/formulaire/rubriques/{section_key}/questions/nouvelle"
    officer.goto(f"{home}?type={field['type']}")
    fill_question(officer, field)
    officer.press("Enregistrer").says("La question est ajoutée.")


def fill_question(officer: Visitor, field: Json) -> None:
    """Every box of a question."""
    limits = field.get("limits", {})
    scale = 100 if field["type"] == "money" else 1
    typed = {"label_fr": field["label_fr"], "key": field["key"]}
    typed |= {name: field[name] for name in ("help_fr", "role") if field.get(name)}
    typed |= {name: limits[name] for name in COUNTED if name in limits}
    typed |= {name: limits[name] // scale for name in BOUNDS if name in limits}
    if "choices" in limits:
        labels = [one["label_fr"] for one in limits["choices"]]
        typed |= {"choices-0-label_fr": labels[0], "more_choices": "\n".join(labels[1:])}
    officer.fill(typed)
    officer.tick_only("required", ["y"] if field.get("required", True) else [])
    officer.tick_only("visible_to", field.get("visible_to", ["juror", "blind_juror"]))
    officer.tick_only("personal", ["y"] if field.get("personal") else [])
    families = {LEGAL[one] for one in field.get("legal_forms", ()) if one in LEGAL}
    officer.tick_only("legal_families", families)
    if limits.get("includes_request"):
        officer.tick_only("includes_request", ["y"])


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
    be_at(officer, course).open_first('main a[href$="/etapes/nouveau"]')
    officer.fill({"title_fr": stage.title_fr, "kind": stage.kind.value})
    officer.fill({"starts_on": days[0], "ends_on": days[1]}).press("Enregistrer")
    for jury in stage.juries:
        officer.open_last('main a[href*="/jurys/nouveau"]')
        officer.fill({"name_fr": jury.name_fr, "quorum": jury.quorum})
        officer.fill({"prize_fr": jury.prize_fr or ""}).press("Enregistrer")
        for criterion in jury.criteria:
            officer.open_last('main a[href*="/criteres/nouveau"]')
            typed = {"label_fr": criterion.label_fr, "weight": criterion.weight}
            typed["scale_max"] = criterion.scale_max
            for n, anchor in enumerate(criterion.anchors):
                typed[f"anchors-{n}-value"] = anchor["value"]
                typed[f"anchors-{n}-label_fr"] = anchor["label_fr"]
            officer.fill(typed).press("Enregistrer")
