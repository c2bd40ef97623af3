"""Forms by which an officer composes a jury and shares out its reading."""

from __future__ import annotations

from uuid import UUID

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Email, InputRequired, Length

from grants.juries.models import SeatRole
from grants.juries.queries import Member
from grants.web.forms import Form
from grants.web.juror.recusal_forms import class_field
from grants.web.juror.words import ROLES


class InvitationForm(Form):
    """Somebody to invite."""

    name = StringField(
        _l("Name of the person"),
        validators=[InputRequired(_l("Write the person’s name.")), Length(max=120)],
        render_kw={"autocomplete": "off"},
    )
    email = StringField(
        _l("E-mail address"),
        validators=[
            InputRequired(_l("Write an e-mail address.")),
            Email(_l("This is not an e-mail address. It should look like name@example.org.")),
        ],
        render_kw={"autocomplete": "off", "type": "email"},
    )
    role = RadioField(
        _l("Role"),
        choices=[SelectChoice(role.value, words) for role, words in ROLES.items()],
        default=SeatRole.JUROR.value,
        validators=[InputRequired(_l("Choose a role."))],
    )


class ShareForm(Form):
    """Applications ticked in the list, for one member."""

    seat = SelectField(_l("Member"), validators=[InputRequired(_l("Choose a member of the jury."))])

    def offer(self, members: list[Member]) -> None:
        """The members who may be given something."""
        self.seat.choices = [
            SelectChoice(str(one.seat.id), one.seat.name)
            for one in members
            if not one.seat.declined_at
        ]

    @property
    def seat_id(self) -> UUID:
        """Whose."""
        return UUID(self.seat.data)


class ImposedRecusalForm(ShareForm):
    """A conflict of interest that the person did not declare."""

    reason_class = class_field()
    reason = TextAreaField(
        _l("Reason"),
        description=_l("Kept in the register of recusals."),
        validators=[InputRequired(_l("Say why.")), Length(max=4000)],
        render_kw={"rows": 2},
    )


def ticked(name: str = "application") -> list[UUID]:
    """The lines ticked in the list; what is no identifier is not a line."""
    found = []
    for text in request.form.getlist(name):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
