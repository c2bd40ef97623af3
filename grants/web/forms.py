"""The base of every form, and the bridge from a refusal to a sentence beside a field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.i18n import translations
from sqlalchemy.orm import Session
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict
from wtforms import DateField, Field, FileField, IntegerField
from wtforms import Form as PlainForm
from wtforms.meta import DefaultMeta

from grants.kernel.errors import Refused
from grants.web.sentences import remedy, sentence

INVALID, CONFLICT = 422, 409
WHOLE = re.compile(r"-?[0-9]{1,9}|")
YEARS = range(1500, 2200)
"""Beyond them a date is a slip of the keyboard, and the day after it may not exist."""


class Form(FlaskForm):
    """A form with CSRF, whose answer's status tells what happened.

    `status` is 422 when a field is wrong, 409 when the domain refused, 200 before it is sent.
    """

    class Meta(FlaskForm.Meta):
        """Documents are given to the fields that want some: a text is never a file."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What came with the request, for the fields of `form`."""
            if request.is_json:
                return None
            found = super().wrap_formdata(form, formdata)
            if not isinstance(found, CombinedMultiDict):
                return found
            given = request.files.items(multi=True)
            wanted = [(name, one) for name, one in given if _takes_files(form, name)]
            return CombinedMultiDict((ImmutableMultiDict(wanted), request.form))

    was_refused = False
    form_errors: list[str]

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read the request, dates of other ages aside."""
        super().process(*args, **kwargs)
        _leave_other_ages(self)

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this form."""
        if self.was_refused:
            return CONFLICT
        return INVALID if self.errors else 200

    @property
    def has_errors(self) -> bool:
        """Whether the error summary must be shown."""
        return bool(self.errors)

    def problems(self) -> list[tuple[str | None, str]]:
        """Every error in the order of the page: (id of the field or None, sentence)."""
        general = [(None, str(one)) for one in self.form_errors]
        return general + [pair for field in self for pair in _errors_of(field)]

    def refuse(self, refusal: Refused) -> None:
        """Put the domain's refusal, and what would unblock it, beside the field or on top."""
        self.was_refused = True
        text = " ".join(filter(None, (sentence(refusal), remedy(refusal))))
        if refusal.field and refusal.field in self:
            self[refusal.field].errors = [*self[refusal.field].errors, text]
        else:
            self.form_errors = [*self.form_errors, text]


class FormPart(PlainForm):
    """A line of a form, several times in it; its own sentences are in the page's language."""

    class Meta(DefaultMeta):
        """WTForms would speak English."""

        def get_translations(self, _form: object) -> Any:
            """Those of the forms around it."""
            return translations

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Read a line, dates of other ages aside."""
        super().process(*args, **kwargs)
        _leave_other_ages(self)


def _leave_other_ages(form: Any) -> None:
    """Unread the dates that nobody means, and say so beside them."""
    for field in form:
        if isinstance(field, DateField) and field.data and field.data.year not in YEARS:
            field.data = None
            said = _("Write a date between 1500 and 2199.")
            field.process_errors = [*field.process_errors, said]


def _takes_files(form: Any, name: str) -> bool:
    return name in form and isinstance(form[name], FileField)


class WholeField(IntegerField):
    """A whole number that a person would write: nine digits at most, as columns hold them."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read it.

        Raises:
            ValueError: it is none, or one of those that no list counts up to.
        """
        self.data = None
        if valuelist and not WHOLE.fullmatch(valuelist[0].strip()):
            raise ValueError(_("Write a whole number."))
        super().process_formdata(valuelist)


def _errors_of(field: Field) -> list[tuple[str | None, str]]:
    inner = getattr(field, "entries", None) or (
        list(field.form) if hasattr(field, "form") and hasattr(field.form, "__iter__") else None
    )
    if inner:
        return [pair for one in inner for pair in _errors_of(one)]
    return [(field.id, str(one)) for one in field.errors if isinstance(one, str) or one]


@dataclass
class Attempt:
    """How the domain answered."""

    refused: bool = False


@contextmanager
def attempt(session: Session, form: Any) -> Iterator[Attempt]:
    """Run services inside a savepoint; a `Refused` undoes them and becomes the form's error."""
    tried = Attempt()
    try:
        with session.begin_nested():
            yield tried
    except Refused as refusal:
        tried.refused = True
        form.refuse(refusal)
