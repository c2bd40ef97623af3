"""Calls: a published one by default, with one jury and a short form; or any template's."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy.orm import Session

from build.clock import NOW
from build.people import a_funder
from grants.calls import services
from grants.calls.form import document_hash
from grants.calls.models import (
    Call,
    CallEnvelope,
    CallFunder,
    CallKind,
    CallState,
    Criterion,
    FormRevision,
    Jury,
    Stage,
    StageKind,
)
from grants.calls.templates import template
from grants.kernel.access import Actor, FunderRole
from grants.kernel.identity import new_id
from grants.kernel.money import Unit
from grants.people.models import Funder

_serial = count(1)

DOCUMENT = {
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
                    "visible_to": ["juror", "public"],
                },
                {
                    "key": "summary",
                    "type": "long_text",
                    "role": "summary",
                    "label_fr": "Le projet en quelques phrases",
                    "label_en": "The project in a few sentences",
                    "limits": {"words_max": 80},
                },
                {
                    "key": "contact",
                    "type": "email",
                    "required": False,
                    "label_fr": "Adresse de contact",
                    "label_en": "Contact address",
                    "visible_to": [],
                },
            ],
        },
        {
            "key": "money",
            "title_fr": "Votre budget",
            "title_en": "Your budget",
            "fields": [
                {
                    "key": "requested",
                    "type": "money",
                    "role": "requested",
                    "label_fr": "Montant demandé",
                    "label_en": "Amount requested",
                    "limits": {"min": 10_000},
                },
                {
                    "key": "budget",
                    "type": "budget",
                    "required": False,
                    "label_fr": "Budget prévisionnel",
                    "label_en": "Provisional budget",
                    "limits": {"includes_request": True},
                },
            ],
        },
        {
            "key": "documents",
            "title_fr": "Pièces à joindre",
            "title_en": "Documents to attach",
            "fields": [
                {
                    "key": "articles",
                    "type": "file",
                    "required": False,
                    "label_fr": "Statuts",
                    "label_en": "Articles of association",
                },
            ],
        },
    ]
}

ANSWERS = {
    "title": "La ressourcerie du canal",
    "summary": "Donner une seconde vie aux objets du quartier.",
    "requested": 500_000,
}
"""Complete answers to DOCUMENT: 5 000 € requested."""


def a_form(*, files_required: bool = False, unit: Unit = Unit.EUR) -> dict[str, object]:
    """DOCUMENT, its amount in `unit` and its document required on demand."""
    document = deepcopy(DOCUMENT)
    money, files = document["sections"][1]["fields"], document["sections"][2]["fields"]
    files[0]["required"] = files_required
    if unit is not Unit.EUR:
        money[0].update(type="quantity", limits={"unit": unit.value, "min": 1})
    return document


def a_call(
    session: Session,
    *,
    funders: Iterable[Funder] = (),
    state: CallState = CallState.PUBLISHED,
    opens_at: datetime = NOW - timedelta(days=30),
    closes_at: datetime | None = NOW + timedelta(days=30),
    document: dict[str, object] | None = None,
    envelopes: Iterable[object] = (),
    juries: int = 1,
    **columns: object,
) -> Call:
    """A call open NOW, led by a new funder unless given; `juries` panels of two criteria each.

    `envelopes` are the ledger's rows or lines: anything with an `id`.
    """
    nth = next(_serial)
    rows = list(funders) or [a_funder(session)]
    # Call and form name each other: the call is first a draft without a form.
    call = Call(
        **{
            **TEXTS,
            "id": new_id(),
            "slug": f"appel-{nth}",
            "key": "test",
            "number_prefix": f"T{nth}-{opens_at.year}",
            "kind": CallKind.AAP,
            "unit": Unit.EUR,
            "opens_at": opens_at,
            "closes_at": closes_at,
            **columns,
        },
    )
    session.add(call)
    session.flush()
    revision = a_revision(
        session, call, document or a_form(unit=call.unit), frozen=state is not CallState.DRAFT
    )
    session.add_all(
        CallFunder(call_id=call.id, funder_id=row.id, position=at, is_lead=at == 1)
        for at, row in enumerate(rows, 1)
    )
    session.add_all(
        CallEnvelope(call_id=call.id, envelope_id=one.id, funder_id=rows[0].id, position=at)
        for at, one in enumerate(envelopes, 1)
    )
    call.current_revision_id = revision.id
    _bring_to(call, state)
    a_stage(session, call, juries=juries)
    return call


def a_revision(
    session: Session, call: Call, document: dict[str, object], *, frozen: bool = True
) -> FormRevision:
    """A version of the call's form."""
    revision = FormRevision(
        id=new_id(),
        call_id=call.id,
        number=1,
        document=document,
        document_hash=document_hash(document),
        frozen_at=call.opens_at if frozen else None,
    )
    session.add(revision)
    session.flush()
    return revision


def _bring_to(call: Call, state: CallState) -> None:
    """Give the call a state, with the instants that it implies."""
    call.state = state
    if state is not CallState.DRAFT:
        call.published_at = call.opens_at
        call.opened_at = call.opens_at if call.opens_at <= NOW else None
    if state in {CallState.CLOSED, CallState.ARCHIVED}:
        call.closed_at = NOW
    call.archived_at = NOW if state is CallState.ARCHIVED else None


TEXTS = {
    "title_fr": "Initiatives du canal",
    "title_en": "Canal initiatives",
    "summary_fr": "Des projets utiles au quartier du canal.",
    "summary_en": "Projects useful to the canal district.",
    "body_fr": "Premier paragraphe.\n\nSecond paragraphe.",
    "body_en": "First paragraph.\n\nSecond paragraph.",
    "eligibility_fr": "Être une structure de l’économie sociale et solidaire.",
    "eligibility_en": "Be a structure of the social economy.",
    "award_rule": {
        "instrument": "grant",
        "amount": None,
        "amount_max": None,
        "explain_fr": "Dans la limite de l’enveloppe.",
        "explain_en": "Within the envelope.",
    },
    "allows_persons": True,
    "contact_email": "ess@valbrune.example",
    "contact_phone": "04 73 00 00 00",
}


def a_stage(
    session: Session,
    call: Call,
    *,
    position: int = 1,
    kind: StageKind = StageKind.SCORING,
    juries: int = 1,
    **columns: object,
) -> Stage:
    """A stage with `juries` panels of two criteria each."""
    stage = Stage(
        id=new_id(),
        call_id=call.id,
        position=position,
        key=f"stage{position}",
        kind=kind,
        **{"title_fr": "Sélection", "title_en": "Selection", **columns},
    )
    session.add(stage)
    session.flush()
    for at in range(1, juries + 1):
        a_jury(session, stage, position=at)
    return stage


def a_jury(
    session: Session, stage: Stage, *, position: int = 1, criteria: int = 2, **columns: object
) -> Jury:
    """A panel whose criteria weigh 60 and 40 (then 20 each), scored from 0 to 10."""
    jury = Jury(
        id=new_id(),
        call_id=stage.call_id,
        stage_id=stage.id,
        position=position,
        **{
            "key": f"{stage.key}_jury{position}",
            "name_fr": f"Jury {position}",
            "name_en": f"Jury {position}",
            "quorum": 1,
            **columns,
        },
    )
    session.add(jury)
    session.flush()
    weights = [60, 40, *([20] * criteria)]
    session.add_all(
        Criterion(
            jury_id=jury.id,
            position=at,
            key=f"criterion{at}",
            label_fr=f"Critère {at}",
            label_en=f"Criterion {at}",
            weight=weights[at - 1],
            scale_max=10,
            anchors=[{"value": 0, "label_fr": "Non", "label_en": "No"}],
        )
        for at in range(1, criteria + 1)
    )
    session.flush()
    return jury


def a_call_from_template(
    session: Session,
    key: str,
    *,
    opens_at: datetime = NOW - timedelta(days=1),
    closes_at: datetime | None = NOW + timedelta(days=30),
    published: bool = True,
    edition: str = "2018",
    **funders: Funder,
) -> Call:
    """A call of a template that ships, each funder slot filled with a new funder unless given."""
    scheme = template(key)
    rows = {one.key: funders.get(one.key) or a_funder(session) for one in scheme.funders}
    officer = an_officer_of(*rows.values())
    call = services.load_template(
        session,
        key,
        slug=f"{key.replace('_', '-')}-{next(_serial)}",
        funders={slot: row.id for slot, row in rows.items()},
        opens_at=opens_at,
        closes_at=closes_at,
        envelopes={},
        edition=edition,
        actor=officer,
        now=NOW - timedelta(days=2),
    )
    if published:
        services.publish(session, call.id, actor=officer, now=NOW)
    return call


def an_officer_of(*funders: Funder) -> Actor:
    """Somebody who appraises for those funders, without a row."""
    return Actor(id=new_id(), funders={one.id: frozenset({FunderRole.OFFICER}) for one in funders})
