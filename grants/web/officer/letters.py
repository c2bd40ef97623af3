"""Letters to send: each is seen before it leaves, then all leave together."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.decisions.models import Deliberation
from grants.decisions.rules import may_announce
from grants.jobs import services as jobs
from grants.notices import choosing, orders, queries, services
from grants.notices.about import APPLICANTS, applicant_side
from grants.notices.telling import DECISION_PAGE, decisions_about
from grants.people.models import Person
from grants.web.decisions import OUTCOMES, sentence
from grants.web.forms import attempt
from grants.web.letters import letter_blocks, order_blocks
from grants.web.officer.letter_forms import ReleaseForm, WordingForm
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now, settings
from grants.web.routes import Audience, allow

PRINT = "papers.print"
"""The job that typesets letters and agreements with their references (`workers.exports.piles`)."""

bp = Blueprint("letters", __name__, url_prefix="/deliberations/<uuid:deliberation_id>/courriers")


@bp.get("")
@allow(Audience.OFFICER, may_announce)
def index(session: Session, deliberation_id: UUID) -> ResponseReturnValue:
    """Every letter of a deliberation, and the text that each takes."""
    return page(session, deliberation_id, ReleaseForm(formdata=None))


@bp.post("")
@allow(Audience.OFFICER, may_announce)
def release(session: Session, deliberation_id: UUID) -> ResponseReturnValue:
    """Let them all leave."""
    form, seen = ReleaseForm(), ""
    if form.validate():
        seen = form.seen.data or ""
        with attempt(session, form) as tried:
            services.release_letters(
                session, deliberation_id, seen=seen, actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The letters are being sent, and the awards are public."), "success")
            return redirect(
                url_for("officer.deliberations.show", deliberation_id=deliberation_id), 303
            )
    return page(session, deliberation_id, form), form.status


@bp.post("/impression")
@allow(Audience.OFFICER, may_announce)
def printed(session: Session, deliberation_id: UUID) -> ResponseReturnValue:
    """Have the letters that are written typeset to be printed, as a job."""
    actor = current_actor()
    deliberation = choosing.announceable(session, deliberation_id, viewer=actor)
    letters = queries.letters_of(session, deliberation_id, viewer=actor)
    job_id = jobs.start(
        session,
        PRINT,
        payload={"deliberation": str(deliberation.id), "name": f"courriers-{now():%Y%m%d}"},
        total=len(letters),
        actor=actor,
        now=now(),
        funder=deliberation.funder_id,
        subject=deliberation.id,
    )
    return redirect(url_for("jobs.show", job_id=job_id), 303)


@bp.get("/<uuid:application_id>")
@allow(Audience.OFFICER, may_announce)
def show(session: Session, deliberation_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """One letter and its mail, as they will be read."""
    due = choosing.letter_due(session, deliberation_id, application_id, viewer=current_actor())
    kept = {"added": due.wording.added if due.wording else ""}
    return one_page(session, due, WordingForm(formdata=None, data=kept))


@bp.post("/<uuid:application_id>")
@allow(Audience.OFFICER, may_announce)
def word(session: Session, deliberation_id: UUID, application_id: UUID) -> ResponseReturnValue:
    """Give it a paragraph of its own."""
    form = WordingForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.word_letter(
                session,
                deliberation_id,
                application_id,
                added=form.added.data or "",
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The letter is saved."), "success")
            return redirect(
                url_for(".show", deliberation_id=deliberation_id, application_id=application_id),
                303,
            )
    due = choosing.letter_due(session, deliberation_id, application_id, viewer=current_actor())
    return one_page(session, due, form), form.status


def page(session: Session, deliberation_id: UUID, form: ReleaseForm) -> str:
    """The list as a page; what is shown is what its button lets leave."""
    viewer = current_actor()
    deliberation = choosing.announceable(session, deliberation_id, viewer=viewer)
    everything = choosing.letters_due(session, deliberation_id, viewer=viewer)
    form.seen.data = orders.fingerprint(session, deliberation, everything)
    statement = choosing.due(viewer=viewer, deliberation_id=deliberation_id)
    found = page_of(session, statement, number=asked_page(), per_page=25)
    return render_template(
        "officer/letters/index.html",
        deliberation=deliberation,
        page=found,
        letters=[choosing.as_due(one) for one in found.rows],
        orders=orders.order_texts(session, deliberation, everything),
        outcomes=OUTCOMES,
        form=form,
    )


def one_page(session: Session, due: choosing.Due, form: WordingForm) -> str:
    """One letter as a page."""
    viewer = current_actor()
    deliberation = choosing.announceable(session, due.deliberation_id, viewer=viewer)
    application = due.application
    decisions = decisions_about(session, deliberation.id, application.id)
    recipients = applicant_side(session, application, APPLICANTS)
    author = session.get(Person, viewer.id)
    return render_template(
        "officer/letters/show.html",
        deliberation=deliberation,
        due=due,
        application=application,
        decisions=decisions,
        recipients=recipients,
        funder=deliberation.funder,
        locale=deliberation.funder.locale,
        number=f"{deliberation.number}/{application.number}",
        author=author,
        body=services.body_of(due),
        added=due.wording.added if due.wording else "",
        mail=mail_of(deliberation, due, recipients[0] if recipients else None),
        neighbours=beside(session, due),
        blocks_of=letter_blocks,
        order=orders.order_of(session, deliberation, due),
        order_blocks_of=order_blocks,
        sentence=sentence,
        form=form,
    )


def beside(session: Session, due: choosing.Due) -> tuple[UUID | None, UUID | None]:
    """The applications whose letters come before and after this one, to read on."""
    every = choosing.letters_due(session, due.deliberation_id, viewer=current_actor())
    ids = [one.application.id for one in every]
    around = zip([None, *ids], ids, [*ids[1:], None], strict=False)
    return next((one, other) for one, mine, other in around if mine == due.application.id)


def mail_of(deliberation: Deliberation, due: choosing.Due, recipient: object) -> list[str]:
    """The paragraphs of the mail that says that a decision is there, its subject first."""
    if recipient is None:
        return []
    base = str(settings().base_url).rstrip("/")
    text = render_template(
        "mails/decision.txt",
        application=due.application,
        call=due.application.call,
        service=deliberation.funder,
        recipient=recipient,
        url=f"{base}{DECISION_PAGE.format(id=due.application.id)}",
        site=f"{base}/",
    )
    return [one.strip() for one in text.split("\n\n") if one.strip()]
