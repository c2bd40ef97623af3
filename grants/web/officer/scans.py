"""Signed piles that were scanned: what was recognised, and what is to be placed by hand."""

from __future__ import annotations

from typing import BinaryIO, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired
from sqlalchemy.orm import Session
from wtforms import FileField, SelectField, StringField

# Newer than the stubs of wtforms.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.decisions.rules import RECORDERS
from grants.files.services import deposit
from grants.kernel.errors import Refused, Unknown
from grants.notices import piles, queries
from grants.notices.papers import Paper
from grants.notices.services.scanning import bring_scan, place_page
from grants.web.downloads import send
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now, store
from grants.web.routes import Audience, allow

bp = Blueprint("scans", __name__, url_prefix="/scans")
KINDS = {"application/pdf", "image/png", "image/jpeg"}


class ScanForm(Form):
    """A pile to read."""

    funder = SelectField(_l("Authority"))
    pile = FileField(
        _l("Scanned pile"),
        [FileRequired(_l("Choose a file."))],
        description=_l("PDF, PNG or JPEG. Pages may be in any order, crooked or upside down."),
    )


class PlaceForm(Form):
    """Of which letter or agreement a page is."""

    number = StringField(
        _l("Number of the letter or of the agreement"),
        [
            InputRequired(_l("Enter the number shown on the page.")),
            Length(max=120, message=_l("This text is too long.")),
        ],
    )

    def refuse(self, refusal: Refused) -> None:
        """A number that nothing bears, or nothing one may know of, is a mistake of the form's."""
        super().refuse(refusal)
        self.was_refused = refusal.code != "scan.number_unknown"


@bp.get("")
@allow(Audience.OFFICER, piles.reads_piles)
def index(session: Session) -> ResponseReturnValue:
    """The piles that were scanned."""
    return page(session, ScanForm(formdata=None))


@bp.post("")
@allow(Audience.OFFICER, piles.brings_piles)
def bring(session: Session) -> ResponseReturnValue:
    """Have a pile read, as a job."""
    form, actor = offered(session, ScanForm()), current_actor()
    if form.validate():
        with attempt(session, form) as tried:
            job_id = brought(session, form)
        if not tried.refused:
            return redirect(url_for("jobs.show", job_id=job_id), 303)
    return page(session, form), form.status if actor else 404


def brought(session: Session, form: ScanForm) -> UUID:
    """The job that reads the form's file.

    Raises:
        Refused: `files.*`, `scan.no_pages`: not pages.
    """
    actor, given = current_actor(), form.pile.data
    try:
        stored = deposit(
            session, store(), cast(BinaryIO, given.stream), name=given.filename, actor=actor
        )
    except Refused as refusal:
        raise Refused(refusal.code, field="pile", **refusal.facts) from refusal
    if stored.media_type not in KINDS:
        raise Refused("scan.no_pages", field="pile")
    return bring_scan(session, UUID(form.funder.data), stored, actor=actor, now=now())


@bp.get("/<uuid:scan_id>")
@allow(Audience.OFFICER, piles.reads_piles)
def show(session: Session, scan_id: UUID) -> ResponseReturnValue:
    """One pile: where each page went."""
    return one_page(session, scan_id, PlaceForm(formdata=None))


@bp.post("/<uuid:scan_id>/pages/<uuid:page_id>")
@allow(Audience.OFFICER, piles.brings_piles)
def place(session: Session, scan_id: UUID, page_id: UUID) -> ResponseReturnValue:
    """Place a page by hand."""
    piles.scan(session, scan_id, viewer=current_actor())
    form = PlaceForm()
    if form.validate():
        with attempt(session, form) as tried:
            place_page(
                session, page_id, number=form.number.data or "", actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The page is matched; it will join its document in a moment."), "success")
            return redirect(url_for(".show", scan_id=scan_id), 303)
    return one_page(session, scan_id, form, page_id), form.status


@bp.get("/<uuid:scan_id>/original")
@allow(Audience.OFFICER, piles.brings_piles)
def original(session: Session, scan_id: UUID) -> ResponseReturnValue:
    """The pile as it was scanned: for whoever is recused from nothing of it."""
    viewer = current_actor()
    found = piles.scan(session, scan_id, viewer=viewer)
    if not piles.brings_piles.holds(viewer, found):
        raise Unknown
    if not piles.is_whole(session, found, viewer=viewer):
        raise Refused("scan.withheld")
    return send(found.stored_file)


@bp.get("/papiers/<uuid:paper_id>")
@allow(Audience.OFFICER, piles.reads_piles)
def download(session: Session, paper_id: UUID) -> ResponseReturnValue:
    """The copy of a letter or an agreement that came back signed."""
    found = piles.paper(session, paper_id, viewer=current_actor())
    if found.signed_file is None:
        raise ValueError("a paper that came back has a file")
    return send(found.signed_file)


def page(session: Session, form: ScanForm) -> str:
    """The list as a page."""
    viewer = current_actor()
    found = page_of(session, piles.scans(viewer=viewer), number=asked_page(), per_page=20)
    rows = [
        (one, len(one.pages), sum(not page.paper_id for page in one.pages)) for one in found.rows
    ]
    return render_template(
        "officer/scans/index.html",
        page=found,
        rows=rows,
        form=offered(session, form),
        may_bring=bool(viewer.funders_as(*RECORDERS)),
    )


def one_page(session: Session, scan_id: UUID, form: PlaceForm, page_id: UUID | None = None) -> str:
    """One pile as a page."""
    viewer = current_actor()
    found = piles.scan(session, scan_id, viewer=viewer)
    papers = piles.papers_of(session, found, viewer=viewer)
    came = piles.returned(session, found)
    return render_template(
        "officer/scans/show.html",
        scan=found,
        papers=[(one, words(one), places(found, one), came[one.id]) for one in papers],
        lacking=piles.lacking,
        doubled=piles.doubled,
        leftovers=[one for one in found.pages if one.paper_id is None],
        form=form,
        wrong=page_id,
        may_place=piles.brings_piles.holds(viewer, found),
    )


def offered(session: Session, form: ScanForm) -> ScanForm:
    """The form with the authorities of whoever fills it in."""
    mine = current_actor().funders_as(*RECORDERS)
    funders = queries.funders_to_write_for(session, viewer=current_actor())
    form.funder.choices = [SelectChoice(str(one.id), one.name) for one in funders if one.id in mine]
    return form


def words(paper: Paper) -> str:
    """The number of a letter or of an agreement."""
    if paper.letter is not None:
        return paper.letter.number
    return paper.act.agreement.number if paper.act is not None else ""


def places(scan: object, paper: Paper) -> list[int]:
    """The positions of a paper's pages in a pile."""
    return [one.position for one in scan.pages if one.paper_id == paper.id]  # type: ignore[attr-defined]
