"""Fiscal years, their envelopes, and the credits that acts give them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.decisions.services import require_free
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden
from grants.kernel.money import Unit
from grants.ledger import queries, rules, services
from grants.ledger.operations import Section
from grants.ledger.queries import EnvelopeLine
from grants.ledger.services import CreditLine, Movement
from grants.people import queries as people
from grants.web.account.fields import options, typed
from grants.web.admin.envelope_forms import (
    BookForm,
    CreditForm,
    EnvelopeForm,
    LabelForm,
    ReservationForm,
    TransferForm,
)
from grants.web.finance.books import chosen
from grants.web.finance.words import SECTIONS
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("envelopes", __name__, url_prefix="/enveloppes")


@bp.get("")
@allow(Audience.ADMIN, rules.can_read)
def index(session: Session) -> ResponseReturnValue:
    """The envelopes of a year, and what may be done with them."""
    book, books = chosen(session)
    return render_template(
        "admin/envelopes/index.html",
        book=book,
        books=books,
        lines=queries.envelopes(session, [book.funder_id], book.year) if book else [],
        keeps=rules.keeps_books.holds(current_actor(), book) if book else False,
        opens=bool(current_actor().funders_as(*rules.KEEPERS)),
        sections=SECTIONS,
    )


@bp.get("/annees/nouvelle")
@allow(Audience.ADMIN, rules.keeps_books)
def new_book(session: Session) -> ResponseReturnValue:
    """The form of a year to open."""
    form = _book_form(session)
    if not form.is_submitted():
        form.year.data = paris_date(now()).year
    return render_template("admin/envelopes/new_book.html", form=form)


@bp.post("/annees/nouvelle")
@allow(Audience.ADMIN, rules.keeps_books)
def create_book(session: Session) -> ResponseReturnValue:
    """Open it."""
    form = _book_form(session)
    if form.validate():
        year = int(form.year.data or 0)
        book = services.open_book(session, form.funder_id, year, actor=current_actor(), now=now())
        flash(_("The year %(year)s is open.", year=year), "success")
        return redirect(url_for(".index", book=book.id), 303)
    return render_template("admin/envelopes/new_book.html", form=form), form.status


@bp.get("/annees/<uuid:book_id>/enveloppes/nouvelle")
@allow(Audience.ADMIN, rules.keeps_books)
def new(session: Session, book_id: UUID) -> ResponseReturnValue:
    """The form of an envelope to open."""
    book = queries.readable_book(session, book_id, viewer=current_actor())
    rules.keeps_books.require(current_actor(), book)
    return render_template("admin/envelopes/new.html", form=EnvelopeForm(), book=book)


@bp.post("/annees/<uuid:book_id>/enveloppes/nouvelle")
@allow(Audience.ADMIN, rules.keeps_books)
def create(session: Session, book_id: UUID) -> ResponseReturnValue:
    """Open it, without credits yet."""
    book = queries.readable_book(session, book_id, viewer=current_actor())
    form = EnvelopeForm()
    if form.validate():
        with attempt(session, form) as tried:
            envelope = services.open_envelope(
                session,
                book_id,
                label=typed(form.label),
                unit=Unit(typed(form.unit)),
                section=Section(typed(form.section)),
                nature_account=form.nature_account.data,
                function_code=form.function_code.data,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The envelope is open. Give it its credits."), "success")
            return redirect(url_for(".credits", envelope_id=envelope.id), 303)
    return render_template("admin/envelopes/new.html", form=form, book=book), form.status


@bp.get("/<uuid:envelope_id>/nom")
@allow(Audience.ADMIN, rules.keeps_books)
def edit(session: Session, envelope_id: UUID) -> ResponseReturnValue:
    """The form of another name."""
    line = _kept(session, envelope_id)
    return render_template("admin/envelopes/edit.html", form=LabelForm(obj=line), line=line)


@bp.post("/<uuid:envelope_id>/nom")
@allow(Audience.ADMIN, rules.keeps_books)
def update(session: Session, envelope_id: UUID) -> ResponseReturnValue:
    """Give the envelope another name."""
    line = _kept(session, envelope_id)
    form = LabelForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.rename_envelope(
                session, envelope_id, label=typed(form.label), actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The envelope has another name."), "success")
            return redirect(url_for(".index", book=line.book_id), 303)
    return render_template("admin/envelopes/edit.html", form=form, line=line), form.status


@bp.get("/<uuid:envelope_id>/credits")
@allow(Audience.ADMIN, rules.keeps_books)
def credits(session: Session, envelope_id: UUID) -> ResponseReturnValue:  # noqa: A001 -- its word
    """The form of credits that an act gives or takes back."""
    line = _kept(session, envelope_id)
    return render_template("admin/envelopes/credits.html", form=_credit_form(line), line=line)


@bp.post("/<uuid:envelope_id>/credits")
@allow(Audience.ADMIN, rules.keeps_books)
def vote(session: Session, envelope_id: UUID) -> ResponseReturnValue:
    """Book them under the act that is named."""
    line = _kept(session, envelope_id)
    form = _credit_form(line)
    if form.validate() and _under_act(
        session, form, line, lambda: [CreditLine(envelope_id, form.signed)]
    ):
        flash(_("The act is recorded and its credits are booked."), "success")
        return redirect(url_for(".index", book=line.book_id), 303)
    return render_template("admin/envelopes/credits.html", form=form, line=line), form.status


@bp.get("/<uuid:envelope_id>/reserve")
@allow(Audience.ADMIN, rules.keeps_books)
def reservation(session: Session, envelope_id: UUID) -> ResponseReturnValue:
    """The form of credits to keep aside."""
    line = _kept(session, envelope_id)
    form = ReservationForm()
    form.counting(line.unit, today=paris_date(now()))
    return render_template("admin/envelopes/reservation.html", form=form, line=line)


@bp.post("/<uuid:envelope_id>/reserve")
@allow(Audience.ADMIN, rules.keeps_books)
def reserve(session: Session, envelope_id: UUID) -> ResponseReturnValue:
    """Keep them aside, or make them available again."""
    line = _kept(session, envelope_id)
    form = ReservationForm()
    form.counting(line.unit, today=paris_date(now()))
    if form.validate() and _reserved(session, form, envelope_id):
        flash(_("The reservation is booked."), "success")
        return redirect(url_for(".index", book=line.book_id), 303)
    return render_template("admin/envelopes/reservation.html", form=form, line=line), form.status


@bp.get("/<uuid:envelope_id>/virement")
@allow(Audience.ADMIN, rules.keeps_books)
def transfer(session: Session, envelope_id: UUID) -> ResponseReturnValue:
    """The form of credits to move to another envelope."""
    line = _kept(session, envelope_id)
    form = _transfer_form(session, line)
    return render_template("admin/envelopes/transfer.html", form=form, line=line)


@bp.post("/<uuid:envelope_id>/virement")
@allow(Audience.ADMIN, rules.keeps_books)
def move(session: Session, envelope_id: UUID) -> ResponseReturnValue:
    """Move them under the act that is named."""
    line = _kept(session, envelope_id)
    form = _transfer_form(session, line)
    if form.validate() and _under_act(
        session,
        form,
        line,
        lambda: [
            CreditLine(envelope_id, -form.quantity),
            CreditLine(UUID(typed(form.target)), form.quantity),
        ],
    ):
        flash(_("The credits are transferred."), "success")
        return redirect(url_for(".index", book=line.book_id), 303)
    return render_template("admin/envelopes/transfer.html", form=form, line=line), form.status


def _reserved(session: Session, form: ReservationForm, envelope_id: UUID) -> bool:
    """Keep credits aside, or give back those that no voted award holds."""
    if form.operation == "release":
        with attempt(session, form) as tried:
            require_free(session, envelope_id, form.quantity)
        if tried.refused:
            return False
    actor = current_actor()
    with attempt(session, form) as tried:
        services.book(
            session,
            form.operation,
            [Movement(envelope_id, form.quantity)],
            key=f"{form.operation}:{actor.id}:{form.key.data or uuid4()}",
            on=form.on.data or paris_date(now()),
            reason=typed(form.reason),
            actor=actor,
            now=now(),
        )
    return not tried.refused


def _kept(session: Session, envelope_id: UUID) -> EnvelopeLine:
    """An envelope whose book the actor keeps."""
    line = queries.readable_line(session, envelope_id, viewer=current_actor())
    rules.keeps_books.require(current_actor(), line)
    return line


def _book_form(session: Session) -> BookForm:
    actor = current_actor()
    mine = actor.funders_as(*rules.KEEPERS)
    if not mine:
        raise Forbidden
    form = BookForm()
    funders = people.administered(session, viewer=actor)
    form.offer({one.id: one.name for one in funders if one.id in mine})
    return form


def _credit_form(line: EnvelopeLine) -> CreditForm:
    form = CreditForm()
    form.unit = line.unit
    if not form.is_submitted():
        form.on.data = paris_date(now())
    return form


def _transfer_form(session: Session, line: EnvelopeLine) -> TransferForm:
    """Only envelopes between which credits may go are offered."""
    form = TransferForm()
    form.unit = line.unit
    if not form.is_submitted():
        form.on.data = paris_date(now())
    others = queries.envelopes(session, [line.funder_id], line.year)
    like = {
        one.id: one.label
        for one in others
        if one.id != line.id and (one.unit, one.section) == (line.unit, line.section)
    }
    form.target.choices = [("", _("Choose an envelope")), *options(like)]
    return form


def _under_act(
    session: Session,
    form: CreditForm | TransferForm,
    line: EnvelopeLine,
    lines: Callable[[], list[CreditLine]],
) -> bool:
    """Book what the act does to these envelopes; a refusal becomes the form's."""
    with attempt(session, form) as tried:
        services.join_act(
            session, line.book_id, form.facts, lines(), actor=current_actor(), now=now()
        )
    return not tried.refused
