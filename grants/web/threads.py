"""The conversation about a file, the same on both sides of the counter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from grants.applications.models import Application
from grants.appraisal.queries import file
from grants.appraisal.services import conversing
from grants.web.forms import Form, attempt
from grants.web.requests import current_actor, now


class MessageForm(Form):
    """A message to the other side."""

    text = TextAreaField(
        _l("Your message"),
        validators=[
            InputRequired(_l("Write your message.")),
            Length(max=conversing.TEXT_MAX, message=_l("Write %(max)d characters at most.")),
        ],
    )


def write(session: Session, application_id: UUID, form: MessageForm) -> bool:
    """Send what was typed; whether it went."""
    if not form.validate():
        return False
    with attempt(session, form) as tried:
        conversing.write(
            session,
            application_id,
            text=form.text.data or "",
            actor=current_actor(),
            now=now(),
        )
    return not tried.refused


def messages(session: Session, application: Application, *, officer: bool) -> list[dict[str, Any]]:
    """The messages as one side reads them: to an applicant, officers are the service."""
    return [
        {
            "mine": one.by_applicant is not officer,
            "by": one.author.name if officer or one.by_applicant else "",
            "at": one.written_at,
            "paragraphs": [part for part in one.text.split("\n") if part.strip()],
        }
        for one in file.thread(session, application.id)
    ]
