"""Usual texts of an authority, for its agreements and its orders, version after version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import SelectField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from grants.agreements import queries, services
from grants.agreements.beginnings import BEGINNINGS
from grants.agreements.comparing import compare
from grants.agreements.rules import keeps_usual, reads_usual
from grants.agreements.usual import Kind, missing, unknown
from grants.decisions.models import Instrument
from grants.decisions.rules import RECORDERS
from grants.kernel.errors import Unknown
from grants.web import wording
from grants.web.account.fields import options
from grants.web.agreements import KINDS, VARIABLES
from grants.web.decisions import INSTRUMENTS
from grants.web.forms import Form, attempt
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("usual_texts", __name__, url_prefix="/textes-types")
TEXT_MAX = 60_000
MONEY = tuple(one for one in Instrument if one is not Instrument.TITLE)


class BodyForm(Form):
    """The words of a usual text."""

    kind: Kind = Kind.AGREEMENT
    body = TextAreaField(
        _l("Text"),
        [
            InputRequired(_l("Write the text.")),
            Length(max=TEXT_MAX, message=_l("This text is too long.")),
        ],
        description=_l("A blank line between paragraphs; “#” and a space before a heading."),
        render_kw={"rows": 30},
    )

    def validate_body(self, control: TextAreaField) -> None:
        """Refuse a text without what every text of its kind must say."""
        words = control.data or ""
        if lacking := missing(self.kind, words):
            blocks = wording.listed([f"[{one}]" for one in lacking])
            raise ValidationError(
                _("Every text of this kind must contain %(blocks)s: add it.", blocks=blocks)
            )
        if odd := unknown(self.kind, words):
            names = wording.listed([f"[{one}]" for one in odd])
            raise ValidationError(
                _("There is no variable called %(names)s: see the list alongside.", names=names)
            )


class NewForm(BodyForm):
    """A usual text that an authority does not have yet."""

    funder = SelectField(_l("Authority"))
    instrument = SelectField(_l("For which form of award"), default="")

    def offer(self, session: Session) -> None:
        """The authorities and the forms of award."""
        found = queries.writes_for(session, current_actor())
        self.funder.choices = options(found)
        forms = {one.value: INSTRUMENTS[one] for one in MONEY}
        self.instrument.choices = [("", _("Every form")), *options(forms)]


@bp.get("")
@allow(Audience.OFFICER, reads_usual)
def index(session: Session) -> ResponseReturnValue:
    """The texts that count, authority by authority."""
    viewer = current_actor()
    return render_template(
        "officer/usual_texts/index.html",
        page=page_of(session, queries.usual_texts(viewer=viewer), number=asked_page()),
        kinds=KINDS,
        instruments=INSTRUMENTS,
        may_keep=bool(viewer.funders_as(*RECORDERS)),
    )


@bp.get("/nouveau")
@allow(Audience.OFFICER, keeps_usual)
def new(session: Session) -> ResponseReturnValue:
    """The form of a new text; `?genre=` says of which kind."""
    kind = asked_kind(request.args.get("genre"))
    if not current_actor().funders_as(*RECORDERS):
        raise Unknown
    form = NewForm(formdata=None, data={"body": BEGINNINGS[kind]})
    return new_page(session, form, kind)


@bp.post("/nouveau")
@allow(Audience.OFFICER, keeps_usual)
def create(session: Session) -> ResponseReturnValue:
    """Keep it."""
    form, kind = NewForm(), asked_kind(request.args.get("genre"))
    form.kind = kind
    form.offer(session)
    if form.validate():
        chosen = form.instrument.data
        with attempt(session, form) as tried:
            made = services.keep_usual(
                session,
                UUID(form.funder.data),
                kind,
                Instrument(chosen) if chosen else None,
                body=form.body.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The text is saved: new documents will start from it."), "success")
            return redirect(url_for(".show", text_id=made.id), 303)
    return new_page(session, form, kind), form.status


@bp.get("/<uuid:text_id>")
@allow(Audience.OFFICER, reads_usual)
def show(session: Session, text_id: UUID) -> ResponseReturnValue:
    """One version, beside the one before it, and every other."""
    return page(session, text_id)


@bp.post("/<uuid:text_id>")
@allow(Audience.OFFICER, keeps_usual)
def keep(session: Session, text_id: UUID) -> ResponseReturnValue:
    """Keep another version of the same text."""
    one, _every = queries.usual_versions(session, text_id, viewer=current_actor())
    form = BodyForm()
    form.kind = one.kind
    if form.validate():
        with attempt(session, form) as tried:
            made = services.keep_usual(
                session,
                one.funder_id,
                one.kind,
                one.instrument,
                body=form.body.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The text is saved: new documents will start from it."), "success")
            return redirect(url_for(".show", text_id=made.id), 303)
    return page(session, text_id, form), form.status


def asked_kind(text: str | None) -> Kind:
    """The kind in the address.

    Raises:
        Unknown: there is no such kind.
    """
    if text is None:
        return Kind.AGREEMENT
    if text not in set(Kind):
        raise Unknown
    return Kind(text)


def new_page(session: Session, form: NewForm, kind: Kind) -> str:
    """A new text as a page."""
    form.offer(session)
    return render_template(
        "officer/usual_texts/new.html",
        form=form,
        kind=kind,
        kinds=KINDS,
        variables=VARIABLES[kind],
    )


def page(session: Session, text_id: UUID, form: BodyForm | None = None) -> str:
    """One version as a page."""
    viewer = current_actor()
    one, every = queries.usual_versions(session, text_id, viewer=viewer)
    before: Any = next((each for each in every if each.number == one.number - 1), None)
    return render_template(
        "officer/usual_texts/show.html",
        one=one,
        every=every,
        pieces=list(compare(before.body, one.body)) if before else [],
        form=form or BodyForm(formdata=None, data={"body": one.body}),
        kinds=KINDS,
        instruments=INSTRUMENTS,
        variables=VARIABLES[one.kind],
        may_keep=keeps_usual.holds(viewer, one),
    )
