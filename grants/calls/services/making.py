"""Makes a draft call out of a template: every row of it, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.calls import queries
from grants.calls.form import document_hash
from grants.calls.models import (
    Batch,
    Call,
    CallEnvelope,
    CallFunder,
    Criterion,
    FormRevision,
    Jury,
    RequiredDocument,
    Stage,
    Track,
)
from grants.calls.rules import check_window, may_create_for
from grants.calls.services.blank import free_prefix
from grants.calls.steps import JuryTemplate, StageTemplate
from grants.calls.templates import CallTemplate, template, titled
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.ledger import queries as ledger
from grants.outbox.services import announce
from grants.people.models import Funder


@dataclass(frozen=True)
class Contact:
    """Whom applicants may ask; the lead funder's own when not given."""

    email: str = ""
    phone: str = ""


def load_template(
    session: Session,
    key: str,
    *,
    slug: str,
    funders: Mapping[str, UUID],
    opens_at: datetime,
    closes_at: datetime | None,
    envelopes: Mapping[str, UUID],
    actor: Actor,
    now: datetime,
    edition: str = "",
    contact: Contact | None = None,
) -> Call:
    """Make a draft call out of a template.

    `funders` and `envelopes` fill the template's slots by key; only the lead's is required.
    `edition` completes the title. Announces `call.created`.

    Raises: as `make`, and Unknown when there is no such template.
    """
    return make(
        session,
        template(key),
        slug=slug,
        funders=funders,
        opens_at=opens_at,
        closes_at=closes_at,
        envelopes=envelopes,
        edition=edition,
        contact=contact,
        actor=actor,
        now=now,
    )


def make(
    session: Session,
    scheme: CallTemplate,
    *,
    slug: str,
    funders: Mapping[str, UUID],
    opens_at: datetime,
    closes_at: datetime | None,
    envelopes: Mapping[str, UUID],
    actor: Actor,
    now: datetime,
    edition: str = "",
    contact: Contact | None = None,
    previous_call_id: UUID | None = None,
) -> Call:
    """Make a draft call out of a scheme, whether it shipped, was imported or is a clone's.

    `previous_call_id` is the call of which it is the next edition. Announces `call.created`.

    Raises:
        Unknown: no such funder or envelope.
        Forbidden: the actor is not an officer of the lead funder.
        Refused: the address is taken, the dates do not follow each other, or an envelope
            counts another unit than the call or belongs to another funder than its slot's.
    """
    lead_id = funders.get(scheme.lead)
    if lead_id is None:
        raise Refused("call.load_template.no_lead", field="lead")
    if not may_create_for(actor, lead_id):
        raise Forbidden
    check_window(scheme.kind, opens_at, closes_at)
    if queries.slug_is_taken(session, slug):
        raise Refused("call.load_template.slug_taken", field="slug", slug=slug)
    rows = _funders(session, scheme, funders)
    lead = next(row for row in rows if row.id == lead_id)
    call = _call(session, scheme, slug=slug, edition=edition, opens_at=opens_at)
    call.closes_at = closes_at
    call.previous_call_id = previous_call_id
    call.contact_email = (contact.email if contact else "") or lead.email or ""
    call.contact_phone = (contact.phone if contact else "") or lead.phone or ""
    session.add(call)
    session.flush()
    _add_parts(session, call, scheme, funders, rows)
    _add_envelopes(session, call, scheme, funders, envelopes)
    announce(session, "call.created", by=actor, at=now, funder=lead_id, subject=call.id)
    return call


def _funders(session: Session, scheme: CallTemplate, funders: Mapping[str, UUID]) -> list[Funder]:
    """The funders of the call, lead first.

    Raises:
        Unknown: a slot that the template does not have, or a funder that does not exist.
    """
    slots = [one.key for one in scheme.funders]
    if set(funders) - set(slots):
        raise Unknown
    wanted = [funders[scheme.lead], *(funders[slot] for slot in slots if slot in funders)]
    found = session.scalars(select(Funder).where(Funder.id.in_(set(wanted)))).all()
    by_id = {one.id: one for one in found}
    if set(wanted) - set(by_id):
        raise Unknown
    return [by_id[one] for one in dict.fromkeys(wanted)]


def _call(
    session: Session, scheme: CallTemplate, *, slug: str, edition: str, opens_at: datetime
) -> Call:
    texts = {**scheme.texts}
    texts["title_fr"] = titled(texts["title_fr"], edition)
    texts["title_en"] = titled(texts["title_en"], edition)
    return Call(
        id=new_id(),
        slug=slug,
        key=scheme.key,
        number_prefix=free_prefix(session, scheme.number_prefix, opens_at),
        kind=scheme.kind,
        unit=scheme.unit,
        award_rule=scheme.award_rule.stored(),
        allows_persons=scheme.allows_persons,
        opens_at=opens_at,
        contact_email="",
        contact_phone="",
        **texts,
        **scheme.particulars.columns(),
    )


def _add_parts(
    session: Session,
    call: Call,
    scheme: CallTemplate,
    funders: Mapping[str, UUID],
    rows: list[Funder],
) -> None:
    lead_id = funders[scheme.lead]
    session.add_all(
        CallFunder(call_id=call.id, funder_id=row.id, position=at, is_lead=row.id == lead_id)
        for at, row in enumerate(rows, 1)
    )
    _add_form(session, call, scheme)
    for at, stage in enumerate(scheme.stages, 1):
        _add_stage(session, call, stage, at)
    session.flush()


def _add_form(session: Session, call: Call, scheme: CallTemplate) -> None:
    """What applicants are asked: tracks, documents, batches, questions."""
    revision = FormRevision(
        id=new_id(),
        call_id=call.id,
        number=1,
        document=dict(scheme.form),
        document_hash=document_hash(scheme.form),
    )
    session.add(revision)
    session.add_all(
        Track(call_id=call.id, position=at, **_words(one))
        for at, one in enumerate(scheme.tracks, 1)
    )
    session.add_all(
        RequiredDocument(
            call_id=call.id,
            position=at,
            **_words(one),
            help_fr=one.help_fr,
            help_en=one.help_en,
            required=one.required,
            legal_forms=list(one.legal_forms),
            vault_kind=one.vault_kind,
        )
        for at, one in enumerate(scheme.documents, 1)
    )
    session.add_all(
        Batch(
            call_id=call.id,
            label_fr=one.label_fr,
            label_en=one.label_en,
            cut_off_at=one.cut_off_at,
            decides_on=one.decides_on,
        )
        for one in scheme.particulars.batches
    )
    session.flush()
    call.current_revision_id = revision.id


def _add_stage(session: Session, call: Call, stage: StageTemplate, position: int) -> None:
    row = Stage(
        id=new_id(),
        call_id=call.id,
        position=position,
        key=stage.key,
        kind=stage.kind,
        title_fr=stage.title_fr,
        title_en=stage.title_en,
        help_fr=stage.help_fr,
        help_en=stage.help_en,
        hide_others=stage.hide_others,
        blind=stage.blind,
        cut=stage.cut,
        remind_days=stage.remind_days,
        tells_comments=stage.tells_comments,
        tells_scores=stage.tells_scores,
        tells_rank=stage.tells_rank,
    )
    if stage.starts_on is not None:
        row.starts_on, row.ends_on = stage.starts_on, stage.ends_on
    elif call.closes_at is not None and stage.after_days is not None:
        row.starts_on = paris_date(call.closes_at) + timedelta(days=stage.after_days - 1)
        row.ends_on = row.starts_on + timedelta(days=stage.lasts_days - 1)
    session.add(row)
    session.flush()
    for at, jury in enumerate(stage.juries, 1):
        _add_jury(session, row, jury, at)


def _add_jury(session: Session, stage: Stage, jury: JuryTemplate, position: int) -> None:
    row = Jury(
        id=new_id(),
        call_id=stage.call_id,
        stage_id=stage.id,
        position=position,
        key=jury.key,
        name_fr=jury.name_fr,
        name_en=jury.name_en,
        prize_fr=jury.prize_fr,
        prize_en=jury.prize_en,
        quorum=jury.quorum,
        casting_vote=jury.casting_vote,
        rule=jury.rule,
        ballot_points=jury.ballot_points,
        ballot_budget=Amount(jury.ballot_budget) if jury.ballot_budget else None,
    )
    session.add(row)
    session.flush()
    session.add_all(
        Criterion(
            jury_id=row.id,
            position=at,
            **_words(one),
            help_fr=one.help_fr,
            help_en=one.help_en,
            weight=one.weight,
            scale_max=one.scale_max,
            anchors=[dict(anchor) for anchor in one.anchors],
            optional=one.optional,
            tracks=list(one.tracks),
        )
        for at, one in enumerate(jury.criteria, 1)
    )


def _add_envelopes(
    session: Session,
    call: Call,
    scheme: CallTemplate,
    funders: Mapping[str, UUID],
    envelopes: Mapping[str, UUID],
) -> None:
    slots = {one.key: one for one in scheme.envelopes}
    for at, (key, envelope_id) in enumerate(envelopes.items(), 1):
        slot = slots.get(key)
        funder_id = funders.get(slot.funder) if slot else None
        if funder_id is None:
            raise Unknown
        line = ledger.envelope_line(session, envelope_id)
        if line.funder_id != funder_id:
            raise Refused("call.load_template.envelope_of_another_funder", envelope=line.label)
        if line.unit != call.unit:
            raise Refused("call.load_template.envelope_in_another_unit", envelope=line.label)
        session.add(
            CallEnvelope(call_id=call.id, envelope_id=envelope_id, funder_id=funder_id, position=at)
        )
    session.flush()


def _words(one: Any) -> dict[str, str]:
    return {"key": one.key, "label_fr": one.label_fr, "label_en": one.label_en}
