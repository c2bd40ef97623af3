"""Layouts of exports: which columns, which answers, under a name that colleagues find."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from grants.applications import queries
from grants.appraisal import rules
from grants.appraisal.queries import exported, sorting
from grants.appraisal.services import keeping
from grants.kernel.errors import Refused
from grants.web import wording
from grants.web.officer.exports import HEADINGS, USUAL, layout_of
from grants.web.requests import current_actor
from grants.web.routes import Audience, allow
from grants.web.sentences import sentence

bp = Blueprint("profiles", __name__, url_prefix="/appels/<uuid:call_id>/exports")


@bp.get("")
@allow(Audience.OFFICER, rules.reads_profiles)
def index(session: Session, call_id: UUID) -> ResponseReturnValue:
    """The layouts, and the columns to make another of."""
    return page(session, call_id)


@bp.post("/modeles")
@allow(Audience.OFFICER, rules.keeps_profiles)
def save(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Keep a layout."""
    call = queries.call_of_inbox(session, call_id, current_actor())
    layout = layout_of(call)
    known = {one.key for one in (*layout.fields, *layout.repeated)}
    try:
        with session.begin_nested():
            keeping.save_profile(
                session,
                funder_of(session),
                name=request.form.get("name", ""),
                columns=[one for one in HEADINGS if one in request.form.getlist("column")],
                field_keys=[one for one in request.form.getlist("field") if one in known],
                actor=current_actor(),
            )
    except Refused as refusal:
        return page(session, call_id, refusal), 422
    flash(_("The layout is kept."), "success")
    return redirect(url_for(".index", call_id=call_id), 303)


@bp.post("/modeles/<uuid:profile_id>/retrait")
@allow(Audience.OFFICER, rules.keeps_profiles)
def drop(session: Session, call_id: UUID, profile_id: UUID) -> ResponseReturnValue:
    """Keep it no longer."""
    queries.call_of_inbox(session, call_id, current_actor())
    keeping.drop_profile(session, profile_id, actor=current_actor())
    return redirect(url_for(".index", call_id=call_id), 303)


def page(session: Session, call_id: UUID, refusal: Refused | None = None) -> str:
    """The layouts that serve this call, and the form of a new one."""
    actor = current_actor()
    call = queries.call_of_inbox(session, call_id, actor)
    layout = layout_of(call)
    fields = dict.fromkeys((*layout.fields, *layout.repeated))
    return render_template(
        "officer/profiles/index.html",
        call=call,
        profiles=exported.profiles(session, actor),
        columns=[(key, words) for key, words in HEADINGS.items()],
        usual=request.form.getlist("column") or USUAL,
        fields=[(one.key, wording.localized(one, "label")) for one in fields],
        ticked=set(request.form.getlist("field")),
        typed=request.form.get("name", ""),
        problem=sentence(refusal) if refusal else "",
        wrong=refusal.field if refusal else None,
        funders=sorting.own_funders(session, actor),
    )


def funder_of(session: Session) -> UUID:
    """The authority that keeps the layout: the one chosen, or one's first."""
    mine = [one for one, _name in sorting.own_funders(session, current_actor())]
    chosen = [one for one in mine if str(one) == request.form.get("funder")]
    return (chosen or mine)[0]
