"""A public vote seen by the service: prepared, previewed, followed, its turn-out and its result."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from grants.jobs import services as jobs
from grants.polls import counting, queries, rules, services
from grants.polls.anomalies import report
from grants.polls.models import Poll
from grants.web.forms import Form, attempt
from grants.web.officer.poll_forms import ChoiceForm, CodesForm, PollForm
from grants.web.public.ballots import BallotForm, rule_in_words
from grants.web.public.votes import moment
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

CODES = "poll.codes"

bp = Blueprint("polls", __name__)


@bp.get("/etapes/<uuid:stage_id>/vote")
@allow(Audience.OFFICER, rules.manages)
def new(session: Session, stage_id: UUID) -> ResponseReturnValue:
    """The vote of a stage, to be prepared."""
    return new_page(session, stage_id, PollForm(formdata=None))


@bp.post("/etapes/<uuid:stage_id>/vote")
@allow(Audience.OFFICER, rules.manages)
def create(session: Session, stage_id: UUID) -> ResponseReturnValue:
    """Prepare it."""
    form = PollForm()
    if form.validate():
        with attempt(session, form) as tried:
            poll = services.create(
                session, stage_id, form.settings, actor=current_actor(), now=now()
            )
        if not tried.refused:
            return redirect(url_for(".show", poll_id=poll.id), 303)
    return new_page(session, stage_id, form), form.status


@bp.get("/votes/<uuid:poll_id>")
@allow(Audience.OFFICER, rules.follows)
def show(session: Session, poll_id: UUID) -> ResponseReturnValue:
    """Candidates, turn-out, anomalies, and the results once counted."""
    return page(session, poll_id, Form())


@bp.get("/votes/<uuid:poll_id>/reglages")
@allow(Audience.OFFICER, rules.manages)
def edit(session: Session, poll_id: UUID) -> ResponseReturnValue:
    """Texts, rule and window."""
    poll = queries.poll(session, poll_id, current_actor(), who=rules.manages)
    return edit_page(poll, PollForm.of(poll))


@bp.post("/votes/<uuid:poll_id>/reglages")
@allow(Audience.OFFICER, rules.manages)
def settle(session: Session, poll_id: UUID) -> ResponseReturnValue:
    """Change them, until the vote opens."""
    poll = queries.poll(session, poll_id, current_actor(), who=rules.manages)
    form = PollForm()
    if form.validate():
        with attempt(session, form) as tried:
            services.settle(session, poll_id, form.settings, actor=current_actor(), now=now())
        if not tried.refused:
            flash(_("The vote is saved."), "success")
            return redirect(url_for(".show", poll_id=poll_id), 303)
    return edit_page(poll, form), form.status


@bp.post("/votes/<uuid:poll_id>/candidats")
@allow(Audience.OFFICER, rules.manages)
def add(session: Session, poll_id: UUID) -> ResponseReturnValue:
    """Let the ticked applications stand."""
    actor = current_actor()
    poll = queries.poll(session, poll_id, actor, who=rules.manages)
    form = ChoiceForm()
    form.offer(queries.eligible(session, poll, actor))
    with attempt(session, form) as tried:
        added = services.add(session, poll_id, form.chosen, actor=actor, now=now())
    if tried.refused:
        return page(session, poll_id, form), form.status
    flash(ngettext("%(num)s candidate added.", "%(num)s candidates added.", added), "success")
    return redirect(url_for(".show", poll_id=poll_id), 303)


@bp.post("/votes/<uuid:poll_id>/publication")
@allow(Audience.OFFICER, rules.manages)
def publish(session: Session, poll_id: UUID) -> ResponseReturnValue:
    """Show the vote; it opens and closes by itself."""
    form = Form()
    with attempt(session, form) as tried:
        services.publish(session, poll_id, actor=current_actor(), now=now())
    if tried.refused:
        return page(session, poll_id, form), form.status
    flash(_("The vote is published. It opens and closes by itself."), "success")
    return redirect(url_for(".show", poll_id=poll_id), 303)


@bp.get("/votes/<uuid:poll_id>/apercu")
@allow(Audience.OFFICER, rules.follows)
def preview(session: Session, poll_id: UUID) -> ResponseReturnValue:
    """The ballot as citizens will see it; nothing can be sent from here."""
    poll = queries.poll(session, poll_id, current_actor())
    return render_template(
        "officer/polls/preview.html", poll=poll, form=BallotForm.blank(), rule=rule_in_words(poll)
    )


@bp.post("/votes/<uuid:poll_id>/codes")
@allow(Audience.OFFICER, rules.manages)
def codes(session: Session, poll_id: UUID) -> ResponseReturnValue:
    """Print one-time codes for a hall, as a job: the sheet is the only place where they are."""
    actor, form = current_actor(), CodesForm()
    poll = queries.poll(session, poll_id, actor, who=rules.manages)
    if not form.validate():
        return page(session, poll_id, form), form.status
    job_id = jobs.start(
        session,
        CODES,
        payload={"poll": str(poll.id), "count": form.count.data},
        total=0,
        actor=actor,
        now=now(),
        subject=poll.id,
    )
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def page(session: Session, poll_id: UUID, form: Form) -> str:
    """The vote's page for the service. While it is open nothing tells what was voted."""
    actor = current_actor()
    poll = queries.poll(session, poll_id, actor)
    choice = form if isinstance(form, ChoiceForm) else ChoiceForm(formdata=None)
    may_manage = rules.manages.holds(actor, poll.stage.call)
    may_prepare = may_manage and (poll.published_at is None or now() < poll.opens_at)
    offered = queries.eligible(session, poll, actor) if may_prepare else []
    choice.offer(offered)
    return render_template(
        "officer/polls/show.html",
        poll=poll,
        form=form,
        choice=choice,
        codes=form if isinstance(form, CodesForm) else CodesForm(formdata=None),
        offered=offered,
        moment="draft" if poll.published_at is None else moment(poll),
        rule=rule_in_words(poll),
        turn_out=queries.turn_out(session, poll.id, now=now()),
        report=report(queries.traffic(session, poll.id)),
        may_manage=may_manage and poll.closed_at is None,
        may_prepare=may_prepare,
        lines=visible_lines(poll),
        winners=counting.winners(poll.results) if poll.results else [],
    )


def visible_lines(poll: Poll) -> list[dict[str, object]]:
    """The lines of the result about candidates that the viewer may know of."""
    known = {str(one.id) for one in poll.candidates}
    lines = poll.results["lines"] if poll.results else []
    return [one for one in lines if one["candidate"] in known]


def new_page(session: Session, stage_id: UUID, form: PollForm) -> str:
    """The page of a vote to be prepared."""
    stage = queries.stage(session, stage_id, current_actor())
    return render_template("officer/polls/edit.html", stage=stage, poll=None, form=form)


def edit_page(poll: Poll, form: PollForm) -> str:
    """The page of its texts, rule and window."""
    return render_template("officer/polls/edit.html", stage=poll.stage, poll=poll, form=form)
