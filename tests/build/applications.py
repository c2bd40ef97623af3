"""Applications: valid by default, in any state with the facts that it implies."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from build.calls import a_call
from build.clock import NOW
from build.people import a_person, an_organisation
from grants.applications.models import (
    Application,
    ApplicationCounter,
    ApplicationFile,
    ApplicationState,
    ComplementRequest,
    folded,
)
from grants.calls.form import FieldType
from grants.calls.models import Call, CallFunder, CallKind, CallState, FormRevision
from grants.files.models import StoredFile
from grants.kernel.access import Actor, FunderRole, OrganisationRole
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.people.models import Organisation, Person

S = ApplicationState
NEVER_SUBMITTED = {S.DRAFT, S.LAPSED}
BEFORE_REVIEW = {S.DRAFT, S.LAPSED, S.SUBMITTED, S.INCOMPLETE, S.INADMISSIBLE, S.WITHDRAWN}
DECIDED = {
    S.AWARDED,
    S.WAITLISTED,
    S.DECLINED,
    S.UNDER_AGREEMENT,
    S.IN_PROGRESS,
    S.CLOSED,
}

_serial = count(1)

FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "project",
            "title_fr": "Votre projet",
            "title_en": "Your project",
            "fields": [
                {
                    "key": "title",
                    "type": "short_text",
                    "role": "title",
                    "label_fr": "Nom du projet",
                    "label_en": "Name of the project",
                },
                {
                    "key": "summary",
                    "type": "long_text",
                    "role": "summary",
                    "required": False,
                    "label_fr": "Résumé",
                    "label_en": "Summary",
                },
            ],
        },
        {
            "key": "money",
            "title_fr": "Votre demande",
            "title_en": "Your request",
            "fields": [
                {
                    "key": "requested",
                    "type": "money",
                    "role": "requested",
                    "label_fr": "Montant demandé",
                    "label_en": "Amount requested",
                },
                {
                    "key": "contact",
                    "type": "email",
                    "required": False,
                    "label_fr": "Adresse électronique",
                    "label_en": "E-mail address",
                },
            ],
        },
        {
            "key": "documents",
            "title_fr": "Vos documents",
            "title_en": "Your documents",
            "fields": [
                {
                    "key": "statutes",
                    "type": "file",
                    "label_fr": "Statuts",
                    "label_en": "Articles",
                    "limits": {"files_max": 1},
                },
                {
                    "key": "photos",
                    "type": "file",
                    "required": False,
                    "label_fr": "Photographies",
                    "label_en": "Photographs",
                    "limits": {"files_max": 2, "kinds": ["pdf", "jpeg", "jpg", "png"]},
                },
            ],
        },
    ]
}
"""Three sections: enough to be lost in."""

ANSWERS: dict[str, Any] = {
    "title": "Une recyclerie de quartier",
    "summary": "Réparer, donner, vendre à petit prix.",
    "requested": 1_250_000,
}
"""Complete answers to FORM, and to the form of `build.calls`: 12 500 € requested."""


def a_call_in_memory(**columns: Any) -> Call:
    """An open call that no database knows."""
    return Call(
        **{
            "id": new_id(),
            "slug": "recyclerie",
            "key": "recyclerie",
            "number_prefix": "REC-2018",
            "kind": CallKind.AAP,
            "state": CallState.PUBLISHED,
            "unit": Unit.EUR,
            "allows_persons": False,
            "territories": [],
            "opens_at": NOW - timedelta(days=30),
            "closes_at": NOW + timedelta(days=30),
            "funders": [CallFunder(id=new_id(), funder_id=new_id(), position=1, is_lead=True)],
            **columns,
        }
    )


def an_application_in_memory(*, state: ApplicationState = S.DRAFT, **columns: Any) -> Application:
    """A complete application that no database knows."""
    call = columns.pop("call", None) or a_call_in_memory()
    organisation = columns.pop("organisation", None) or Organisation(
        id=new_id(), name="Les Jardins de la Brune", legal_form="9220", approvals=[]
    )
    application = Application(
        **{
            "id": new_id(),
            "call": call,
            "call_id": call.id,
            "revision": FormRevision(id=new_id(), document=FORM, number=1),
            "organisation": organisation,
            "organisation_id": organisation.id,
            "author_id": new_id(),
            "author": Person(name="Camille Besson"),
            "state": state,
            "answers": dict(ANSWERS),
            "as_typed": {},
            "sections": {},
            "version": 0,
            "started_at": NOW - timedelta(days=3),
            "files": [ApplicationFile(id=new_id(), field_key="statutes", added_at=NOW)],
            "complement": None,
            **facts_of(state),
            **columns,
        }
    )
    if application.number:
        application.number = f"{call.number_prefix}-{application.place:04d}"
    return application


def facts_of(state: ApplicationState) -> dict[str, Any]:
    """What a state implies: instants, place and number."""
    facts: dict[str, Any] = {}
    if state not in NEVER_SUBMITTED:
        place = next(_serial)
        facts |= {"submitted_at": NOW - timedelta(days=2), "place": place, "number": "?"}
    if state is S.INCOMPLETE:
        facts["complement_due_on"] = (NOW + timedelta(days=10)).date()
    if state not in BEFORE_REVIEW:
        facts["admissible_at"] = NOW - timedelta(days=1)
    if state in DECIDED:
        facts["decided_at"] = NOW
    for other in (S.INADMISSIBLE, S.WITHDRAWN, S.LAPSED):
        if state is other:
            facts[f"{other.value}_at"] = NOW
    return facts


def a_representative(application: Application, **roles: Any) -> Actor:
    """Whoever signs for the applicant."""
    held = frozenset({OrganisationRole.REPRESENTATIVE})
    return Actor(id=new_id(), organisations={application.organisation_id: held}, **roles)


def an_officer_of(application: Application, *roles: FunderRole, **more: Any) -> Actor:
    """Whoever works for the call's lead funder."""
    held = frozenset(roles or {FunderRole.OFFICER})
    return Actor(id=new_id(), funders={application.call.lead_id: held}, **more)


def an_application(
    session: Session,
    call: Call | None = None,
    *,
    organisation: Organisation | None = None,
    author: Person | None = None,
    state: ApplicationState = S.DRAFT,
    with_files: bool = True,
    **columns: Any,
) -> Application:
    """A complete application, in any state with the facts that it implies.

    Of a new open call, by a new organisation and its representative, unless given; an author
    without an organisation applies in person.
    """
    call = call or a_call(session, document=FORM)
    if author is None:
        author = a_person(session)
        organisation = organisation or an_organisation(session, representative=author)
    facts = facts_of(state)
    if "place" in facts:
        facts["place"] = _next_place(session, call)
        facts["number"] = f"{call.number_prefix}-{facts['place']:04d}"
    answers = columns.pop("answers", ANSWERS)
    title = columns.pop("title", answers.get("title") or "Un projet")
    name = organisation.name if organisation else author.name
    application = Application(
        **{
            "call_id": call.id,
            "revision_id": call.current_revision_id,
            "organisation_id": organisation.id if organisation else None,
            "author_id": author.id,
            "state": state,
            "answers": dict(answers),
            "title": title,
            "requested": answers.get("requested") or 0,
            "search_text": folded(f"{title} {name}"),
            "started_at": NOW - timedelta(days=3),
            "saved_at": NOW - timedelta(days=2),
            **facts,
            **columns,
        }
    )
    session.add(application)
    session.flush()
    if with_files:
        _attach_required(session, application, author)
    if state is S.INCOMPLETE:
        a_complement_request(session, application, asked_by=author)
    return application


def a_complement_request(
    session: Session, application: Application, *, asked_by: Person, **columns: Any
) -> ComplementRequest:
    """An unanswered request about the title."""
    request = ComplementRequest(
        **{
            "application_id": application.id,
            "asked_at": NOW - timedelta(days=1),
            "asked_by": asked_by.id,
            "due_on": (NOW + timedelta(days=10)).date(),
            "message": "Merci de préciser.",
            "items": [{"field_key": "title", "message": "Le nom est trop court."}],
            **columns,
        }
    )
    session.add(request)
    session.flush()
    application.complement_id = request.id
    session.flush()
    session.expire(application, ["complement"])
    return request


def a_stored_file(session: Session, person: Person, *, name: str = "statuts.pdf") -> StoredFile:
    """A document's row, whose bytes no store holds."""
    stored = StoredFile(
        sha256=f"{next(_serial):064x}",
        size=1024,
        media_type="application/pdf",
        name=name,
        uploaded_by=person.id,
    )
    session.add(stored)
    session.flush()
    return stored


def _attach_required(session: Session, application: Application, author: Person) -> None:
    revision = session.get_one(FormRevision, application.revision_id)
    for field in revision.form.fields():
        if field.type is FieldType.FILE and field.required:
            attached = ApplicationFile(
                application_id=application.id,
                field_key=field.key,
                stored_file_id=a_stored_file(session, author).id,
                added_at=NOW - timedelta(days=2),
                added_by=author.id,
            )
            session.add(attached)
    session.flush()


def _next_place(session: Session, call: Call) -> int:
    """Like submitting: the counter and the applications must not disagree."""
    counter = session.get(ApplicationCounter, call.id)
    if counter is None:
        counter = ApplicationCounter(call_id=call.id, last=0)
        session.add(counter)
    counter.last += 1
    session.flush()
    return counter.last
