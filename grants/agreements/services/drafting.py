"""An agreement from its draft to its force: write, rewrite, amend, send, bring into force."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from grants.agreements import queries
from grants.agreements.lifecycle import LIFECYCLE
from grants.agreements.models import ActState, Agreement, AgreementAct, AgreementVersion
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Refused, Unknown
from grants.kernel.money import Amount
from grants.outbox.services import announce


def draft(
    session: Session, decision_id: UUID, *, text: str, actor: Actor, now: datetime
) -> Agreement:
    """Begin the agreement of an award, with its first version; twice finds the first.

    Numbered after its deliberation and application. Announces `agreement.drafted`.

    Raises:
        Unknown: no award that the actor drafts for.
        Refused: `agreement.text_missing`.
    """
    bound = queries.award(session, decision_id, viewer=actor, on=paris_date(now))
    if bound.agreement is not None:
        return bound.agreement
    decision = bound.decision
    if decision.amount is None or decision.unit is None:
        raise Unknown
    agreement = Agreement(
        decision_id=decision.id,
        application_id=decision.application_id,
        funder_id=decision.funder_id,
        number=f"CONV-{decision.deliberation.number}-{decision.application.number}"
        + (f"-{decision.position}" if decision.position > 1 else ""),
        original_amount=decision.amount,
        unit=decision.unit,
        drafted_by=actor.id,
        drafted_at=now,
    )
    session.add(agreement)
    session.flush()
    act = AgreementAct(
        agreement_id=agreement.id, position=0, amount=decision.amount, state=ActState.DRAFTED
    )
    session.add(act)
    session.flush()
    _keep(session, act, text, actor=actor, now=now)
    tell(session, "agreement.drafted", act, actor=actor, now=now)
    return agreement


def amend(
    session: Session,
    agreement_id: UUID,
    *,
    amount: Amount,
    object: str,  # noqa: A002 -- the act's own word, « objet »
    text: str,
    actor: Actor,
    now: datetime,
) -> AgreementAct:
    """Begin an amendment (avenant): the award's amount stays what it was, this act has its own.

    Locks the latest act, which must be in force. Announces `agreement.amended`.

    Raises:
        Unknown: none that the actor drafts for.
        Refused: `agreement.amend.not_in_force`, `agreement.amount_above_award` (more money asks
            for a new deliberation), `agreement.object_missing`, `agreement.text_missing`,
            `agreement.ended`.
    """
    agreement = queries.agreement(session, agreement_id, viewer=actor)
    require_live(agreement)
    last = queries.locked_act(session, agreement.acts[-1].id, viewer=actor)
    if last.state is not ActState.IN_FORCE:
        raise Refused("agreement.amend.not_in_force")
    if not 0 < amount <= agreement.original_amount:
        awarded, unit = agreement.original_amount, agreement.unit
        raise Refused("agreement.amount_above_award", field="amount", amount=awarded, unit=unit)
    if not object.strip():
        raise Refused("agreement.object_missing", field="object")
    act = AgreementAct(
        agreement_id=agreement.id,
        position=last.position + 1,
        amount=amount,
        object=object.strip(),
        state=ActState.DRAFTED,
    )
    session.add(act)
    session.flush()
    _keep(session, act, text, actor=actor, now=now)
    tell(session, "agreement.amended", act, actor=actor, now=now)
    return act


def end(
    session: Session, decision_id: UUID, *, on: date, act: str, actor: Actor, now: datetime
) -> None:
    """Note that the agreement of an award ended: an act, named by its number, took all of it back.

    Its acts and what was signed stay; it is neither sent, signed nor amended any more. Locks it.
    Announces `agreement.ended`. Without an agreement, or twice, nothing happens. The caller has
    checked that the actor withdraws the award.
    """
    agreement = session.scalar(
        select(Agreement).where(Agreement.decision_id == decision_id).with_for_update()
    )
    if agreement is None or agreement.ended_on is not None:
        return
    agreement.ended_on, agreement.ended_by_act = on, act
    session.flush()
    announce(
        session,
        "agreement.ended",
        by=actor,
        at=now,
        funder=agreement.funder_id,
        subject=agreement.application_id,
        agreement=str(agreement.id),
    )


def require_live(agreement: Agreement) -> None:
    """Stop on an agreement that ended with its award.

    Raises:
        Refused: `agreement.ended` with the `act`.
    """
    if agreement.ended_on is not None:
        raise Refused("agreement.ended", on=agreement.ended_on, act=agreement.ended_by_act)


def rewrite(
    session: Session, act_id: UUID, *, text: str, actor: Actor, now: datetime
) -> AgreementAct:
    """Keep another version of a text that was not sent yet; the same words keep nothing.

    Raises:
        Unknown: none that the actor drafts for.
        Refused: `agreement.sent_already`, `agreement.text_missing`.
    """
    act = queries.locked_act(session, act_id, viewer=actor)
    if act.state is not ActState.DRAFTED:
        raise Refused("agreement.sent_already")
    if act.latest.text != _plain(text):
        _keep(session, act, text, actor=actor, now=now, number=act.latest.number + 1)
    return act


def send(session: Session, act_id: UUID, *, actor: Actor, now: datetime) -> AgreementAct:
    """Let the beneficiary read and sign it. Locks the act. Announces `agreement.sent`, mailed.

    Not before the beneficiary took note of the decision: the agreement tells what it is.

    Raises:
        Unknown: none that the actor drafts for.
        Refused: `agreement.send.from_<state>`, `agreement.decision_not_read`,
            `agreement.ended`.
    """
    act = queries.locked_act(session, act_id, viewer=actor)
    require_live(act.agreement)
    if not queries.decision_is_read(session, act.agreement.decision_id):
        raise Refused("agreement.decision_not_read")
    LIFECYCLE.move(act, "send", actor=actor, now=now)
    act.sent_at = now
    session.flush()
    tell(session, "agreement.sent", act, actor=actor, now=now)
    return act


def bring_into_force(
    session: Session, act_id: UUID, *, on: date, actor: Actor, now: datetime
) -> AgreementAct:
    """Note the day on which a signed act was notified to the beneficiary: it binds from then on.

    Locks the act. Announces `agreement.in_force`.

    Raises:
        Unknown: none that the actor drafts for.
        Refused: `agreement.bring_into_force.from_<state>`, `agreement.before_signature`,
            `agreement.day_to_come`, `agreement.ended`.
    """
    act = queries.locked_act(session, act_id, viewer=actor)
    require_live(act.agreement)
    signed = [paris_date(one.signed_at) for one in act.signatures]
    if signed and on < max(signed):
        raise Refused("agreement.before_signature", field="on", signed_on=max(signed))
    if on > paris_date(now):
        raise Refused("agreement.day_to_come", field="on")
    with session.no_autoflush:
        LIFECYCLE.move(act, "bring_into_force", actor=actor, now=now)
        act.in_force_on = on
    session.flush()
    tell(session, "agreement.in_force", act, actor=actor, now=now)
    return act


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _keep(
    session: Session,
    act: AgreementAct,
    text: str,
    *,
    actor: Actor,
    now: datetime,
    number: int = 1,
) -> None:
    plain = _plain(text)
    if not plain:
        raise Refused("agreement.text_missing", field="text")
    version = AgreementVersion(
        act_id=act.id,
        number=number,
        text=plain,
        sha256=sha256(plain.encode()).hexdigest(),
        kept_by=actor.id,
        kept_at=now,
    )
    session.add(version)
    session.flush()


def tell(session: Session, kind: str, act: AgreementAct, *, actor: Actor, now: datetime) -> None:
    """Announce something about an act of an agreement."""
    agreement = session.get_one(Agreement, act.agreement_id)
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=agreement.funder_id,
        subject=agreement.application_id,
        agreement=str(agreement.id),
        act=str(act.id),
    )
