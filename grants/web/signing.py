"""Signing with a one-time code, on either side: the form, the mark, and the try that counts."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from grants.agreements import drawing, services
from grants.agreements.models import Side
from grants.agreements.signing import signing
from grants.files.models import StoredFile
from grants.files.results import keep_result
from grants.kernel.errors import Refused
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, keep_changes, now, settings, store

TOO_LONG = _l("This text is too long.")


def _capacity(example: Any) -> StringField:
    return StringField(
        _l("Capacity"),
        [
            InputRequired(_l("Write in what capacity, for example president.")),
            Length(max=120, message=TOO_LONG),
        ],
        description=example,
    )


class CodeForm(Form):
    """The code that was mailed, and a mark drawn beside it."""

    code = StringField(
        _l("Code received by e-mail"),
        [InputRequired(_l("Write the code that was mailed to you.")), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    drawing = HiddenField()

    def validate_drawing(self, control: HiddenField) -> None:
        """Nothing, or lines inside the box: whatever the browser says it drew."""
        if control.data and not drawing.is_drawing(control.data):
            raise ValidationError(_("Draw your signature again, larger; or leave the box empty."))


class SignForm(CodeForm):
    """Name, capacity, and the code that was mailed."""

    name = StringField(
        _l("Name of whoever signs"),
        [InputRequired(_l("Write the name of whoever signs.")), Length(max=120, message=TOO_LONG)],
    )
    capacity = _capacity(_l("For example: president of the association."))


class CountersignForm(CodeForm):
    """The code, for whoever signs by delegation: the register says their name and capacity."""


class PresidentForm(CodeForm):
    """The code, and what whoever presides is called."""

    capacity = _capacity(_l("For example: president, or mayor."))


def signed(session: Session, form: CodeForm, act_id: UUID, side: Side) -> bool:
    """Whether the form signed the act. A wrong code counts as a try, whatever is answered."""
    if not form.validate():
        return False
    actor = current_actor()
    provider = signing(settings().signing, settings().secret_key)
    proof = services.prove(
        session,
        act_id,
        side,
        answer=form.code.data or "",
        provider=provider,
        actor=actor,
        now=now(),
    )
    if proof is None:
        keep_changes()
        form.refuse(Refused("agreement.code_wrong", field="code"))
        return False
    with attempt(session, form) as tried:
        services.sign(
            session,
            act_id,
            side,
            proof=proof,
            name=form.data.get("name") or "",
            capacity=form.data.get("capacity") or "",
            drawing=kept(session, form.drawing.data or ""),
            device=device(request.user_agent.string),
            actor=actor,
            now=now(),
        )
    return not tried.refused


def kept(session: Session, path: str) -> StoredFile | None:
    """The mark as a picture of ours, by its digest; None when nothing was drawn."""
    if not path:
        return None
    return keep_result(
        session,
        store(),
        io.BytesIO(drawing.svg(path).encode()),
        name="signature.svg",
        media_type=drawing.MEDIA_TYPE,
        actor=current_actor(),
    )


def device(agent: str) -> str:
    """The class of what somebody signs on, as its browser says; nothing finer is kept."""
    said = agent.lower()
    if "ipad" in said or "tablet" in said or ("android" in said and "mobile" not in said):
        return "tablet"
    if "mobi" in said or "iphone" in said:
        return "phone"
    if any(one in said for one in ("windows", "macintosh", "linux", "x11", "cros")):
        return "computer"
    return ""
