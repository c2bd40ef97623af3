"""One candidate of a public vote: its card, its picture, its withdrawal."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.files.models import StoredFile
from grants.files.services import deposit
from grants.kernel.errors import Refused, Unknown
from grants.polls import queries, rules, services
from grants.polls.models import Candidate, Poll
from grants.web.account.fields import typed
from grants.web.downloads import send
from grants.web.forms import attempt
from grants.web.officer.poll_forms import CancelForm, CardForm
from grants.web.requests import current_actor, now, store
from grants.web.routes import Audience, allow

bp = Blueprint(
    "candidates", __name__, url_prefix="/votes/<uuid:poll_id>/candidats/<uuid:candidate_id>"
)


@bp.get("")
@allow(Audience.OFFICER, rules.manages)
def show(session: Session, poll_id: UUID, candidate_id: UUID) -> ResponseReturnValue:
    """The card, to be written; or the candidate, to be withdrawn."""
    poll, candidate = found(session, poll_id, candidate_id)
    return page(poll, candidate, CardForm.of(candidate), CancelForm(formdata=None))


@bp.post("")
@allow(Audience.OFFICER, rules.manages)
def describe(session: Session, poll_id: UUID, candidate_id: UUID) -> ResponseReturnValue:
    """Write the card."""
    poll, candidate = found(session, poll_id, candidate_id)
    form = CardForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.describe(
                session, poll_id, candidate_id, form.card, actor=current_actor(), now=now()
            )
            _picture(session, candidate, form)
        if not tried.refused:
            flash(_("The card is saved."), "success")
            return redirect(url_for("officer.polls.show", poll_id=poll_id), 303)
    return page(poll, candidate, form, CancelForm(formdata=None)), form.status


@bp.get("/image")
@allow(Audience.OFFICER, rules.follows)
def picture(session: Session, poll_id: UUID, candidate_id: UUID) -> ResponseReturnValue:
    """The picture of a card that is not public yet."""
    poll = queries.poll(session, poll_id, current_actor())
    shown = {one.id: one.picture_id for one in poll.candidates}.get(candidate_id)
    stored = session.get(StoredFile, shown) if shown else None
    if stored is None:
        raise Unknown
    return send(stored)


@bp.post("/retrait")
@allow(Audience.OFFICER, rules.manages)
def remove(session: Session, poll_id: UUID, candidate_id: UUID) -> ResponseReturnValue:
    """Take a candidate off the list before the vote opens."""
    services.remove(session, poll_id, candidate_id, actor=current_actor(), now=now())
    flash(_("The candidate is no longer in the list."), "success")
    return redirect(url_for("officer.polls.show", poll_id=poll_id), 303)


@bp.post("/annulation")
@allow(Audience.OFFICER, rules.manages)
def cancel(session: Session, poll_id: UUID, candidate_id: UUID) -> ResponseReturnValue:
    """Take a candidate out of a published vote."""
    poll, candidate = found(session, poll_id, candidate_id)
    form = CancelForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.cancel(
                session,
                poll_id,
                candidate_id,
                reason=typed(form.reason),
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The candidate is out of the vote; the page of the vote says so."), "success")
            return redirect(url_for("officer.polls.show", poll_id=poll_id), 303)
    return page(poll, candidate, CardForm.of(candidate), form, failed=form), form.status


def found(session: Session, poll_id: UUID, candidate_id: UUID) -> tuple[Poll, Candidate]:
    """A poll that the viewer manages, and one of its candidates that they may know of.

    Raises:
        Unknown: there is none.
    """
    poll = queries.poll(session, poll_id, current_actor(), who=rules.manages)
    for one in poll.candidates:
        if one.id == candidate_id:
            return poll, one
    raise Unknown


def page(
    poll: Poll, candidate: Candidate, form: CardForm, ending: CancelForm, *, failed: Any = None
) -> str:
    """The candidate as a page."""
    return render_template(
        "officer/polls/candidate.html",
        poll=poll,
        candidate=candidate,
        card=form,
        ending=ending,
        form=failed or form,
        may_write=poll.published_at is None or now() < poll.opens_at,
    )


def _picture(session: Session, candidate: Candidate, form: CardForm) -> None:
    sent = request.files.get("picture")
    stored_id = None if form.no_picture.data else candidate.picture_id
    if sent and sent.filename:
        stored = deposit(
            session, store(), cast(BinaryIO, sent.stream), name=sent.filename, actor=current_actor()
        )
        if not stored.media_type.startswith("image/"):
            raise Refused("poll.picture", field="picture")
        stored_id = stored.id
    services.show_picture(
        session,
        candidate.poll_id,
        candidate.id,
        stored_id,
        typed(form.picture_alt).strip() if stored_id else "",
        actor=current_actor(),
        now=now(),
    )
