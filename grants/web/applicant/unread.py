"""What follows from a decision is read after it: until then, its page is where one is led."""

from __future__ import annotations

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from grants.decisions import queries as decisions


def to_decision(session: Session, application_id: UUID) -> ResponseReturnValue | None:
    """The way to a decision that nobody took note of yet; None where all are read."""
    if not decisions.is_unread(session, application_id):
        return None
    return redirect(url_for("applicant.decisions.show", application_id=application_id), 303)
