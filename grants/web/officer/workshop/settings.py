"""What a call says of itself: its texts, its window, for whom it is, whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from grants.calls import queries, rules
from grants.calls.models import Call, CallState
from grants.calls.services import settling
from grants.web.forms import Form, attempt
from grants.web.officer.workshop.rows import act_on_rows
from grants.web.officer.workshop.setting_forms import (
    AudienceForm,
    ContactForm,
    GracedWindowForm,
    SettingsForm,
    TextsForm,
    theme_choices,
    window_data,
)
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow

bp = Blueprint("settings", __name__, url_prefix="/<any(textes,public,contact):part>")
window_bp = Blueprint("window", __name__, url_prefix="/calendrier")


@dataclass(frozen=True)
class Settings:
    """One page of settings: its words, its form, its template."""

    words: Any
    form: type[SettingsForm]
    template: str


PAGES = {
    "textes": Settings(_l("Texts"), TextsForm, "officer/workshop/texts.html"),
    "public": Settings(_l("For whom and where"), AudienceForm, "officer/workshop/audience.html"),
    "contact": Settings(_l("Contact and address"), ContactForm, "officer/workshop/contact.html"),
}


@bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show(session: Session, call_id: UUID, part: str) -> ResponseReturnValue:
    """One page of settings."""
    call = queries.written(session, call_id, viewer=current_actor())
    return settings_page(call, part, form_of(call, part))


@bp.post("")
@allow(Audience.OFFICER, rules.leads)
def save(session: Session, call_id: UUID, part: str) -> ResponseReturnValue:
    """Write what was typed."""
    call = queries.written(session, call_id, viewer=current_actor())
    rules.leads.require(current_actor(), call)
    form = form_of(call, part)
    if act_on_rows(form, request.form.get("intent", "")):
        return settings_page(call, part, form)
    if form.validate():
        with attempt(session, form) as tried:
            settling.settle(session, call_id, form.values(), actor=current_actor(), now=now())
        if not tried.refused:
            return saved(call_id)
    return settings_page(call, part, form), form.status


def form_of(call: Call, part: str) -> SettingsForm:
    """The form, with what is stored in it."""
    form = PAGES[part].form(obj=call)
    if isinstance(form, AudienceForm):
        form.themes.choices = theme_choices()
    return form


def settings_page(call: Call, part: str, form: SettingsForm) -> str:
    """The page of one form of settings."""
    return render_template(
        PAGES[part].template, call=call, form=form, title=PAGES[part].words, **rights(call)
    )


def rights(call: Call) -> dict[str, bool]:
    """What the reader may do to the settings, and whether the call is already published."""
    leads = rules.leads.holds(current_actor(), call)
    return {
        "may_write": leads and call.state in settling.WRITABLE,
        "is_published": call.state is not CallState.DRAFT,
    }


def saved(call_id: UUID, anchor: str | None = None) -> ResponseReturnValue:
    """Back to the overview, saying that it is written."""
    flash(_("It is saved."), "success")
    address = url_for("officer.workshop.overview.show", call_id=call_id, _anchor=anchor)
    return redirect(address, 303)


@window_bp.get("")
@allow(Audience.OFFICER, rules.reads_for_a_funder)
def show_window(session: Session, call_id: UUID) -> ResponseReturnValue:
    """When the call opens and closes."""
    call = queries.written(session, call_id, viewer=current_actor())
    return window_page(call, GracedWindowForm(data=window_data(call)))


@window_bp.post("")
@allow(Audience.OFFICER, rules.leads)
def save_window(session: Session, call_id: UUID) -> ResponseReturnValue:
    """Write it."""
    call = queries.written(session, call_id, viewer=current_actor())
    rules.leads.require(current_actor(), call)
    form = GracedWindowForm()
    if form.validate():
        with attempt(session, form) as tried:
            settling.set_window(session, call_id, **form.values(), actor=current_actor(), now=now())
        if not tried.refused:
            return saved(call_id)
    return window_page(call, form), form.status


def window_page(call: Call, form: Form) -> str:
    """The page of the window."""
    return render_template("officer/workshop/window.html", call=call, form=form, **rights(call))
