"""Verbs: file an appeal, withdraw it, answer it, take note of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from grants.appeals import queries
from grants.appeals.clocks import appeal_until, silence_on
from grants.appeals.lifecycle import LIFECYCLE
from grants.appeals.models import Appeal, AppealFile, AppealState, Effect
from grants.applications import queries as applications
from grants.applications.rules import may_submit
from grants.decisions.models import Outcome, Proposal, Why
from grants.decisions.queries import DecidedFor, announced_for
from grants.decisions.services import reopen
from grants.files.models import StoredFile
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused, Unknown
from grants.kernel.identity import new_id
from grants.kernel.money import Amount
from grants.outbox.services import announce


def file_appeal(
    session: Session,
    application_id: UUID,
    deliberation_id: UUID,
    *,
    grounds: str,
    documents: Sequence[StoredFile] = (),
    actor: Actor,
    now: datetime,
) -> Appeal:
    """Ask the authority to think again about what one deliberation decided (recours gracieux).

    Its clock runs from the instant at which the decision was read: two clear months, until a
    working day (CJA R421-1). Locks the application. Announces `appeal.filed`, on which its
    receipt is mailed with the day on which silence means no (CRPA L112-3), and `appeal.to_answer`,
    on which the officers are told. The same deliberation
    appealed again while the first appeal lives is refused.

    Raises:
        Unknown: not the actor's application, or nothing announced about it.
        Forbidden: the actor does not sign for the applicant.
        Refused: `appeal.not_read`, `appeal.too_late`, `appeal.grounds_missing`,
            `appeal.already_filed`.
    """
    one = _contested(session, application_id, deliberation_id, actor)
    until, today = appeal_until(paris_date(_read(one))), paris_date(now)
    if today > until:
        raise Refused("appeal.too_late", until_on=until)
    if not grounds.strip():
        raise Refused("appeal.grounds_missing", field="grounds")
    _refuse_second(session, application_id, deliberation_id)
    appeal = Appeal(
        deliberation_id=deliberation_id,
        application_id=application_id,
        funder_id=one.deliberation.funder_id,
        filed_by=actor.id,
        filed_at=now,
        grounds=grounds.strip(),
        until=until,
        silence_on=silence_on(today),
        state=AppealState.FILED,
    )
    session.add(appeal)
    session.flush()
    session.add_all(AppealFile(appeal_id=appeal.id, stored_file_id=one.id) for one in documents)
    session.flush()
    _tell(session, "appeal.filed", appeal, actor, now)
    _tell(session, "appeal.to_answer", appeal, actor, now)
    return appeal


def withdraw_appeal(session: Session, appeal_id: UUID, *, actor: Actor, now: datetime) -> Appeal:
    """Take an appeal back before it is answered. Locks it. Announces `appeal.withdrawn`.

    Raises:
        Unknown: not the actor's.
        Forbidden: the actor does not sign for the applicant.
        Refused: `appeal.withdraw.from_<state>`.
    """
    appeal = queries.own_appeal(session, appeal_id, viewer=actor, lock=True)
    application = applications.own(session, appeal.application_id, actor)
    if not may_submit.holds(actor, application):
        raise Forbidden
    LIFECYCLE.move(appeal, "withdraw", actor=actor, now=now)
    session.flush()
    _tell(session, "appeal.withdrawn", appeal, actor, now)
    return appeal


def answer_appeal(
    session: Session,
    appeal_id: UUID,
    *,
    effect: Effect | None,
    answer: str,
    actor: Actor,
    now: datetime,
) -> Appeal:
    """Answer an appeal: accept it and name what follows (`effect`), or reject it with reasons.

    An answer may come after silence has refused: it then replaces that refusal. Nothing moves in
    the ledger here: the deliberation or the withdrawal that `effect` names does it. Locks the
    appeal. Announces `appeal.answered`, on which the applicant is told that an answer is there.

    Raises:
        Unknown: the actor does not answer for that funder.
        Refused: `appeal.answer_missing`, `appeal.accept.from_<state>`, `…reject.from_<state>`.
    """
    appeal = queries.locked_appeal(session, appeal_id, viewer=actor)
    if not answer.strip():
        raise Refused("appeal.answer_missing", field="answer")
    LIFECYCLE.move(appeal, "accept" if effect else "reject", actor=actor, now=now)
    appeal.effect, appeal.answer = effect, answer.strip()
    appeal.answered_by, appeal.answered_at = actor.id, now
    session.flush()
    _tell(session, "appeal.answered", appeal, actor, now)
    return appeal


def reopen_file(session: Session, appeal_id: UUID, *, actor: Actor, now: datetime) -> Appeal:
    """Have what an accepted appeal contested decided again: its application is in review.

    A person asks for it; a new proposal then goes to the vote as any other. Locks the appeal,
    then the application. Announces `appeal.reopened`. Twice is once.

    Raises:
        Unknown: the actor does not answer for that funder.
        Refused: `appeal.reopen.not_accepted`; `appeal.reopen.award_stands`: what was awarded is
            added to (`propose_more`), or withdrawn.
    """
    appeal = _accepted(session, appeal_id, actor)
    if appeal.reopened_at is not None:
        return appeal
    contested = queries.contested(session, appeal)
    if any(one.is_award for one in contested):
        raise Refused("appeal.reopen.award_stands")
    _mark_reopened(session, appeal, actor, now)
    reopen(session, contested, Why.APPEAL, actor=actor, now=now)
    return appeal


def propose_more(
    session: Session, appeal_id: UUID, *, amount: Amount, actor: Actor, now: datetime
) -> Appeal:
    """Propose to add an amount to an award whose appeal was accepted, for the next vote.

    Nothing is given by this: the deciding body votes on it as on any proposal, out of the same
    envelope. Locks the appeal. Announces `appeal.reopened`. Twice is once.

    Raises:
        Unknown: the actor does not answer for that funder.
        Refused: `appeal.reopen.not_accepted`, `appeal.raise.no_award`,
            `appeal.raise.amount_missing`, `appeal.raise.proposed_already`.
    """
    appeal = _accepted(session, appeal_id, actor)
    if appeal.reopened_at is not None:
        return appeal
    award = next((one for one in queries.contested(session, appeal) if one.envelope_id), None)
    if award is None:
        raise Refused("appeal.raise.no_award")
    if amount <= 0:
        raise Refused("appeal.raise.amount_missing", field="amount")
    if queries.is_proposed(session, appeal):
        raise Refused("appeal.raise.proposed_already")
    _mark_reopened(session, appeal, actor, now)
    call_id = applications.readable(session, appeal.application_id, viewer=actor).call_id
    session.add(
        Proposal(
            id=new_id(),
            call_id=call_id,
            funder_id=appeal.funder_id,
            application_id=appeal.application_id,
            envelope_id=award.envelope_id,
            outcome=Outcome.AWARD,
            instrument=award.instrument,
            amount=amount,
            tops_up_id=award.id,
            proposed_by=actor.id,
            proposed_at=now,
        )
    )
    session.flush()
    return appeal


def _accepted(session: Session, appeal_id: UUID, actor: Actor) -> Appeal:
    appeal = queries.locked_appeal(session, appeal_id, viewer=actor)
    if appeal.effect is not Effect.NEW_DELIBERATION:
        raise Refused("appeal.reopen.not_accepted")
    return appeal


def _mark_reopened(session: Session, appeal: Appeal, actor: Actor, now: datetime) -> None:
    appeal.reopened_by, appeal.reopened_at = actor.id, now
    session.flush()
    _tell(session, "appeal.reopened", appeal, actor, now)


def acknowledge_answer(session: Session, appeal_id: UUID, *, actor: Actor, now: datetime) -> Appeal:
    """Keep the instant at which the applicant first took note of the answer.

    Later ones change nothing. The two months before the court run from it. Announces
    `appeal.answer_read`.

    Raises:
        Unknown: not the actor's, or there is no answer yet.
    """
    appeal = queries.own_appeal(session, appeal_id, viewer=actor, lock=True)
    if appeal.answered_at is None:
        raise Unknown
    if appeal.answer_read_at is None:
        appeal.answer_read_at = now
        session.flush()
        _tell(session, "appeal.answer_read", appeal, actor, now)
    return appeal


def _contested(
    session: Session, application_id: UUID, deliberation_id: UUID, actor: Actor
) -> DecidedFor:
    """What is contested, for whoever signs for the applicant; the application is locked."""
    application = applications.locked_own(session, application_id, actor)
    known = {one.deliberation.id: one for one in announced_for(session, application_id)}
    if deliberation_id not in known:
        raise Unknown
    if not may_submit.holds(actor, application):
        raise Forbidden
    return known[deliberation_id]


def _read(one: DecidedFor) -> datetime:
    if one.read_at is None:
        raise Refused("appeal.not_read")
    return one.read_at


def _refuse_second(session: Session, application_id: UUID, deliberation_id: UUID) -> None:
    for one in queries.appeals_about(session, application_id):
        if one.deliberation_id == deliberation_id and one.state is not AppealState.WITHDRAWN:
            raise Refused("appeal.already_filed", filed_at=one.filed_at)


def _tell(session: Session, kind: str, appeal: Appeal, actor: Actor, now: datetime) -> None:
    announce(
        session,
        kind,
        by=actor,
        at=now,
        funder=appeal.funder_id,
        subject=appeal.application_id,
        appeal=str(appeal.id),
    )
