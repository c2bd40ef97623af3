"""Texts of letters of an authority, in the order in which they are tried."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.decisions.rules import RECORDERS
from grants.kernel.errors import Unknown
from grants.notices import choosing, queries, services
from grants.notices.models import LetterTemplate
from grants.notices.rules import keeps_templates, reads_templates
from grants.web.decisions import INSTRUMENTS, OUTCOMES
from grants.web.forms import attempt
from grants.web.letters import VARIABLES
from grants.web.officer.letter_forms import PARTIAL, TemplateForm, kept
from grants.web.paging import asked_page, page_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("letter_templates", __name__, url_prefix="/modeles-de-courrier")


@bp.get("")
@allow(Audience.OFFICER, reads_templates)
def index(session: Session) -> ResponseReturnValue:
    """The texts, the first that fits being taken."""
    viewer = current_actor()
    found = page_of(session, queries.templates(viewer=viewer), number=asked_page())
    return render_template(
        "officer/letters/templates.html",
        page=found,
        funders={one.id: one.name for one in queries.funders_to_write_for(session, viewer=viewer)},
        mine=viewer.funders_as(*RECORDERS),
        outcomes=OUTCOMES,
        instruments=INSTRUMENTS,
        partial=PARTIAL,
    )


@bp.get("/nouveau")
@allow(Audience.OFFICER, keeps_templates)
def new(session: Session) -> ResponseReturnValue:
    """The form of a new text."""
    if not current_actor().funders_as(*RECORDERS):
        raise Unknown
    return form_page(session, None, TemplateForm(formdata=None, data=kept(None)))


@bp.post("/nouveau")
@allow(Audience.OFFICER, keeps_templates)
def create(session: Session) -> ResponseReturnValue:
    """Keep it, after the others."""
    form = offered(session, TemplateForm())
    if form.validate():
        with attempt(session, form) as tried:
            template = services.add_template(
                session, UUID(form.funder.data), form.drafted, actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The text is saved."), "success")
            return redirect(url_for(".edit", template_id=template.id), 303)
    return form_page(session, None, form), form.status


@bp.get("/<uuid:template_id>")
@allow(Audience.OFFICER, reads_templates)
def edit(session: Session, template_id: UUID) -> ResponseReturnValue:
    """One text, and who would receive it now."""
    template = queries.template_of(session, template_id, viewer=current_actor())
    return form_page(session, template, TemplateForm(formdata=None, data=kept(template)))


@bp.post("/<uuid:template_id>")
@allow(Audience.OFFICER, keeps_templates)
def change(session: Session, template_id: UUID) -> ResponseReturnValue:
    """Write it anew."""
    template = queries.template_of(session, template_id, viewer=current_actor())
    form = offered(session, TemplateForm())
    form.funder.data = str(template.funder_id)
    if form.validate():
        with attempt(session, form) as tried:
            services.change_template(
                session, template_id, form.drafted, actor=current_actor(), now=now()
            )
        if not tried.refused:
            flash(_("The text is saved."), "success")
            return redirect(url_for(".edit", template_id=template_id), 303)
    return form_page(session, template, form), form.status


@bp.post("/<uuid:template_id>/ordre")
@allow(Audience.OFFICER, keeps_templates)
def move(session: Session, template_id: UUID) -> ResponseReturnValue:
    """Try it earlier, or later."""
    earlier = request.form.get("direction") != "down"
    services.move_template(session, template_id, earlier=earlier, actor=current_actor())
    return redirect(url_for(".index"), 303)


@bp.post("/<uuid:template_id>/suppression")
@allow(Audience.OFFICER, keeps_templates)
def remove(session: Session, template_id: UUID) -> ResponseReturnValue:
    """Take it away."""
    services.remove_template(session, template_id, actor=current_actor(), now=now())
    flash(_("The text is removed."), "success")
    return redirect(url_for(".index"), 303)


def form_page(session: Session, template: LetterTemplate | None, form: TemplateForm) -> str:
    """A text as a page, with its variables and who would receive it."""
    offered(session, form)
    viewer = current_actor()
    found = None
    if template is not None:
        statement = choosing.taking(template, viewer=viewer)
        found = page_of(session, statement, per_page=20)
    return render_template(
        "officer/letters/template.html",
        template=template,
        form=form,
        variables=VARIABLES,
        page=found,
        outcomes=OUTCOMES,
        may_keep=template is None or keeps_templates.holds(viewer, template),
    )


def offered(session: Session, form: TemplateForm) -> TemplateForm:
    """The form with the choices of whoever fills it in."""
    viewer = current_actor()
    calls = queries.calls_to_write_for(session, viewer=viewer)
    form.offer(queries.funders_to_write_for(session, viewer=viewer), calls)
    return form
