"""My applications: all of them, a new one, one as a task list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications import answers, queries, rules, services
from grants.applications.lifecycle import can_withdraw
from grants.applications.models import Application, ApplicationState
from grants.applications.queries import OwnLine
from grants.calls import queries as calls
from grants.calls.form import Reading
from grants.calls.models import Call
from grants.people import queries as people
from grants.people.models import Organisation
from grants.web import wording
from grants.web.answers import ReadSection, read_sections
from grants.web.applicant.forms import IN_PERSON, StartForm
from grants.web.downloads import send
from grants.web.forms import attempt
from grants.web.requests import current_actor, now
from grants.web.routes import SIGNED_IN, Audience, allow
from grants.web.states import (
    AFTER_DECISION,
    REASONS,
    Words,
    applicant_words,
    happened,
    section_words,
)

bp = Blueprint("applications", __name__)
S = ApplicationState
BENEFICIARY = {S.AWARDED, S.UNDER_AGREEMENT, S.IN_PROGRESS, S.CLOSED}


@dataclass(frozen=True)
class Task:
    """One line of a task list (see macros/page.html)."""

    label: str
    url: str | None
    status: str
    tone: str
    hint: str = ""


@bp.get("")
@allow(Audience.APPLICANT, rules.is_author_side)
def index(session: Session) -> ResponseReturnValue:
    """Everything that I applied for, what waits for me first."""
    lines = queries.mine(session, current_actor())
    cards = [(line, words_of(line), next_step(line)) for line in lines]
    cards.sort(key=lambda card: card[2] is None)
    return render_template("applicant/applications/index.html", cards=cards)


@bp.get("/nouveau/<uuid:call_id>")
@allow(Audience.APPLICANT, SIGNED_IN)
def start(session: Session, call_id: UUID) -> ResponseReturnValue:
    """For whom to apply, and what one has begun already."""
    call = calls.readable(session, call_id, viewer=current_actor())
    return start_page(session, call, start_form(session, call))


@bp.post("/nouveau/<uuid:call_id>")
@allow(Audience.APPLICANT, SIGNED_IN)
def create(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Begin the draft, or find the one begun already."""
    form = StartForm()
    chosen = form.organisation.data
    if chosen and (chosen == IN_PERSON or (organisation_id := as_uuid(chosen))):
        with attempt(session, form) as tried:
            application_id = services.start(
                session,
                call_id,
                organisation_id=None if chosen == IN_PERSON else organisation_id,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            return redirect(url_for(".show", application_id=application_id), 303)
    else:
        form.organisation.errors = [_("Choose who applies.")]
    call = calls.readable(session, call_id, viewer=current_actor())
    return start_page(session, call, start_form(session, call, form)), form.status


@bp.get("/<uuid:application_id>")
@allow(Audience.APPLICANT, rules.is_author_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """One application: what is done, what is left, and once submitted what becomes of it."""
    actor = current_actor()
    application = queries.own(session, application_id, actor)
    history = queries.timeline(session, application, for_applicant=True)
    announced = any(one.kind == queries.DECISION_ANNOUNCED for one in history)
    return render_template(
        "applicant/applications/show.html",
        application=application,
        words=applicant_words(
            application.state, announced=announced, knows=application.knew_at is not None
        ),
        tasks=tasks(application) if application.state is S.DRAFT else [],
        ready=application.state is S.DRAFT and not answers.missing(application),
        may_submit=rules.may_submit.holds(actor, application),
        may_withdraw=may_withdraw(application),
        is_open=application.call.is_open(now()),
        days=calls.days_left(application.call.closes_at, now()),
        decision_url=url_for("applicant.decisions.show", application_id=application_id)
        if announced
        else None,
        payments_url=payments_url(application),
        reasons=REASONS,
        sections=[] if application.state is S.DRAFT else answers_of(application),
        events=[
            {"at": one.at, "text": happened(one.kind), "by": one.by if is_mine(one.by_id) else ""}
            for one in history
        ],
    )


@bp.get("/documents/<uuid:file_id>")
@allow(Audience.APPLICANT, rules.is_author_side)
def download(session: Session, file_id: UUID) -> ResponseReturnValue:
    """One of my documents, in force or replaced."""
    return send(queries.attachment(session, file_id, current_actor()).stored_file)


def start_form(session: Session, call: Call, form: StartForm | None = None) -> StartForm:
    """The form with those for whom the actor may apply."""
    form = form or StartForm()
    actor = current_actor()
    mine: list[Organisation] = list(session.scalars(people.organisations(viewer=actor)))
    form.organisation.choices = [
        (str(one.id), one.name) for one in mine if rules.may_apply_for(actor, one.id)
    ]
    if call.allows_persons:
        form.organisation.choices.append((IN_PERSON, _("Myself, in person")))
    if len(form.organisation.choices) == 1 and not form.organisation.data:
        form.organisation.data = form.organisation.choices[0][0]
    return form


def start_page(session: Session, call: Call, form: StartForm) -> str:
    """What the call asks, before one begins."""
    begun = queries.mine(session, current_actor(), call_id=call.id)
    return render_template(
        "applicant/applications/start.html",
        call=call,
        form=form,
        is_open=call.is_open(now()),
        begun=[(line, words_of(line)) for line in begun],
    )


def tasks(application: Application) -> list[Task]:
    """The sections, then the check: one status each."""
    sections = answers.document(application).sections
    lines = []
    for section in sections:
        words = section_words(answers.status(application, section))
        url = url_for(
            "applicant.sections.show", application_id=application.id, section_key=section.key
        )
        lines.append(Task(wording.localized(section, "title"), url, str(words), words.tone))
    return [*lines, check_task(application)]


def check_task(application: Application) -> Task:
    """The last line: what still stands in the way, or the way to submitting."""
    count = len(answers.missing(application))
    url = url_for("applicant.submission.check", application_id=application.id)
    if count:
        return Task(_("Check and submit"), url, _("Answers missing"), "neutral")
    return Task(_("Check and submit"), url, _("Ready to submit"), "success")


def answers_of(application: Application) -> list[ReadSection]:
    """All the answers, to read again."""
    return read_sections(
        answers.document(application),
        answers.as_shown(application),
        answers.attached(application),
        Reading.APPLICANT,
        legal_form=answers.legal_form(application),
        file_url=lambda one: url_for("applicant.applications.download", file_id=one.id),
    )


def words_of(line: OwnLine) -> Words:
    """The state of a line in the applicant's words."""
    return applicant_words(line.state, announced=line.announced, knows=line.knew_at is not None)


def next_step(line: OwnLine) -> tuple[str, str] | None:
    """What waits for the applicant: a sentence and an address; None when nothing does."""
    here = url_for("applicant.applications.show", application_id=line.id)
    if line.state is S.DRAFT and is_past(line.closes_at):
        return None
    if line.state is S.DRAFT:
        until = wording.moment(line.closes_at)
        if line.closes_at is None:
            return _("Complete it and submit it."), here
        return _("Complete it and submit it before %(until)s.", until=until), here
    if line.state is S.INCOMPLETE:
        due = wording.day(line.complement_due_on)
        return _("Send the complements by %(due)s.", due=due), here
    if line.state in AFTER_DECISION and line.announced and line.knew_at is None:
        return _("Take note of the decision."), here
    return None


def is_past(instant: datetime | None) -> bool:
    """Whether an instant is over."""
    return instant is not None and instant <= now()


def may_withdraw(application: Application) -> bool:
    """Whether the page offers to withdraw: the applicant's own transitions are few."""
    held = can_withdraw(application, current_actor())
    return held and not (application.state is S.WAITLISTED and application.knew_at is None)


def payments_url(application: Application) -> str | None:
    """Where payments are claimed, once the applicant knows of the award."""
    if application.state not in BENEFICIARY or application.knew_at is None:
        return None
    return url_for("applicant.claims.index", application_id=application.id)


def is_mine(person_id: UUID) -> bool:
    """Officers are the service, not names; the actor's own acts carry their name."""
    return person_id == current_actor().id


def as_uuid(text: str) -> UUID | None:
    """An identifier that came with a form, or None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
