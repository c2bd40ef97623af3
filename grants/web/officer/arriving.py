"""A call that comes from another authority, or from another year: its file becomes a draft."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session
from wtforms import FileField, ValidationError
from wtforms.validators import InputRequired

from grants.calls import queries, rules
from grants.calls.arrival import mistakes
from grants.calls.reading import Malformed
from grants.calls.services.copying import FILE, bring_in
from grants.web.forms import Form, attempt
from grants.web.malformed import told_of_file
from grants.web.officer.call_forms import lead_field, offer_leads, slug_field
from grants.web.officer.calls import require_maker
from grants.web.officer.workshop import words
from grants.web.officer.workshop.setting_forms import TickBoxes
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("arriving", __name__, url_prefix="/appels/fichier")
BYTES_MAX = 1_000_000
TOLD_MAX = 60
"""Whoever has sixty lines to mend begins with those."""


class ArrivalForm(Form):
    """The file, and who is who here: it names no authority and no envelope."""

    file = FileField(
        _l("File of the call"),
        description=_l("The .yaml file that “Export the call as a file” gives in the workshop."),
        validators=[InputRequired(_l("Choose the file."))],
    )
    lead = lead_field()
    partners = TickBoxes(
        _l("Its partners"),
        description=_l("Those who pay with it. They can be chosen later."),
    )
    slug = slug_field(_l("Left empty, it is the file’s."), may_be_empty=True)

    def validate_partners(self, control: TickBoxes) -> None:
        """The lead is no partner of its own."""
        if self.lead.data in (control.data or ()):
            raise ValidationError(_("The authority that leads the call is not its own partner."))


@bp.get("")
@allow(Audience.OFFICER, rules.leads)
def new(session: Session) -> ResponseReturnValue:
    """Choose a file."""
    require_maker()
    return page(filled(session))


@bp.post("")
@allow(Audience.OFFICER, rules.leads)
def create(session: Session) -> ResponseReturnValue:
    """Make a draft out of it, and open its workshop; or say each line that stands in the way."""
    form = filled(session)
    if not form.validate():
        return page(form), form.status
    text = written(form)
    if text is None:
        form.file.errors = [_("This is not the file of a call: a .yaml of 1 MB at most.")]
        return page(form), form.status
    try:
        with attempt(session, form) as tried:
            call = bring_in(
                session,
                text,
                funders=[UUID(one) for one in (form.lead.data, *(form.partners.data or ()))],
                slug=form.slug.data or "",
                actor=current_actor(),
                now=now(),
            )
    except Malformed as malformed:
        return page(form, lines=told_lines(form, text, malformed)), form.status
    if tried.refused:
        return page(form), form.status
    flash(_("The call is here, as a draft. Choose its envelopes and read it again."), "success")
    return redirect(url_for("officer.workshop.overview.show", call_id=call.id), 303)


def filled(session: Session) -> ArrivalForm:
    """The form, with the authorities that there are."""
    form = ArrivalForm()
    offer_leads(form.lead, queries.led_funders(session, viewer=current_actor()))
    partners = queries.possible_partners(session)
    form.partners.choices = words.offered((str(one.id), one.name) for one in partners)
    return form


def written(form: ArrivalForm) -> str | None:
    """The text of the file; None when it is none, or too large."""
    stream = getattr(form.file.data, "stream", None)
    content = stream.read(BYTES_MAX + 1) if stream is not None else b""
    if not content or len(content) > BYTES_MAX:
        return None
    try:
        return str(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return None


def told_lines(form: ArrivalForm, text: str, malformed: Malformed) -> list[str]:
    """What is wrong, in the order of the file; how many there are stands beside the field."""
    found = mistakes(text, malformed.errors, name=FILE)
    form.file.errors = [
        ngettext(
            "%(num)s thing is to be mended in this file: see below.",
            "%(num)s things are to be mended in this file: see below.",
            len(found),
        )
    ]
    lines = [told_of_file(one) for one in found[:TOLD_MAX]]
    more = len(found) - len(lines)
    return [*lines, *([ngettext("and %(num)s more", "and %(num)s more", more)] if more else [])]


def page(form: ArrivalForm, *, lines: list[str] | None = None) -> str:
    """The page, with what is wrong with the file that was just sent."""
    return render_template("officer/calls/arriving.html", form=form, lines=lines or [])
