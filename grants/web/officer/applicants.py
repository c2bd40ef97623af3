"""Who applies: its identity, its declarations, and its places looked up on the map."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import RadioField
from wtforms.validators import InputRequired

from grants.applications import rules
from grants.applications.queries.applicant import Applicant, applicant
from grants.applications.services.knowing import check_neighbourhood
from grants.kernel.clock import paris_date
from grants.people import aid, standing
from grants.people.standing import Where
from grants.web.account.fields import options, typed
from grants.web.account.home import identity_of, standings_of
from grants.web.account.organisation_words import REGIMES
from grants.web.account.standing_forms import neighbourhood_code
from grants.web.forms import Form, attempt
from grants.web.officer.files import parts_of
from grants.web.requests import current_actor, now
from grants.web.routes import Audience, allow
from grants.web.states import officer_words

bp = Blueprint("applicants", __name__, url_prefix="/dossiers/<uuid:application_id>/structure")
BY_WORD = {"siege": Where.SEAT, "lieu": Where.PLACE}
NOBODY = UUID(int=0)
FOUND = {"yes": _l("In a priority neighbourhood"), "no": _l("Outside")}


class CheckForm(Form):
    """What the map says of one place."""

    answer = RadioField(
        _l("On the map"),
        choices=options(FOUND),
        validators=[InputRequired(_l("Say what the map shows."))],
    )
    code = neighbourhood_code()


@bp.get("")
@allow(Audience.OFFICER, rules.is_funder_side)
def show(session: Session, application_id: UUID) -> ResponseReturnValue:
    """The organisation behind an application."""
    found = applicant(session, application_id, current_actor(), now=now())
    return page(found, forms_for(found))


@bp.post("/quartier/<any(siege, lieu):where>")
@allow(Audience.OFFICER, rules.is_officer)
def check(session: Session, application_id: UUID, where: str) -> ResponseReturnValue:
    """Keep what the map says of one place."""
    form = CheckForm(prefix=f"{where}-")
    if form.validate():
        with attempt(session, form) as tried:
            check_neighbourhood(
                session,
                application_id,
                BY_WORD[where],
                answer=form.answer.data == "yes",
                code=typed(form.code) or None,
                actor=current_actor(),
                now=now(),
            )
        if not tried.refused:
            flash(_("The neighbourhood is checked, for every call."), "success")
            return redirect(url_for(".show", application_id=application_id), 303)
    found = applicant(session, application_id, current_actor(), now=now())
    return page(found, {**forms_for(found), where: form}, form), form.status


def forms_for(found: Applicant) -> dict[str, CheckForm]:
    """A form for each place that there is."""
    places = {"siege": True, "lieu": standing.place_of_action(found.organisation) is not None}
    return {word: CheckForm(None, prefix=f"{word}-") for word, there in places.items() if there}


def places_of(found: Applicant, forms: dict[str, CheckForm]) -> list[dict[str, Any]]:
    """Each place with what is known of its neighbourhood, by whom, and the form to check it."""
    identity = identity_of(found.organisation)
    lines = {
        "siege": (_("Seat"), identity.seat, identity.seat_neighbourhood),
        "lieu": (_("Place of action"), identity.place, identity.place_neighbourhood),
    }
    return [
        {
            "word": word,
            "title": lines[word][0],
            "line": lines[word][1],
            "known": lines[word][2],
            "by": found.names.get(standing.neighbourhood(found.organisation, where).by or NOBODY),
            "form": forms[word],
        }
        for word, where in BY_WORD.items()
        if word in forms
    ]


def page(found: Applicant, forms: dict[str, CheckForm], wrong: CheckForm | None = None) -> str:
    """The page of the applicant."""
    organisation = found.organisation
    return render_template(
        "officer/applicants/show.html",
        application=found.application,
        call=found.application.call,
        parts=parts_of(found.application),
        words=officer_words(found.application.state),
        organisation=organisation,
        identity=identity_of(organisation),
        declared=standings_of(organisation, found.declared, found.aids_changed_at),
        aids=found.aids,
        margins=aid.margins(found.aids, paris_date(now())),
        regimes=REGIMES,
        places=places_of(found, forms),
        form=wrong,
        may_check=rules.is_officer.holds(current_actor(), found.application),
    )
