"""Forms of signing up, signing in, and one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from grants.web.account.fields import (
    email_field,
    name_field,
    new_password_field,
    options,
    stripped,
)
from grants.web.account.words import LANGUAGES
from grants.web.forms import Form


class SignInForm(Form):
    """An address, and a password or the wish for a link. `next` is where one was going."""

    email = email_field(autocomplete="username")
    password = PasswordField(_l("Your password"), render_kw={"autocomplete": "current-password"})
    next = HiddenField()


class SignUpForm(Form):
    """A name and an address; the password is chosen behind the link."""

    name = name_field()
    email = email_field()
    next = HiddenField()


class ForgottenForm(Form):
    """The address of an account whose password is lost."""

    email = email_field(autocomplete="username")


class NewPassword(Form):
    """A form with a password to choose; `about` are words it must not be made of."""

    about: tuple[str, ...] = ()


class ConfirmForm(NewPassword):
    """The name and the password of an account that opens."""

    name = name_field()
    password = new_password_field("name")


class ResetForm(NewPassword):
    """A new password for an account that exists."""

    password = new_password_field()


class ButtonForm(Form):
    """Nothing but a button: the click is the answer."""


class ProfileForm(Form):
    """What a person says of themselves."""

    name = name_field()
    phone = StringField(
        _l("Your telephone number"),
        filters=[stripped],
        validators=[Length(max=30, message=_l("This number is too long."))],
        description=_l("Only for those who handle your applications."),
        render_kw={"autocomplete": "tel", "type": "tel"},
    )
    locale = RadioField(
        _l("The language of your e-mails and pages"),
        choices=options(LANGUAGES),
        validators=[InputRequired(_l("Choose a language."))],
    )


class PasswordForm(NewPassword):
    """A new password, given with the current one."""

    current = PasswordField(
        _l("Your current password"), render_kw={"autocomplete": "current-password"}
    )
    password = new_password_field(label=_l("Your new password"))

    needs_current = True

    def validate_current(self, field: PasswordField) -> None:
        """Whoever has a password gives it."""
        if self.needs_current and not field.data:
            raise ValidationError(str(_l("Write your current password.")))
