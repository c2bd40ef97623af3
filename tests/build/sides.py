"""One side of the world of `build.world`: an authority with one of everything."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.applications import an_application
from build.ballots import a_ballot
from build.budget import a_budget
from build.calls import a_call, a_form, a_jury, a_stage
from build.clock import NOW
from build.hearings import hearings_under_way
from build.juries import a_hint, a_recusal, a_review, a_seat, an_assignment
from build.ledger import a_book, an_envelope
from build.people import (
    a_link,
    a_member,
    a_person,
    an_organisation,
)
from build.sittings import meetings_under_way
from build.vault import a_kept_document, an_aid
from grants.applications.filling import Upload
from grants.applications.models import Application, ApplicationFile, ApplicationState
from grants.calls.form import document_hash
from grants.calls.models import AccessCode, Call, CallState, Jury, RankingRule, Stage
from grants.calls.services.ruling import version_of
from grants.calls.workbench import newest_revision
from grants.decisions.vote import Vote
from grants.files import services as files
from grants.files.models import StoredFile
from grants.files.store import FileStore
from grants.juries.models import Seat, SeatRole
from grants.kernel.access import Actor, OrganisationRole
from grants.payments.plan import Part
from grants.people.links import token_for
from grants.people.models import Funder, Organisation, Person, Purpose, SignIn
from grants.people.services import start_sign_in
from grants.watch.models import LinkedUndertaking

SECRET = "s" * 32
IBAN = "FR7630006000011234567890189"
VOTE = Vote(seats=89, present=73, represented=13, votes_for=86)
PARTS = (Part(percent=80, label="Acompte"), Part(percent=20, label="Solde"))
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
S = ApplicationState
STATES = (S.DRAFT, S.SUBMITTED, S.INCOMPLETE, S.ADMISSIBLE, S.IN_REVIEW)
AWARDED = ("paid", "signed", "prepared", "certified", "claimed", "planned", "announced", "decided")
"""Awards by how far their payment has come; the last one is not announced yet."""


@dataclass
class Side:
    """One authority with its people, and everything that can be named in an address."""

    name: str
    people: dict[str, Person] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    applications: dict[str, Application] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.objects[key]


def an_applicant(session: Session, side: Side) -> None:
    representative = a_person(session, name=f"Rémi {side.name}")
    organisation = an_organisation(
        session, name=f"Coopérative de {side.name}", representative=representative
    )
    side.people["representative"] = representative
    for role in (OrganisationRole.EDITOR, OrganisationRole.TREASURER):
        name = f"{role.value.title()} {side.name}"
        side.people[role.value] = a_member(session, organisation, role, name=name)
    side.objects |= {
        "organisation": organisation.id,
        "member": side.people["editor"].id,
        "colleague": side.people["finance"].id,
        "reader": side.people["auditor"].id,
    }


def a_vault(session: Session, store: FileStore, side: Side) -> None:
    """A document that the organisation keeps, and a public aid that it declared."""
    author = side.people["representative"]
    document = a_kept_document(session, store, side["organisation"], by=author)
    aid = an_aid(session, side["organisation"], by=author)
    link = LinkedUndertaking(
        organisation_id=side["organisation"],
        siren="552100554",
        name=f"Groupe de {side.name}",
        declared_at=NOW,
        declared_by=author.id,
    )
    session.add(link)
    session.flush()
    side.objects |= {"document": document.id, "aid": aid.id, "link.group": link.id}


def a_purse(session: Session, side: Side, funder: Funder) -> None:
    book = a_book(session, funder)
    first = an_envelope(session, book, label=f"Projets de {side.name}", voted=50_000_000)
    second = an_envelope(session, book, label=f"Réserve de {side.name}", voted=100_000)
    side.objects |= {
        "funder": funder.id,
        "book": book.id,
        "envelope": first.id,
        "envelope.row": first,
        "reserve": second.id,
        **a_budget(session, book, first),
    }


def some_calls(session: Session, side: Side, funder: Funder) -> None:
    slug = side.name.lower()
    document = a_form(files_required=True)
    call = a_call(
        session,
        funders=[funder],
        document=document,
        envelopes=[side["envelope.row"]],
        juries=2,
        slug=f"{slug}-2018",
        title_fr=f"Initiatives de {side.name}",
    )
    a_stage(session, call, position=2, juries=1)
    others = {
        state: a_call(session, funders=[funder], state=state, slug=f"{slug}-{state.value}")
        for state in (CallState.DRAFT, CallState.CLOSED)
    }
    rules = with_rules(session, others[CallState.DRAFT])
    juries = session.scalars(select(Jury).where(Jury.call_id == call.id).order_by(Jury.key)).all()
    side.objects |= {
        **rules,
        "call": call.id,
        "call.row": call,
        "slug": call.slug,
        "call.draft": others[CallState.DRAFT].id,
        "call.closed": others[CallState.CLOSED].id,
        "code": _a_code(session, call, side.people["officer"]),
        "stage.draft": _first_stage(session, others[CallState.DRAFT]),
        "jury": juries[0].id,
        "jury.offered": juries[1].id,
        "jury.ready": juries[2].id,
        "juries": juries,
    }


def with_rules(session: Session, call: Call) -> dict[str, str]:
    """A check and an eligibility rule in a draft; the versions that pages hand back."""
    revision = newest_revision(session, call.id)
    check = {"key": "half", "rule": "requested <= 0.5 * budget.charges", "message_fr": "Trop."}
    revision.document = {**revision.document, "checks": [check]}
    revision.document_hash = document_hash(revision.document)
    call.eligibility_rules = [
        {
            "key": "ess",
            "rule": "applicant.ess",
            "refusal_fr": "Hors de l’ESS.",
            "refusal_en": "Not in the social economy.",
        }
    ]
    return {
        "form.draft": revision.document_hash,
        "eligibility.draft": version_of(call.eligibility_rules),
        "award.draft": version_of(call.award_rule),
    }


def _a_code(session: Session, call: Call, officer: Person) -> UUID:
    code = AccessCode(
        call_id=call.id,
        code_hash=sha256(call.id.bytes).hexdigest(),
        given_to="Les Jardins",
        expires_at=NOW + timedelta(days=90),
        created_by=officer.id,
    )
    session.add(code)
    session.flush()
    return code.id


def _first_stage(session: Session, call: Call) -> UUID:
    return session.scalars(select(Stage.id).where(Stage.call_id == call.id)).one()


def applications_in_every_state(session: Session, store: FileStore, side: Side) -> None:
    for state in STATES:
        _application(session, store, side, state.value, state)
    for stage in ("open", *AWARDED):
        _application(session, store, side, stage, S.IN_REVIEW)


def _application(session: Session, store: FileStore, side: Side, name: str, state: S) -> None:
    title = f"Projet {name} de {side.name}"
    one = an_application(
        session,
        side["call.row"],
        organisation=session.get_one(Organisation, side["organisation"]),
        author=side.people["representative"],
        state=state,
        with_files=False,
        answers={
            "title": title,
            "summary": f"Le résumé {name} de {side.name}.",
            "requested": 500_000,
        },
        summary=f"Le résumé {name} de {side.name}.",
    )
    attached = ApplicationFile(
        application_id=one.id,
        field_key="articles",
        stored_file_id=a_document(session, store, side, f"statuts-{name}-{side.name}.pdf").id,
        added_at=NOW - timedelta(days=2),
        added_by=side.people["representative"].id,
    )
    session.add(attached)
    session.flush()
    upload = Upload(
        application_id=one.id,
        field_key="articles",
        person_id=side.people["representative"].id,
        name="statuts.pdf",
        size=1000,
        begun_at=NOW,
    )
    session.add(upload)
    session.flush()
    side.objects[f"upload.{name}"] = upload.id
    side.applications[name] = one
    side.objects |= {f"application.{name}": one.id, f"file.{name}": attached.id}


def a_document(session: Session, store: FileStore, side: Side, name: str) -> StoredFile:
    actor = Actor(id=side.people["representative"].id)
    return files.deposit(session, store, io.BytesIO(PDF), name=name, actor=actor)


def juries_at_work(session: Session, store: FileStore, side: Side) -> None:
    jury, offered, ready = side["juries"]
    read = [side.applications[name] for name in ("in_review", "open")]
    for role in ("juror", "chair", "recused"):
        person = a_person(session, name=f"{role.title()} {side.name}")
        side.people[role] = person
        held = SeatRole.CHAIR if role == "chair" else SeatRole.JUROR
        for panel in (jury, ready):
            seat = a_seat(session, panel, person=person, role=held)
            side.objects[f"seat.{role}.{panel.key}"] = seat.id
            for application in read:
                an_assignment(session, seat, application)
                if panel is ready:
                    a_review(session, seat, application, 7, 8)
        side.objects[f"seat.{role}"] = side[f"seat.{role}.{jury.key}"]
    juror = side.people["juror"]
    side.objects["seat.offered"] = a_seat(session, offered, person=juror, accepted=False).id
    a_recusal(session, side.people["recused"], side.applications["in_review"], jury_id=jury.id)
    held = session.get_one(Seat, side["seat.juror"])
    side.objects["hint"] = a_hint(session, held, side.applications["open"]).id
    stored = a_document(session, store, side, "reponse.pdf")
    side.objects |= {"stored.reply": stored.id}
    side.objects |= hearings_under_way(session, side, read)
    side.objects |= meetings_under_way(session, jury, ready, read[0], side["seat.juror"])
    side.objects |= {"jury.voting": a_vote_of_jurors(session, side, jury, read)}
    marks = {}
    for criterion in ("criterion1", "criterion2"):
        marks[f"mark_{criterion}"] = "5"
    side.objects["marks"] = marks


def a_vote_of_jurors(session: Session, side: Side, jury: Jury, read: list[Application]) -> UUID:
    """A jury of the same members that ranks by approvals; another one cast a ballot."""
    stage = session.get_one(Stage, jury.stage_id)
    voting = a_jury(session, stage, position=9, key="voting", rule=RankingRule.APPROVAL)
    for role in ("juror", "chair", "recused", ""):
        held = SeatRole.CHAIR if role == "chair" else SeatRole.JUROR
        seat = a_seat(session, voting, person=side.people.get(role), role=held)
        for application in read:
            if role != "recused" or application is not side.applications["in_review"]:
                an_assignment(session, seat, application)
    a_ballot(session, seat, dict.fromkeys(read, 1))
    return voting.id


def links_by_mail(session: Session, side: Side, funder: Funder) -> None:
    name = side.name.lower()
    to_organisation = a_link(
        session,
        Purpose.INVITATION,
        email=f"membre@{name}.example",
        payload={"organisation": str(side["organisation"]), "roles": ["editor"]},
    )
    to_funder = a_link(
        session,
        Purpose.INVITATION,
        email=f"agent@{name}.example",
        payload={"funder": str(funder.id), "roles": ["officer"], "name": "Ange Agent"},
    )
    stranger = a_person(session, name=f"Inscrit {side.name}")
    tokens = {}
    for purpose in (Purpose.CONFIRM, Purpose.SIGN_IN, Purpose.RESET):
        person = stranger
        if purpose is Purpose.CONFIRM:
            person = a_person(session, confirmed=False)
        link = a_link(session, purpose, person)
        tokens[f"token.{purpose.value}"] = token_for(SECRET, link.id)
    for_editor = a_link(
        session,
        Purpose.INVITATION,
        email=side.people["editor"].email,
        payload={"funder": str(funder.id), "roles": ["elected"]},
    )
    started = start_sign_in(
        session, side.people["representative"].id, user_agent="ailleurs", now=NOW
    )
    side.objects |= tokens | {
        "link.organisation": to_organisation.id,
        "link.funder": to_funder.id,
        "token.invitation": token_for(SECRET, to_funder.id),
        "token.for_editor": token_for(SECRET, for_editor.id),
        "sign_in": _sign_in_id(session, side.people["representative"].id),
        "sign_in.token": started,
    }


def _sign_in_id(session: Session, person_id: UUID) -> UUID:
    found = select(SignIn.id).where(SignIn.person_id == person_id)
    return session.scalars(found).one()
