"""Signing with a one-time code, on either side: the form, and the try that counts."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from grants.agreements import services
from grants.agreements.models import Side
from grants.agreements.signing import OneTimeCode
from grants.kernel.errors import Refused
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, keep_changes, now, settings

TOO_LONG = _l("This text is too long.")


class SignForm(Form):
    """Name, capacity, and the code that was mailed."""

    name = StringField(
        _l("Name of whoever signs"),
        [InputRequired(_l("Write the name of whoever signs.")), Length(max=120, message=TOO_LONG)],
    )
    capacity = StringField(
        _l("Capacity"),
        [
            InputRequired(_l("Write in what capacity, for example president.")),
            Length(max=120, message=TOO_LONG),
        ],
        description=_l("For example: president of the association."),
    )
    code = StringField(
        _l("Code received by e-mail"),
        [InputRequired(_l("Write the code that was mailed to you.")), Length(max=20)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


def signed(session: Session, form: SignForm, act_id: UUID, side: Side) -> bool:
    """Whether the form signed the act. A wrong code counts as a try, whatever is answered."""
    if not form.validate():
        return False
    actor = current_actor()
    provider = OneTimeCode(settings().secret_key)
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
            name=form.name.data or "",
            capacity=form.capacity.data or "",
            actor=actor,
            now=now(),
        )
    return not tried.refused
