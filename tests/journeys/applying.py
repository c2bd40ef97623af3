"""A candidate's way: account, structure, draft page by page, complement, receipt."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import expect

from grants.calls.form import Section
from grants.demo.answers import Answers
from grants.demo.browser import HtmlForm
from grants.demo.cast import PASSWORD, Candidate
from grants.demo.moves import applying as moves
from journeys.stage import Stage
from journeys.visitor import Visitor

CONTROLS = """() => [...document.querySelectorAll("main form [name]")]
  .map(one => [one.name, one.value, one.type])"""


def sign_up(stage: Stage, visitor: Visitor, candidate: Candidate, *, slug: str) -> None:
    """From the call's page to an account, by the link that came by mail, and back to the call."""
    person = candidate.person
    visitor.goto("/").follow("Voir les appels ouverts")
    visitor.goto(f"/appels/{slug}").follow("Déposer un dossier").follow("Créer un compte")
    visitor.fill({"name": person.name, "email": person.email}).press("Créer mon compte")
    visitor.says("Regardez votre boîte aux lettres")
    visitor.goto(stage.mailed(person.email, "/compte/confirmation/"))
    visitor.fill({"password": "court"}).press("Ouvrir mon compte", status=422)
    visitor.fill({"password": PASSWORD}).press("Ouvrir mon compte")
    assert "/dossiers/nouveau/" in visitor.path, visitor.path


def add_structure(visitor: Visitor, candidate: Candidate, *, rank: int) -> None:
    """Tell which structure one acts for, and come back to the call."""
    visitor.follow("Ajouter une structure")
    visitor.fill({"name": candidate.organisation, "siret": "123 456 789 00012"})
    visitor.press("Ajouter la structure", status=422)
    place = candidate.place
    visitor.fill(
        {
            "siret": candidate.siret(rank),
            "legal_form": candidate.legal_form,
            "street": "12 rue des Initiatives",
            "postcode": place.postcode,
            "city": place.city,
            "commune_code": place.code,
        }
    )
    visitor.press("Ajouter la structure")


def begin(visitor: Visitor) -> str:
    """Open a draft from the call's page; give the address of the application."""
    visitor.fill({"organisation": visitor.page.locator("[name=organisation]").first.input_value()})
    visitor.press("Commencer mon dossier")
    return f"/dossiers/{visitor.identifier}"


def fill_in(visitor: Visitor, draft: str, answers: Answers, sections: Sequence[Section]) -> None:
    """These sections, each saved by the button that leads to the next one."""
    for section in sections:
        visitor.goto(f"{draft}/rubriques/{section.key}")
        fill_section(visitor, answers, section)
        visitor.press("Enregistrer et continuer")


def fill_section(visitor: Visitor, answers: Answers, section: Section) -> None:
    """Type everything that the section asks for, documents chosen."""
    form = form_on(visitor)
    visitor.fill(answers.typed(section, form))
    for name, (file_name, content, media_type) in answers.files(section, form).items():
        file = {"name": file_name, "mimeType": media_type, "buffer": content}
        visitor.fill({name: file})


def form_on(visitor: Visitor) -> HtmlForm:
    """The names that the page's form can send, as the demonstration reads them."""
    form = HtmlForm(action="", method="post")
    for name, value, kind in visitor.page.evaluate(CONTROLS):
        if kind == "file":
            form.files.append(name)
        else:
            form.fields.append((name, value))
    return form


def submit(visitor: Visitor, draft: str) -> str:
    """Check, certify, submit; give the number on the receipt."""
    visitor.goto(f"{draft}/verification").says("Votre dossier n’est pas encore déposé.")
    visitor.follow("Certifier et déposer").press("Déposer mon dossier", status=422)
    expect(visitor.page.locator("#error-summary")).to_be_visible()
    visitor.fill({"quality": "Présidente", "certified": "y", "committed": "y"}).press(
        "Déposer mon dossier"
    )
    assert visitor.path == f"{draft}/recepisse"
    return visitor.page.locator(".receipt__number strong").inner_text()


def others_apply(
    stage: Stage, candidates: Sequence[Candidate], *, slug: str, scheme: str, first_rank: int
) -> dict[str, str]:
    """The other candidates apply as the demonstration's do, over HTTP; the drafts' addresses."""
    with stage.theatre() as theatre:
        moves.arrive(theatre, candidates, first_rank=first_rank)
        for one in candidates:
            moves.apply(theatre, one, slug=slug, scheme=scheme)
    return {one.organisation: f"/dossiers/{theatre.drafts[one.organisation]}" for one in candidates}
