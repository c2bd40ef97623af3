"""One file as officers see it, whatever was refused on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, request, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.applications import answers, deadlines, queries, rules
from grants.applications.lifecycle import LIFECYCLE
from grants.applications.models import Application, ComplementRequest
from grants.appraisal import aid
from grants.appraisal.queries import file, panel, search, sorting
from grants.calls.form import Reading
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused
from grants.web import wording
from grants.web.answers import ReadLine, read_sections
from grants.web.officer.application_forms import NoteForm
from grants.web.requests import current_actor, now
from grants.web.sentences import sentence
from grants.web.states import REASONS, happened, officer_words

PARTS = (
    ("officer.applications.show", _l("Application")),
    ("officer.applicants.show", _l("Applicant")),
    ("officer.checklists.show", _l("Checklist")),
    ("officer.threads.show", _l("Messages")),
    ("officer.opinions.index", _l("Opinions")),
    ("officer.watching.show", _l("Legal watch")),
)
LIKENESS = {
    panel.Likeness.APPLICANT: _l("same applicant in this call"),
    panel.Likeness.ACCOUNT: _l("same bank account, another applicant"),
    panel.Likeness.TITLE: _l("nearly the same title"),
    panel.Likeness.SUMMARY: _l("nearly the same summary"),
}
REGIMES = {aid.Regime.GENERAL: _l("general"), aid.Regime.SIEG: _l("services of general interest")}


def file_page(
    session: Session,
    application_id: UUID,
    note_form: NoteForm,
    *,
    handing: Refused | None = None,
) -> str:
    """The page of one file, whatever form on it was refused. A constant count of statements.

    `handing` is why the change of referent that was just asked cannot be.
    """
    actor = current_actor()
    application = queries.received(session, application_id, actor)
    events = queries.timeline(session, application)
    may_act = rules.is_officer.holds(actor, application)
    labels, officers, _layouts = search.choices(session, actor, call_id=application.call_id)
    stuck = sorting.labels_of(session, application.id, actor)
    return render_template(
        "officer/applications/show.html",
        application=application,
        call=application.call,
        parts=parts_of(application),
        words=officer_words(application.state),
        sections=sections_of(application),
        reasons=[REASONS[one] for one in application.inadmissible_reasons],
        offered={one.name for one in LIFECYCLE.offered(application, actor=actor)},
        may_note=may_act,
        notes=queries.notes(session, application),
        note_form=note_form,
        form=note_form,
        implicit_on=deadlines.implicit_refusal_on(application),
        durations=deadlines.durations(application, now()),
        rounds=rounds_of(session, application),
        events=[{"at": one.at, "text": happened(one.kind), "by": one.by} for one in events],
        stuck=stuck,
        labels=[one for one in labels if one[0] not in {label.id for label in stuck}],
        officers=officers,
        referent=dict(officers).get(application.referent_id) if application.referent_id else None,
        problem=sentence(handing) if handing else "",
        wrong=handing.field if handing else "",
        chosen=request.form.get("to", "") if handing else str(application.referent_id or ""),
        reason=request.form.get("reason", "") if handing else "",
        hand_overs=sorting.hand_overs(session, application.id),
        unread=file.unread(session, application, actor, by_applicant=True),
        beside=beside(session, application, actor),
    )


def parts_of(application: Application) -> list[tuple[str, object, bool]]:
    """The pages about one file: (address, words, whether one is there)."""
    here = (request.endpoint or "").rsplit(".", 1)[0]
    return [
        (
            url_for(endpoint, application_id=application.id),
            words,
            endpoint.rsplit(".", 1)[0] == here,
        )
        for endpoint, words in PARTS
        if application.organisation_id or endpoint != "officer.applicants.show"
    ]


def beside(session: Session, application: Application, viewer: Actor) -> dict[str, Any]:
    """The same organisation elsewhere, its aid against the ceilings, probable copies."""
    day = paris_date(now())
    given = panel.given(session, application, viewer)
    aids = given.aids()
    return {
        "others": [
            (one, officer_words(one.state)) for one in panel.others(session, application, viewer)
        ],
        "awards": given.awards,
        "declared": given.declared,
        "of_year": aid.of_year(aids, day.year),
        "of_window": aid.of_window(aids, day),
        "year": day.year,
        "standings": [(one, REGIMES[one.ceiling.regime]) for one in aid.standings(aids, day)],
        "doubles": [
            (one, LIKENESS[one.reason]) for one in panel.doubles(session, application, viewer)
        ],
    }


def sections_of(application: Application) -> list[Any]:
    """The answers as officers read them."""
    return list(
        read_sections(
            answers.document(application),
            answers.as_shown(application),
            answers.deposited(application),
            Reading.OFFICER,
            applicant=answers.applicant(application),
            file_url=lambda one: url_for("officer.applications.download", file_id=one.id),
        )
    )


def rounds_of(session: Session, application: Application) -> list[dict[str, Any]]:
    """The requests for complements, the latest first, each with what changed."""
    if application.complement is None:
        return []
    found = [
        {
            "request": one,
            "items": differences(application, one),
            "waited": deadlines.days_waited(one.asked_at, one.answered_at or now()),
        }
        for one in file.rounds(session, application.id)
    ]
    return list(reversed(found))


def differences(application: Application, asked: ComplementRequest) -> list[dict[str, Any]]:
    """Each asked question: the officer's sentence, the answer before, and after once it is sent."""
    before = lines_of(application, asked.before)
    after = lines_of(application, asked.after) if asked.answered_at else {}
    labels = {
        one.key: wording.localized(one, "label") for one in answers.document(application).fields()
    }
    return [
        {
            "label": labels.get(item["field_key"], item["field_key"]),
            "message": item["message"],
            "before": before.get(item["field_key"]),
            "after": after.get(item["field_key"]),
            "changed": bool(asked.answered_at)
            and asked.before.get(item["field_key"]) != asked.after.get(item["field_key"]),
        }
        for item in asked.items
    ]


def lines_of(application: Application, kept: dict[str, Any]) -> dict[str, ReadLine]:
    """Answers kept aside, to read; documents as the list of their names."""
    sections = read_sections(
        answers.document(application),
        {**application.answers, **kept},
        {},
        Reading.OFFICER,
        applicant=answers.applicant(application),
    )
    found = {line.key: line for one in sections for line in one.lines if line.key in kept}
    for key, value in kept.items():
        if names := file_names(value):
            found[key] = ReadLine(key, "", "list", items=names)
    return found


def file_names(value: Any) -> Sequence[str]:
    """The names of the documents kept aside, or nothing."""
    if not isinstance(value, list):
        return ()
    return [one["name"] for one in value if isinstance(one, dict) and "sha256" in one]
