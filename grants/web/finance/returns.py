"""What the accounting office or the bank answers: taken in, matched, differences told."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.kernel.errors import Refused
from grants.payments import queries, rules, services
from grants.payments.likely import SHOWN, Hint, Likely
from grants.payments.models import Answer, LineState, ReturnKind, ReturnLine
from grants.web.account.fields import required
from grants.web.finance.settings import funders_of
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now, vault
from grants.web.routes import Audience, allow
from grants.web.sentences import SENTENCES

bp = Blueprint("returns", __name__, url_prefix="/retours")
PER_PAGE = 50
SIZE_MAX = 10 * 2**20
KINDS = {
    ReturnKind.CSV: _l("List (CSV): mandat, etat, date, montant, motif, libelle"),
    ReturnKind.CAMT: _l("Bank statement (camt.053)"),
    ReturnKind.PES: _l("Return or acknowledgement of a PES flow"),
}
ANSWERS = {
    Answer.ACCEPTED: _l("Taken over"),
    Answer.PAID: _l("Paid"),
    Answer.REJECTED: _l("Turned down"),
}
LINE_STATES = {
    LineState.MATCHED: (_l("Matched"), "success"),
    LineState.OPEN: (_l("To match"), "warning"),
    LineState.SET_ASIDE: (_l("Left aside"), "neutral"),
}
CODES = {
    "payment_return.amount_differs": _l("The order it names is of another amount."),
    "payment_return.paid_twice": _l("Another line says already that this order was paid."),
    "payment_order.paid_before_approval": _l("The order was signed after this day."),
}
"""Why a line stays open, where the sentence of the refusal needs facts that are not kept."""

HINTS = {
    Hint.AMOUNT: _l("same amount"),
    Hint.TRANSFER: _l("the reference of its transfer"),
    Hint.NUMBER: _l("its number stands in the label"),
    Hint.BENEFICIARY: _l("its beneficiary stands in the label"),
}
"""What speaks for an order, its day aside."""


class FileForm(Form):
    """A file and whose it is."""

    funder = SelectField(_l("For"), [InputRequired(_l("Choose the authority."))])
    kind = RadioField(
        _l("What it is"),
        [InputRequired(_l("Say what kind of file it is."))],
        choices=[SelectChoice(one.value, words) for one, words in KINDS.items()],
        default=ReturnKind.CSV.value,
    )
    file = FileField(_l("File"), render_kw={"accept": ".csv,.xml,text/csv,application/xml"})


class MatchForm(Form):
    """The order that a leftover is about."""

    number = StringField(
        _l("Number of the payment order"),
        [*required(_l("Write the number of the order.")), Length(max=40)],
    )


class AsideForm(Form):
    """Why a leftover is no answer to an order."""

    reason = TextAreaField(_l("Reason"), [Length(max=2000)], render_kw={"rows": 2})


@bp.get("")
@allow(Audience.FINANCE, rules.can_read_return)
def index(session: Session) -> ResponseReturnValue:
    """The files taken in, and what does not agree yet."""
    return page(session, file_form(session, FileForm(formdata=None)))


@bp.post("")
@allow(Audience.FINANCE, rules.may_take_in)
def take_in(session: Session) -> ResponseReturnValue:
    """Take a file in: its lines act on the orders they name."""
    form = file_form(session, FileForm())
    if form.validate():
        with attempt(session, form) as tried:
            taken = services.take_in(
                session,
                UUID(form.funder.data),
                kind=ReturnKind(form.kind.data),
                name=form.file.data.filename if form.file.data else "",
                data=content(form),
                vault=vault(),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The file is taken in."), "success")
            return redirect(url_for(".show", return_id=taken.id), 303)
    return page(session, form), form.status


@bp.get("/<uuid:return_id>")
@allow(Audience.FINANCE, rules.can_read_return)
def show(session: Session, return_id: UUID) -> ResponseReturnValue:
    """One file line by line, leftovers first."""
    viewer = current_actor()
    taken = queries.taken_in(session, return_id, viewer=viewer)
    lines = queries.lines_of(return_id, viewer=viewer)
    found = page_of(session, lines, number=asked_page(), per_page=PER_PAGE)
    left = [one for one in found.rows if one.state is LineState.OPEN]
    return render_template(
        "finance/returns/show.html",
        taken=taken,
        page=found,
        counts=queries.line_counts(session, [taken], viewer=viewer)[taken.id],
        kinds=KINDS,
        answers=ANSWERS,
        states=LINE_STATES,
        why=why,
        likely=queries.likely_orders(session, left, viewer=viewer),
        reasons=reasons,
        may_settle=rules.may_take_in.holds(viewer, taken),
    )


@bp.get("/restes")
@allow(Audience.FINANCE, rules.can_read_return)
def leftovers(session: Session) -> ResponseReturnValue:
    """The lines of every file that wait for a person: what the differences count."""
    viewer = current_actor()
    statement = queries.open_lines(viewer=viewer)
    found = page_of(session, statement, number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "finance/returns/leftovers.html",
        page=found,
        answers=ANSWERS,
        states=LINE_STATES,
        why=why,
        likely=queries.likely_orders(session, found.rows, viewer=viewer),
        reasons=reasons,
    )


@bp.get("/lignes/<uuid:line_id>")
@allow(Audience.FINANCE, rules.can_read_return)
def line(session: Session, line_id: UUID) -> ResponseReturnValue:
    """One leftover, to match by hand or to set aside."""
    return line_page(session, line_id, MatchForm(formdata=None), AsideForm(formdata=None))


@bp.post("/lignes/<uuid:line_id>/rapprocher")
@allow(Audience.FINANCE, rules.may_take_in)
def match(session: Session, line_id: UUID) -> ResponseReturnValue:
    """Match a leftover to an order."""
    form = MatchForm()
    if form.validate():
        with attempt(session, form) as tried:
            settled = services.match_line(
                session, line_id, number=form.number.data or "", actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The line is matched."), "success")
            return redirect(url_for(".show", return_id=settled.return_id), 303)
    return line_page(session, line_id, form, AsideForm(formdata=None)), form.status


@bp.post("/lignes/<uuid:line_id>/ecarter")
@allow(Audience.FINANCE, rules.may_take_in)
def set_aside(session: Session, line_id: UUID) -> ResponseReturnValue:
    """Set a leftover aside, for a reason."""
    form = AsideForm()
    if form.validate():
        with attempt(session, form) as tried:
            settled = services.set_aside(
                session, line_id, reason=form.reason.data or "", actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The line is set aside."), "success")
            return redirect(url_for(".show", return_id=settled.return_id), 303)
    return line_page(session, line_id, MatchForm(formdata=None), form, told=form), form.status


def content(form: FileForm) -> bytes:
    """The bytes of the file.

    Raises:
        Refused: there is none, or too many.
    """
    if not form.file.data or not form.file.data.filename:
        raise Refused("payment_return.file_missing", field="file")
    data: bytes = form.file.data.stream.read(SIZE_MAX + 1)
    if len(data) > SIZE_MAX:
        raise Refused("payment_return.file_too_large", field="file")
    return data


def why(code: str) -> object:
    """Why a line stays open, in words."""
    return CODES.get(code) or SENTENCES.get(code, "")


def reasons(one: Likely) -> str:
    """What speaks for an order, in words."""
    said = [str(words) for hint, words in HINTS.items() if hint in one.hints]
    if Hint.DAY in one.hints:
        before = ngettext("signed %(num)s day before", "signed %(num)s days before", one.days or 0)
        said.append(str(before) if one.days else _("signed that day"))
    return ", ".join(said)


def proposed(session: Session, line: ReturnLine) -> list[Likely]:
    """The orders that a leftover may be about, best first; none once it is settled."""
    if line.state is not LineState.OPEN:
        return []
    return queries.likely_orders(session, [line], viewer=current_actor())[line.id][:SHOWN]


def file_form(session: Session, form: FileForm) -> FileForm:
    """The form, with the authorities that the viewer pays for."""
    form.funder.choices = [
        SelectChoice(str(one.id), one.name)
        for one in funders_of(session, current_actor().funders_as(*rules.PREPARERS))
    ]
    return form


def page(session: Session, form: FileForm) -> str:
    """The files as a page."""
    viewer = current_actor()
    found = page_of(session, queries.returns(viewer=viewer), number=asked_page(), per_page=PER_PAGE)
    return render_template(
        "finance/returns/index.html",
        page=found,
        counts=queries.line_counts(session, found.rows, viewer=viewer),
        states=LINE_STATES,
        kinds=KINDS,
        differences=queries.differences(session, viewer=viewer),
        form=form,
        may_take_in=bool(viewer.funders_as(*rules.PREPARERS)),
    )


def line_page(
    session: Session,
    line_id: UUID,
    matching: MatchForm,
    setting_aside: AsideForm,
    *,
    told: Form | None = None,
) -> str:
    """One leftover as a page."""
    viewer = current_actor()
    found = queries.line(session, line_id, viewer=viewer)
    return render_template(
        "finance/returns/line.html",
        line=found,
        answers=ANSWERS,
        states=LINE_STATES,
        why=why(found.code),
        likely=proposed(session, found),
        reasons=reasons,
        matching=matching,
        setting_aside=setting_aside,
        form=told or matching,
        may_settle=rules.may_take_in.holds(viewer, found) and found.state is LineState.OPEN,
    )
