"""One file as officers see it, whatever was refused on it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from sqlalchemy.orm import Session

from grants.applications import answers, deadlines, queries, rules
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import Application
from grants.calls.form import Reading
from grants.web import wording
from grants.web.answers import read_sections
from grants.web.officer.application_forms import NoteForm
from grants.web.requests import current_actor
from grants.web.states import REASONS, happened, officer_words


def file_page(session: Session, application_id: UUID, note_form: NoteForm) -> str:
    """The page of one file, whatever form on it was refused."""
    actor = current_actor()
    application = queries.received(session, application_id, actor)
    events = queries.timeline(session, application)
    return render_template(
        "officer/applications/show.html",
        application=application,
        call=application.call,
        words=officer_words(application.state),
        sections=sections_of(application),
        reasons=[REASONS[one] for one in application.inadmissible_reasons],
        offered={one.name for one in LIFECYCLE.offered(application, actor=actor)},
        may_note=rules.is_officer.holds(actor, application),
        notes=queries.notes(session, application),
        note_form=note_form,
        form=note_form,
        implicit_on=deadlines.implicit_refusal_on(application),
        asked_labels=asked_labels(application),
        events=[{"at": one.at, "text": happened(one.kind), "by": one.by} for one in events],
    )


def sections_of(application: Application) -> list[Any]:
    """The answers as officers read them."""
    return list(
        read_sections(
            answers.document(application),
            answers.as_shown(application),
            answers.attached(application),
            Reading.OFFICER,
            applicant=answers.applicant(application),
            file_url=lambda one: url_for("officer.applications.download", file_id=one.id),
        )
    )


def asked_labels(application: Application) -> list[tuple[str, str]]:
    """The questions of the request for complements, with the officer's sentences."""
    if application.complement is None:
        return []
    labels = {
        one.key: wording.localized(one, "label") for one in answers.document(application).fields()
    }
    items = application.complement.items
    return [(labels.get(one["field_key"], ""), one["message"]) for one in items]
