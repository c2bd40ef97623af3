"""Texts of letters: kept, ordered, removed; one letter's own words; the release of them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from grants.decisions.models import Deliberation, Instrument, Outcome
from grants.decisions.queries import locked_deliberation
from grants.decisions.services import announce_results
from grants.kernel.access import Actor
from grants.kernel.errors import Refused, Unknown
from grants.kernel.identity import new_id
from grants.notices import choosing, orders
from grants.notices import texts as wordings
from grants.notices.models import LetterRelease, LetterTemplate, LetterWording
from grants.notices.queries import template_of
from grants.notices.rules import keeps_templates
from grants.outbox.services import announce

TEMPLATES_MAX = 100


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """A text as somebody typed it, and the decisions that it is meant for."""

    name: str
    outcome: Outcome | None = None
    instrument: Instrument | None = None
    call_id: UUID | None = None
    track_key: str = ""
    partial: bool | None = None
    body_fr: str
    body_en: str = ""


def add_template(
    session: Session, funder_id: UUID, drafted: Drafted, *, actor: Actor, now: datetime
) -> LetterTemplate:
    """Keep a new text, tried after the funder's others. Announces `letter_template.kept`.

    Locks the list of the funder's texts.

    Raises:
        Unknown: the actor does not keep that funder's texts.
        Refused: `letter_template.block_missing`, `…variable_unknown`, `…too_many`.
    """
    if not keeps_templates.holds(actor, LetterTemplate(funder_id=funder_id)):
        raise Unknown
    _check(drafted)
    # Two at once would take the same place, and PostgreSQL says so at the commit only.
    session.execute(select(func.pg_advisory_xact_lock(funder_id.int & (2**62 - 1) ^ 33)))
    last = select(func.max(LetterTemplate.position), func.count()).where(
        LetterTemplate.funder_id == funder_id
    )
    position, many = session.execute(last).one()
    if many >= TEMPLATES_MAX:
        raise Refused("letter_template.too_many")
    template = LetterTemplate(funder_id=funder_id, position=(position or 0) + 1)
    session.add(template)
    return _kept(session, template, drafted, actor, now)


def change_template(
    session: Session, template_id: UUID, drafted: Drafted, *, actor: Actor, now: datetime
) -> LetterTemplate:
    """Write a text anew; letters released before keep their words. Locks it.

    Raises:
        Unknown: there is none that the actor keeps.
        Refused: `letter_template.block_missing`, `letter_template.variable_unknown`.
    """
    template = template_of(session, template_id, viewer=actor, lock=True)
    _check(drafted)
    return _kept(session, template, drafted, actor, now)


def move_template(
    session: Session, template_id: UUID, *, earlier: bool, actor: Actor
) -> LetterTemplate:
    """Try a text before the one above it, or after the one below; at the end, nothing moves.

    Raises:
        Unknown: there is none that the actor keeps.
    """
    template = template_of(session, template_id, viewer=actor, lock=True)
    column = LetterTemplate.position
    beyond = column < template.position if earlier else column > template.position
    other = session.scalar(
        select(LetterTemplate)
        .where(LetterTemplate.funder_id == template.funder_id, beyond)
        .order_by(column.desc() if earlier else column)
        .limit(1)
        .with_for_update()
    )
    if other is not None:
        template.position, other.position = other.position, template.position
        session.flush()
    return template


def remove_template(session: Session, template_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Take a text away. Announces `letter_template.removed`.

    Raises:
        Unknown: there is none that the actor keeps.
    """
    template = template_of(session, template_id, viewer=actor, lock=True)
    session.delete(template)
    session.flush()
    announce(
        session,
        "letter_template.removed",
        by=actor,
        at=now,
        funder=template.funder_id,
        subject=template.id,
    )


def word_letter(
    session: Session,
    deliberation_id: UUID,
    application_id: UUID,
    *,
    added: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Add a paragraph of its own to one letter, or take it away, before the letters leave.

    Raises:
        Unknown: no letter that the actor prepares.
        Refused: `letters.released`.
    """
    deliberation = choosing.announceable(session, deliberation_id, viewer=actor)
    choosing.letter_due(session, deliberation_id, application_id, viewer=actor)
    if deliberation.announced_at is not None:
        raise Refused("letters.released", announced_at=deliberation.announced_at)
    said = {"added": added.strip(), "worded_by": actor.id, "worded_at": now}
    names = {"deliberation_id": deliberation_id, "application_id": application_id}
    statement = insert(LetterWording).values(id=new_id(), **names, **said)
    session.execute(statement.on_conflict_do_update(index_elements=list(names), set_=said))


def release_letters(
    session: Session, deliberation_id: UUID, *, seen: str, actor: Actor, now: datetime
) -> Deliberation:
    """Let all the letters and mails of a deliberation leave, as they were looked through.

    `seen` is the fingerprint of the page: when a text, its order or a letter's own words changed
    since, nothing leaves. The words of each letter are frozen, then the results are announced
    (`announce_results`). Locks the deliberation. Announces `letters.released`. Twice is once.

    Raises:
        Unknown: the actor does not announce for that funder.
        Refused: `letters.changed_since`, `deliberation.announce.not_adopted`;
            `letters.not_whole`: the actor is recused from one that they may not look through.
    """
    deliberation = locked_deliberation(session, deliberation_id, viewer=actor)
    if deliberation.announced_at is not None:
        return deliberation
    if not deliberation.adopted:
        raise Refused("deliberation.announce.not_adopted")
    mine = choosing.letters_due(session, deliberation_id, viewer=actor)
    if orders.fingerprint(session, deliberation, mine) != seen:
        raise Refused("letters.changed_since")
    if len(mine) != len(choosing.letters_due(session, deliberation_id, viewer=None)):
        raise Refused("letters.not_whole")
    _freeze(session, deliberation, actor, now)
    announce_results(session, deliberation_id, actor=actor, now=now)
    announce(
        session,
        "letters.released",
        by=actor,
        at=now,
        funder=deliberation.funder_id,
        subject=deliberation_id,
        fingerprint=seen,
    )
    return deliberation


def body_of(one: choosing.Due) -> str | None:
    """The words of a letter before its variables: None is the usual letter.

    The act is notified in French; whoever reads English gets the translation that there is.
    """
    if one.wording is not None and one.wording.body is not None:
        return one.wording.body or None
    if one.template is None:
        return None
    if one.application.author.locale == "en" and one.template.body_en:
        return f"{one.template.body_fr}\n\n{wordings.TRANSLATION}\n\n{one.template.body_en}"
    return one.template.body_fr


def _freeze(session: Session, deliberation: Deliberation, actor: Actor, now: datetime) -> None:
    letters = choosing.letters_due(session, deliberation.id, viewer=None)
    texts = orders.order_texts(session, deliberation, letters)
    rows = [
        {
            "id": new_id(),
            "deliberation_id": deliberation.id,
            "application_id": one.application.id,
            "body": body_of(one) or "",
            "order_text": texts[one.application.id],
            "worded_by": actor.id,
            "worded_at": now,
        }
        for one in letters
    ]
    statement = insert(LetterWording)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["deliberation_id", "application_id"],
            set_={
                "body": statement.excluded.body,
                "order_text": statement.excluded.order_text,
            },
        ),
        rows,
    )
    session.add(
        LetterRelease(
            deliberation_id=deliberation.id,
            letters=len(letters),
            fingerprint=orders.fingerprint(session, deliberation, letters),
            released_by=actor.id,
            released_at=now,
        )
    )
    session.flush()


def _check(drafted: Drafted) -> None:
    for field in ("body_fr", "body_en"):
        body = getattr(drafted, field)
        if field == "body_en" and not body.strip():
            continue
        if lacking := wordings.missing(body, drafted.outcome):
            blocks = ", ".join(f"[{one}]" for one in lacking)
            raise Refused("letter_template.block_missing", field=field, blocks=blocks)
        if odd := wordings.unknown(body):
            names = ", ".join(f"[{one}]" for one in odd)
            raise Refused("letter_template.variable_unknown", field=field, names=names)


def _kept(
    session: Session, template: LetterTemplate, drafted: Drafted, actor: Actor, now: datetime
) -> LetterTemplate:
    template.name, template.outcome = drafted.name.strip(), drafted.outcome
    template.instrument, template.partial = drafted.instrument, drafted.partial
    template.call_id, template.track_key = drafted.call_id, drafted.track_key.strip()
    template.body_fr, template.body_en = drafted.body_fr.strip(), drafted.body_en.strip()
    template.revised_by, template.revised_at = actor.id, now
    session.flush()
    announce(
        session,
        "letter_template.kept",
        by=actor,
        at=now,
        funder=template.funder_id,
        subject=template.id,
    )
    return template
