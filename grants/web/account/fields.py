"""Checks shared by the forms of people: each leaves the field in the form in which it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, PasswordField, StringField, ValidationError

# Newer than the stubs of wtforms.
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, Length

from grants.kernel.errors import Refused
from grants.people import identifiers, passwords
from grants.web.sentences import sentence

NAME_LENGTH_MAX = 120
Check = Callable[[Form, Field], None]


def choice(
    value: str, words: Any, *, group: str | None = None, lang: str | None = None
) -> SelectChoice:
    """One line of a list, under its group's heading; `lang` when it is not the page's."""
    more = {"render_kw": {"lang": lang}} if lang else {}
    return SelectChoice(value, words, optgroup=group, **more)


def options(words: Mapping[Any, Any]) -> list[SelectChoice]:
    """The choices of a list, by value and words."""
    return [choice(str(value), text) for value, text in words.items()]


def stripped(value: Any) -> Any:
    """What was typed without the spaces around it."""
    return value.strip() if isinstance(value, str) else value


def typed(field: Field) -> str:
    """What a text field holds, empty when it was not sent."""
    return str(field.data or "")


def required(message: Any) -> tuple[Any, ...]:
    """The field must hold something else than spaces."""
    return (InputRequired(message), _not_blank(message))


def _not_blank(message: Any) -> Check:
    def check(_form: Form, field: Field) -> None:
        if not str(field.data or "").strip():
            raise ValidationError(str(message))

    return check


def cleaned(clean: Callable[[str], str | None], message: Any) -> Check:
    """Nothing, or something that `clean` accepts and gives its kept form."""

    def check(_form: Form, field: Field) -> None:
        typed = stripped(field.data or "")
        if not typed:
            return
        kept = clean(typed)
        if kept is None:
            raise ValidationError(str(message))
        field.data = kept

    return check


def refusing(code: str, clean: Callable[[str], str | None]) -> Check:
    """`cleaned`, with the sentence of one of the domain's refusals."""

    def check(form: Form, field: Field) -> None:
        cleaned(clean, sentence(Refused(code)))(form, field)

    return check


def acceptable(*names: str) -> Check:
    """A password that the house accepts, not made of the fields `names` nor of `form.about`."""

    def check(form: Form, field: Field) -> None:
        typed = [str(form[name].data or "") for name in names]
        about = getattr(form, "about", ())
        refusal = passwords.problem(field.data or "", context=(*typed, *about))
        if refusal:
            raise ValidationError(sentence(refusal))

    return check


def name_field(**keywords: Any) -> StringField:
    """A person's name."""
    return StringField(
        _l("Your first name and name"),
        filters=[stripped],
        validators=[
            *required(_l("Write your first name and your name.")),
            Length(max=NAME_LENGTH_MAX, message=_l("This name is too long.")),
        ],
        render_kw={"autocomplete": "name"},
        **keywords,
    )


def email_field(label: Any = None, *, autocomplete: str = "email") -> StringField:
    """An e-mail address."""
    return StringField(
        label or _l("Your e-mail address"),
        filters=[stripped],
        validators=[
            *required(_l("Write an e-mail address.")),
            cleaned(
                identifiers.clean_email,
                _l("Write an address in full, like prenom.nom@exemple.fr."),
            ),
        ],
        render_kw={"autocomplete": autocomplete, "type": "email", "spellcheck": "false"},
    )


def new_password_field(*names: str, label: Any = None) -> PasswordField:
    """A password to choose; `names` are the fields it must not be made of."""
    return PasswordField(
        label or _l("Choose a password"),
        description=_l("At least 12 characters. Three or four words picked at random are perfect."),
        validators=[InputRequired(_l("Choose a password.")), acceptable(*names)],
        render_kw={"autocomplete": "new-password"},
    )
