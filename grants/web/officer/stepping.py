"""Stepping back from an application as an agent or an elected member; recusing a colleague."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications.models import Application
from grants.juries import queries, rules, services
from grants.kernel.access import Actor
from grants.web.forms import attempt
from grants.web.juror.recusal_forms import AgentForm, ReasonForm
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("stepping", __name__, url_prefix="/dossiers/<uuid:application_id>/deport")


def agent() -> Actor:
    """Whoever steps back, at work for a funder; the audience is wider than the office's."""
    return current_actor().in_office()


@bp.get("")
@allow(Audience.SIGNED_IN, rules.steps_back)
def ask(session: Session, application_id: UUID) -> ResponseReturnValue:
    """What stepping back means, and what links one to the file."""
    return page(session, application_id, ReasonForm(formdata=None))


@bp.post("")
@allow(Audience.SIGNED_IN, rules.steps_back)
def declare(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Step back."""
    form = ReasonForm()
    queries.stepped_from(session, application_id, agent())
    if form.validate():
        with attempt(session, form) as tried:
            services.recuse(session, application_id, **form.said(), actor=agent(), now=now())
        if not tried.refused:
            flash(_("You stepped back from this application. You see nothing more of it."))
            return redirect(url_for("public.home.show"), 303)
    return page(session, application_id, form), form.status


@bp.get("/agents")
@allow(Audience.SIGNED_IN, rules.imposes)
def ask_agent(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Which colleague must see nothing of it, and why."""
    actor = agent()
    application = queries.stepped_from(session, application_id, actor)
    rules.imposes.require(actor, application)
    return agent_page(session, application, AgentForm(formdata=None))


@bp.post("/agents")
@allow(Audience.SIGNED_IN, rules.imposes)
def impose(session: Session, application_id: UUID) -> ResponseReturnValue:
    """Recuse a colleague."""
    form, actor = AgentForm(), agent()
    application = queries.stepped_from(session, application_id, actor)
    rules.imposes.require(actor, application)
    form.offer(colleagues(session, application))
    if form.validate():
        with attempt(session, form) as tried:
            services.impose_on_agent(
                session,
                application_id,
                form.person_id,
                **form.said(),
                actor=actor,
                now=now(),
            )
        if not tried.refused:
            flash(_("The recusal is recorded. This person sees nothing more of it."), "success")
            return redirect(url_for(".ask", application_id=application_id), 303)
    return agent_page(session, application, form), form.status


def colleagues(session: Session, application: Application) -> list[tuple[UUID, str]]:
    """Those whom the viewer may recuse: (id, name)."""
    found = session.scalars(queries.agents(application, agent()))
    return [(one.id, one.name) for one in found]


def page(session: Session, application_id: UUID, form: ReasonForm) -> str:
    """The question before stepping back."""
    actor = agent()
    application = queries.stepped_from(session, application_id, actor)
    return render_template(
        "officer/recusals/ask.html",
        application=application,
        form=form,
        imposes=rules.imposes.holds(actor, application),
        reads=Audience.OFFICER.includes(actor, writing=False),
    )


def agent_page(session: Session, application: Application, form: AgentForm) -> str:
    """The question before recusing a colleague."""
    form.offer(colleagues(session, application))
    return render_template("officer/recusals/ask_agent.html", application=application, form=form)
