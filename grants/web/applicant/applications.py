"""My applications: all of them, a new one, one as a task list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.applications import answers, queries, rules, services
from grants.applications.answers import SectionStatus
from grants.applications.lifecycle import call_is_open, can_withdraw
from grants.applications.models import Application, ApplicationState
from grants.applications.queries import OwnLine
from grants.appraisal.queries import file
from grants.calls import queries as calls
from grants.calls.form import FormDocument, Problem, Reading
from grants.calls.models import Call
from grants.kernel.errors import Unknown
from grants.people import queries as people
from grants.people.models import Organisation
from grants.web import wording
from grants.web.answers import ReadSection, name_of, read_sections
from grants.web.applicant.forms import IN_PERSON, StartForm
from grants.web.calls import closing
from grants.web.downloads import send
from grants.web.forms import attempt
from grants.web.requests import current_actor, now, vault
from grants.web.routes import SIGNED_IN, Audience, allow
from grants.web.sentences import sentence
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
FILLED_IN = {S.DRAFT, S.INCOMPLETE}
ASKED = {SectionStatus.CHANGES_REQUESTED, SectionStatus.CHANGES_MADE}
SHOWN_MAX = 8
BENEFICIARY = {S.AWARDED, S.UNDER_AGREEMENT, S.IN_PROGRESS, S.CLOSED}


@dataclass(frozen=True)
class Task:
    """One line of a task list (see macros/page.html)."""

    label: str
    url: str | None
    status: str
    tone: str
    hint: str = ""
    more: tuple[tuple[str, str], ...] = ()
    """Links to what is missing: words and address."""


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


@bp.post("/nouveau/<uuid:call_id>/reprise")
@allow(Audience.APPLICANT, SIGNED_IN)
def take_up(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Begin with what last year's application said, as far as the form carries it over."""
    form = StartForm()
    source_id = as_uuid(request.form.get("source", ""))
    if source_id is None:
        raise Unknown
    with attempt(session, form) as tried:
        draft = services.duplicate(
            session,
            call_id,
            source_id=source_id,
            actor=current_actor(),
            now=now(),
            vault=vault(),
        )
    if not tried.refused:
        flash(_("Your earlier answers are here. Look at them again: some are to be confirmed."))
        return redirect(url_for(".show", application_id=draft), 303)
    call = calls.readable(session, call_id, viewer=current_actor())
    return start_page(session, call, start_form(session, call, form)), form.status


@bp.get("/<uuid:application_id>")
@allow(Audience.APPLICANT, rules.is_author_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """One application: what is done, what is left, and once submitted what becomes of it."""
    actor = current_actor()
    application, there = queries.own_beside(session, application_id, actor, now=now())
    history = queries.timeline(session, application, for_applicant=True)
    told = [one.at for one in history if one.kind == queries.DECISION_ANNOUNCED]
    announced = any(at >= (application.decided_at or at) for at in told)
    return render_template(
        "applicant/applications/show.html",
        application=application,
        words=applicant_words(
            application.state, announced=announced, knows=application.knew_at is not None
        ),
        tasks=tasks(application, there),
        ready=application.state is S.DRAFT and not answers.missing(application),
        may_submit=rules.may_submit.holds(actor, application),
        may_withdraw=may_withdraw(application),
        is_open=call_is_open(application, now()) is None,
        days=calls.days_left(application.call.closes_at, now()),
        decision_url=url_for("applicant.decisions.show", application_id=application_id)
        if told
        else None,
        payments_url=payments_url(application),
        unread=file.unread(session, application, actor, by_applicant=False)
        if application.submitted_at
        else 0,
        hearing_url=url_for("applicant.hearings.show", application_id=application_id)
        if any(one.kind in queries.HEARD_OF for one in history)
        else None,
        mentoring_url=url_for("applicant.mentoring.show", application_id=application_id)
        if any(one.kind == queries.MENTORED for one in history)
        else None,
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
    """What the call asks, before one begins; what one has begun; what one may take up again."""
    begun = queries.mine(session, current_actor(), call_id=call.id)
    earlier = (
        queries.mine(session, current_actor(), call_id=call.previous_call_id)
        if call.previous_call_id
        else []
    )
    drafts = {line.organisation_id for line in begun if line.state is S.DRAFT}
    return render_template(
        "applicant/applications/start.html",
        call=call,
        form=form,
        is_open=call.is_open(now()),
        begun=[(line, words_of(line)) for line in begun],
        draft=next((line for line in begun if line.state is S.DRAFT), None),
        earlier=[
            line for line in earlier if line.submitted_at and line.organisation_id not in drafts
        ],
    )


def tasks(application: Application, there: Sequence[queries.Present] = ()) -> list[Task]:
    """The sections with one status each, and who is in them; then the line that submits."""
    if application.state not in FILLED_IN:
        return []
    lines = []
    for section in answers.document(application).sections:
        status = answers.status(application, section)
        if application.state is S.INCOMPLETE and status not in ASKED:
            continue
        words = section_words(status)
        url = url_for(
            "applicant.sections.show", application_id=application.id, section_key=section.key
        )
        names = wording.listed([one.name for one in there if one.section_key == section.key])
        hint = _("%(names)s here at this moment", names=names) if names else ""
        nothing = status is SectionStatus.NOTHING_ASKED
        title = wording.localized(section, "title")
        lines.append(Task(title, None if nothing else url, str(words), words.tone, hint))
    return [*lines, last_task(application)]


def last_task(application: Application) -> Task:
    """The last line: what still stands in the way, as links; or the way to submitting."""
    if application.state is S.INCOMPLETE:
        return send_back_task(application)
    document = answers.document(application)
    url = url_for("applicant.submission.check", application_id=application.id)
    title = _("Check, certify and submit")
    refusal = call_is_open(application, now())
    count = len(answers.missing(application)) + len(answers.unconfirmed(application))
    if refusal is None and not count:
        words = section_words(SectionStatus.READY)
        return Task(title, url, str(words), words.tone)
    words = section_words(SectionStatus.CANNOT_START)
    if refusal is not None:
        return Task(title, None, str(words), words.tone, sentence(refusal))
    hint = ngettext("%(num)s answer is missing:", "%(num)s answers are missing:", count)
    left = [
        (label_of(document, one), address_of(application, one))
        for one in answers.missing(application)
    ]
    return Task(title, url, str(words), words.tone, hint, tuple(left[:SHOWN_MAX]))


def send_back_task(application: Application) -> Task:
    """The line that sends complements: they can leave when every asked answer can be read."""
    asked = answers.open_complement_keys(application)
    count = sum(one.field_key in asked for one in answers.missing(application))
    url = url_for("applicant.complements.show", application_id=application.id)
    words = section_words(SectionStatus.CANNOT_START if count else SectionStatus.READY)
    return Task(_("Send the complements"), url, str(words), words.tone)


def label_of(document: FormDocument, problem: Problem) -> str:
    """The question that a problem is about."""
    field = document.field(problem.field_key)
    return wording.localized(field, "label") if field else problem.field_key


def address_of(application: Application, problem: Problem) -> str:
    """Where an answer is mended; saving there leads to the check."""
    return url_for(
        "applicant.sections.show",
        application_id=application.id,
        section_key=problem.section_key,
        back="check",
        _anchor=name_of(problem.field_key),
    )


def answers_of(application: Application) -> list[ReadSection]:
    """All the answers, to read again."""
    return read_sections(
        answers.document(application),
        answers.as_shown(application),
        answers.attached(application),
        Reading.APPLICANT,
        applicant=answers.applicant(application),
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
        until = closing(line.closes_at)
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
