"""The voted budget read from a file: what it would do, then booked once."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import FileField, HiddenField

from grants.kernel.clock import paris_date
from grants.ledger import queries, rules, scdl, services
from grants.ledger.operations import ActKind
from grants.ledger.queries import BookLine
from grants.ledger.scdl import Budget
from grants.ledger.services import CreditLine
from grants.web.account.fields import typed
from grants.web.finance.act_forms import ActForm
from grants.web.finance.acts import kept_book
from grants.web.finance.words import ACT_WORDS, BUDGET_REASONS, SECTIONS
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("budgets", __name__, url_prefix="/actes/annees")
FILE_MAX = 4 * 1024 * 1024
SHOWN = 300
"""Lines shown of those that do not concern us; all are counted."""


class FileForm(Form):
    """A file of the voted budget."""

    file = FileField(
        _l("File of the voted budget"),
        description=_l("CSV in the SCDL “budget” format, 4 MB at most."),
        render_kw={"accept": ".csv,text/csv"},
    )

    def content(self) -> bytes:
        """The bytes of the file; says so when there is none or too many."""
        given = request.files.get("file")
        found = given.read(FILE_MAX + 1) if given else b""
        if not found or len(found) > FILE_MAX:
            said = _("This file is too large.") if found else _("Choose a file.")
            self.file.errors = [*self.file.errors, said]
            return b""
        return found


class BookingForm(ActForm):
    """The act by which the budget was voted, and the file as it was read."""

    packed = HiddenField()

    def content(self) -> bytes | None:
        """The file, unpacked; None when it is not one that we packed."""
        try:
            raw = base64.b64decode(typed(self.packed), validate=True)
            unpacking = zlib.decompressobj()
            found = unpacking.decompress(raw, FILE_MAX)
        except (binascii.Error, ValueError, zlib.error):
            return None
        return found if found and not unpacking.unconsumed_tail else None


@bp.get("/<uuid:book_id>/budget")
@allow(Audience.FINANCE, rules.keeps_books)
def new(session: Session, book_id: UUID) -> ResponseReturnValue:
    """The form of a file to read."""
    book = kept_book(session, book_id)
    return render_template("finance/acts/file.html", form=FileForm(), book=book)


@bp.post("/<uuid:book_id>/budget")
@allow(Audience.FINANCE, rules.keeps_books)
def read(session: Session, book_id: UUID) -> ResponseReturnValue:
    """What the file would do, line by line; nothing is booked yet."""
    book = kept_book(session, book_id)
    form = FileForm()
    content = form.content() if form.validate() else b""
    budget = _judged(session, book, content)
    if content and budget.missing:
        missing = ", ".join(budget.missing)
        said = _("This file lacks columns: %(names)s.", names=missing)
        form.file.errors = [*form.file.errors, said]
    if form.errors:
        return render_template("finance/acts/file.html", form=form, book=book), form.status
    following = BookingForm(formdata=None)
    following.packed.data = base64.b64encode(zlib.compress(content, 9)).decode()
    following.kind.data = (budget.kind or ActKind.INITIAL).value
    following.on.data = paris_date(now())
    return _preview(book, budget, following)


@bp.post("/<uuid:book_id>/budget/inscrire")
@allow(Audience.FINANCE, rules.keeps_books)
def book_it(session: Session, book_id: UUID) -> ResponseReturnValue:
    """Book the lines that an envelope takes, once, under the act that voted them."""
    book = kept_book(session, book_id)
    form = BookingForm()
    content = form.content()
    budget = _judged(session, book, content or b"")
    if form.validate() and content:
        credit = [
            CreditLine(one.envelope_id, one.amount) for one in budget.taken if one.envelope_id
        ]
        with attempt(session, form) as tried:
            digest = hashlib.sha256(content).digest()
            facts, actor = form.facts(digest), current_actor()
            act = services.record_act(session, book_id, facts, credit, actor=actor, now=now())
            if facts.kind is ActKind.INITIAL:
                for section, amount in budget.expenditure:
                    services.state_expenditure(session, book_id, section, amount, actor=actor)
        if not tried.refused:
            flash(_("The budget is booked under its act."), "success")
            return redirect(url_for("finance.acts.show", act_id=act.id), 303)
    elif not content:
        form.form_errors = [_("Choose the file again: it was lost on the way.")]
    return _preview(book, budget, form), form.status


def _judged(session: Session, book: BookLine, content: bytes) -> Budget:
    if not content:
        return Budget(None, ())
    siret = queries.siret_of(session, book.funder_id)
    read_lines = scdl.read(content, year=book.year, siret=siret)
    return scdl.judged(read_lines, queries.envelopes(session, [book.funder_id], book.year))


def _preview(book: BookLine, budget: Budget, form: BookingForm) -> str:
    refused = [one for one in budget.lines if one.reason]
    counts: dict[str, int] = {}
    for one in refused:
        counts[one.reason] = counts.get(one.reason, 0) + 1
    return render_template(
        "finance/acts/preview.html",
        book=book,
        budget=budget,
        refused=refused[:SHOWN],
        counts=counts,
        form=form,
        kinds=ACT_WORDS,
        reasons=BUDGET_REASONS,
        sections=SECTIONS,
    )
