"""Every scheme that ships: published as it is, and one application taken through to its award."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from build.answers import complete
from build.applications import an_application
from build.calls import a_call_from_template
from build.clock import NOW
from build.decisions import PLAN_OF_2016, an_envelope, draws_on, standing
from build.juries import a_seat, a_store, as_juror, criteria_of
from build.people import a_funder, a_funder_member, a_person, acting_as, an_organisation
from build.schemes import CASES, Case
from config import ROOT
from grants.applications.models import Application, ApplicationState
from grants.applications.services import (
    declare_admissible,
    send_to_review,
    submit,
)
from grants.calls.award import estimate
from grants.calls.form import FormDocument, look, schema_of
from grants.calls.lint import lint
from grants.calls.models import Call, CallKind, CallState, Jury, Stage
from grants.calls.queries import locked
from grants.calls.templates import CallTemplate, template, templates
from grants.decisions.models import Body, Instrument, Outcome
from grants.decisions.services import Item, deliberate, open_session
from grants.juries.services import Intent, Written, assign_everyone, close_jury, save_review
from grants.kernel.access import Actor
from grants.kernel.money import Amount
from grants.people.models import Funder, Person

CATALOGUE = ROOT.parent / "shared" / "reference" / "catalogue.yaml"
SHIPPED = {
    "ami_initiatives_territoriales": ("ami", "grand_est"),
    "ami_maison_ess": ("ami", "clermont"),
    "ami_tetes_de_reseaux": ("ami", "grand_est"),
    "bourse_emergence_scop_scic": ("rolling", "grand_est"),
    "chaire_ess": ("agreement", "grand_reims"),
    "clermont_direct": ("rolling", "clermont"),
    "clermont_events": ("agreement", "clermont"),
    "clermont_support_network": ("agreement", "clermont"),
    "convention_cress": ("agreement", "grand_est"),
    "convention_dla": ("agreement", "grand_est"),
    "convention_mef": ("agreement", "m2a"),
    "convention_urscop": ("agreement", "grand_est"),
    "courts_circuits": ("aap", "m2a mulhouse mef"),
    "emploi_associatif": ("rolling", "grand_est"),
    "entreprendre_autrement": ("aap", "mel"),
    "fabriques_a_projets": ("aap", "grand_est"),
    "initiatives_habitants": ("aap", "strasbourg"),
    "manifestations_envergure": ("rolling", "grand_est"),
    "mel_makers": ("aap", "mel"),
    "prix_innovation_sociale": ("prize", "nantes"),
    "scic_creation": ("aap", "clermont"),
    "soutien_cae": ("rolling", "grand_est"),
    "soutien_utilite_sociale": ("rolling", "grand_est"),
}
"""Each scheme of the catalogue: its kind and its funders, the lead first."""
CLOSES = NOW + timedelta(days=10)
MARK = 7
LEFT_TO_THE_OFFICER = {"no_envelope", "no_session"}
"""What a scheme cannot know: the year's envelopes, and when the council sits."""


def test_every_scheme_of_the_catalogue_ships_with_its_funders_and_kind():
    shipped = {
        key: (one.kind.value, " ".join(funder.key for funder in one.funders))
        for key, one in templates().items()
    }
    assert shipped == SHIPPED


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the reference is not on this machine")
def test_what_is_written_down_here_is_the_catalogue():
    kinds = {
        "AAP": CallKind.AAP,
        "AMI": CallKind.AMI,
        "prix": CallKind.PRIZE,
        "fil de l'eau": CallKind.ROLLING,
        "convention": CallKind.AGREEMENT,
    }
    read = yaml.safe_load(CATALOGUE.read_text())["schemes"]
    assert {
        one["key"]: (kinds[one["kind"]].value, " ".join(one["funders"])) for one in read
    } == SHIPPED


@pytest.mark.parametrize("key", sorted(templates()))
def test_a_scheme_is_published_and_takes_an_application_to_its_award(session, key):
    scheme, case = template(key), CASES.get(key, Case())
    funders = {one.key: a_funder(session) for one in scheme.funders}
    lead = funders[scheme.lead]
    call = published(session, scheme, funders)
    officer = acting_as(session, a_funder_member(session, lead))
    assert call.state is CallState.PUBLISHED
    found = lint(locked(session, call.id, viewer=officer), call.current_revision.form, NOW)
    assert {one.code for one in found} <= LEFT_TO_THE_OFFICER

    application = submitted(session, call, case)
    assert given(scheme, application) == case.award
    declare_admissible(session, application.id, actor=officer, now=NOW)
    assert send_to_review(session, call.id, actor=officer, now=NOW) == 1
    end = judged(session, call, application, officer)

    envelope = an_envelope(session, lead, amount=50_000_000, unit=scheme.unit, section=case.section)
    draws_on(session, call, envelope, lead)
    item = Item(
        application_id=application.id,
        outcome=Outcome.AWARD,
        instrument=Instrument(scheme.award_rule.instrument.value),
        amount=Amount(case.award),
        envelope_id=envelope,
    )
    decided(session, lead, item, officer=officer, now=end)
    session.refresh(application)
    assert application.state is ApplicationState.AWARDED
    assert standing(session, envelope)["reserved"] == case.award


def published(session: Session, scheme: CallTemplate, funders: Mapping[str, Funder]) -> Call:
    """The scheme as a call, open now; a rolling one never closes."""
    closes_at = None if scheme.kind is CallKind.ROLLING else CLOSES
    return a_call_from_template(session, scheme.key, closes_at=closes_at, **funders)


def submitted(session: Session, call: Call, case: Case) -> Application:
    """A whole application, sent by the applicant's representative."""
    author = a_person(session)
    approvals = [
        {"kind": one, "granted_on": "2018-01-01", "valid_until": "2022-12-31"}
        for one in case.approvals
    ]
    organisation = an_organisation(
        session, legal_form=case.legal_form, approvals=approvals, representative=author
    )
    form = call.current_revision.form
    application = an_application(
        session,
        call,
        organisation=organisation,
        author=author,
        state=ApplicationState.DRAFT,
        answers=complete(form, **case.answers),
    )
    receipt = submit(session, application.id, actor=acting_as(session, author), now=NOW)
    assert receipt.number.startswith(call.number_prefix)
    return application


def given(scheme: CallTemplate, application: Application) -> int:
    """What the scheme's rule gives for these answers; what is requested where none is written."""
    form = FormDocument.parse(scheme.form)
    answers = look(form, application.answers)
    found = estimate(scheme.award_rule, answers, schema=schema_of(form.fields()), unit=scheme.unit)
    assert not found.lacking
    assert (found.amount is None) == (not found.lines)
    return application.requested if found.amount is None else found.amount


def judged(session: Session, call: Call, application: Application, officer: Actor) -> datetime:
    """Every jury of every stage reads it and closes, each in its time; when the last did."""
    now = NOW
    wanted = select(Stage).where(Stage.call_id == call.id).order_by(Stage.position)
    for stage in session.scalars(wanted).all():
        if stage.starts_on is not None:
            now = datetime.combine(stage.starts_on, time(11), UTC)
        juries = select(Jury).where(Jury.stage_id == stage.id).order_by(Jury.position)
        for jury in session.scalars(juries).all():
            score(session, jury, application, officer, now)
    return now


def score(
    session: Session, jury: Jury, application: Application, officer: Actor, now: datetime
) -> None:
    """As many jurors as the quorum asks give the same mark everywhere; the jury closes."""
    seats = [a_seat(session, jury) for _ in range(jury.quorum)]
    track = application.track_key
    asked = [one for one in criteria_of(session, jury) if track in one.tracks or not one.tracks]
    marks = {one.key: MARK for one in asked}
    assert assign_everyone(session, jury.id, actor=officer, now=now) == len(seats)
    for seat in seats:
        save_review(
            session,
            jury.id,
            application.id,
            Written(version=0, marks=marks),
            intent=Intent.FINALISE,
            actor=as_juror(session, session.get_one(Person, seat.person_id)),
            now=now,
        )
    assert close_jury(session, jury.id, store=a_store(), actor=officer, now=now).closed_at == now


def decided(session: Session, lead: Funder, item: Item, *, officer: Actor, now: datetime) -> None:
    """The council awards it."""
    sitting = open_session(
        session, lead.id, body=Body.COUNCIL, held_on=now.date(), actor=officer, now=now
    )
    deliberation = deliberate(
        session,
        sitting.id,
        number="DEL2018_001",
        object="Soutien à l’économie sociale et solidaire",
        vote=PLAN_OF_2016,
        items=[item],
        actor=officer,
        now=now,
    )
    assert deliberation.adopted
