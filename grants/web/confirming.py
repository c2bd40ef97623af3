"""Signing an act: the person at the keyboard proves once more who they are."""

from __future__ import annotations

from flask import Response, after_this_request, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import PasswordField
from wtforms.validators import Length

from grants.kernel.errors import Refused
from grants.people import queries
from grants.people.services import confirm_identity, record_failure
from grants.web.identity import presented_hash
from grants.web.requests import current_actor, database, now


def password_field() -> PasswordField:
    """What a form that signs asks for; empty for whoever comes in by links alone."""
    return PasswordField(_l("Your password"), [Length(max=300)])


def has_password(session: Session) -> bool:
    """Whether the viewer has a password to ask for."""
    return queries.profile(session, viewer=current_actor()).password_hash is not None


def confirm(session: Session, password: str) -> None:
    """Let the viewer sign; a wrong password is counted once this request is undone.

    Raises:
        Refused: see `confirm_identity`.
    """
    actor, address = current_actor(), request.remote_addr or ""
    try:
        confirm_identity(
            session,
            password,
            token_hash=presented_hash(),
            address=address,
            actor=actor,
            now=now(),
        )
    except Refused as refusal:
        if refusal.code == "people.current_password_wrong":

            @after_this_request
            def count(answer: Response) -> Response:
                with database().transaction() as own:
                    record_failure(own, actor.email, address=address, now=now())
                return answer

        raise
