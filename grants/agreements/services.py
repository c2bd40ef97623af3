"""Verbs: draft, rewrite, amend, send, sign, bring into force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from grants.agreements import queries
from grants.agreements.lifecycle import LIFECYCLE
from grants.agreements.models import (
    ActState,
    Agreement,
    AgreementAct,
    AgreementSignature,
    AgreementVersion,
    Method,
    Side,
    SigningCode,
)
from grants.agreements.signing import LASTS, Proof, Provider
from grants.applications import queries as applications
from grants.applications.rules import may_submit
from grants.kernel.access import Actor
from grants.kernel.clock import paris_date
from grants.kernel.errors import Forbidden, Refused, Unknown
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
    _tell(session, "agreement.drafted", act, actor=actor, now=now)
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
            for a new deliberation), `agreement.object_missing`, `agreement.text_missing`.
    """
    agreement = queries.agreement(session, agreement_id, viewer=actor)
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
    _tell(session, "agreement.amended", act, actor=actor, now=now)
    return act


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
        Refused: `agreement.send.from_<state>`, `agreement.decision_not_read`.
    """
    act = queries.locked_act(session, act_id, viewer=actor)
    if not queries.decision_is_read(session, act.agreement.decision_id):
        raise Refused("agreement.decision_not_read")
    LIFECYCLE.move(act, "send", actor=actor, now=now)
    act.sent_at = now
    session.flush()
    _tell(session, "agreement.sent", act, actor=actor, now=now)
    return act


def ask_code(
    session: Session, act_id: UUID, side: Side, *, actor: Actor, now: datetime
) -> SigningCode:
    """Have a one-time code mailed to whoever is about to sign; the latest alone counts.

    Locks the act. Announces `agreement.code_asked`, whose mail holds the code.

    Raises:
        Unknown: none that the actor may sign.
        Forbidden: the actor does not sign for the beneficiary.
        Refused: `agreement.sign.from_<state>`, `agreement.countersign.from_<state>`.
    """
    act = _to_sign(session, act_id, side, actor)
    asked = SigningCode(
        version_id=act.latest.id, person_id=actor.id, asked_at=now, expires_at=now + LASTS
    )
    session.add(asked)
    session.flush()
    announce(
        session,
        "agreement.code_asked",
        by=actor,
        at=now,
        funder=act.agreement.funder_id,
        subject=act.agreement.application_id,
        code=str(asked.id),
        agreement=str(act.agreement_id),
    )
    return asked


def prove(
    session: Session,
    act_id: UUID,
    side: Side,
    *,
    answer: str,
    provider: Provider,
    actor: Actor,
    now: datetime,
) -> Proof | None:
    """Try an answer to the provider's challenge; a try counts whatever comes of it.

    Locks the act and the code. None: wrong, too late, or none was asked for.

    Raises:
        Unknown, Forbidden, Refused: as `ask_code`.
    """
    act = _to_sign(session, act_id, side, actor)
    asked = queries.asked_code(session, act, actor.id)
    if asked is None:
        return None
    asked.tries += 1
    session.flush()
    return provider.prove(asked, answer, now=now)


def sign(
    session: Session,
    act_id: UUID,
    side: Side,
    *,
    proof: Proof,
    name: str,
    capacity: str,
    actor: Actor,
    now: datetime,
) -> AgreementAct:
    """Put a side's signature under the text that was proved, and no other.

    The beneficiary signs first, the authority countersigns. Locks the act; the code is used up.
    Announces `agreement.signed` or `agreement.countersigned`.

    Raises:
        Unknown, Forbidden, Refused: as `ask_code`; `agreement.signatory_missing`.
    """
    act = _to_sign(session, act_id, side, actor)
    if proof.version_id != act.latest.id or proof.person_id != actor.id:
        raise Unknown
    asked = session.get_one(SigningCode, proof.code_id)
    asked.used_at = now
    signature = Signatory(side, Method.CODE, name, capacity, proof.evidence)
    return _signed(session, act, signature, actor=actor, now=now)


def sign_on_paper(
    session: Session,
    act_id: UUID,
    *,
    beneficiary: tuple[str, str],
    authority: tuple[str, str],
    evidence: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> AgreementAct:
    """Record both signatures of a paper that came back signed; each is (name, capacity).

    Raises:
        Unknown: none that the actor drafts for.
        Refused: `agreement.sign.from_<state>`, `agreement.signatory_missing`.
    """
    act = queries.locked_act(session, act_id, viewer=actor)
    for side, (name, capacity) in (
        (Side.BENEFICIARY, beneficiary),
        (Side.AUTHORITY, authority),
    ):
        signatory = Signatory(side, Method.PAPER, name, capacity, evidence)
        _signed(session, act, signatory, actor=actor, now=now)
    return act


def bring_into_force(
    session: Session, act_id: UUID, *, on: date, actor: Actor, now: datetime
) -> AgreementAct:
    """Note the day on which a signed act was notified to the beneficiary: it binds from then on.

    Locks the act. Announces `agreement.in_force`.

    Raises:
        Unknown: none that the actor drafts for.
        Refused: `agreement.bring_into_force.from_<state>`, `agreement.before_signature`,
            `agreement.day_to_come`.
    """
    act = queries.locked_act(session, act_id, viewer=actor)
    signed = [paris_date(one.signed_at) for one in act.signatures]
    if signed and on < max(signed):
        raise Refused("agreement.before_signature", field="on", signed_on=max(signed))
    if on > paris_date(now):
        raise Refused("agreement.day_to_come", field="on")
    with session.no_autoflush:
        LIFECYCLE.move(act, "bring_into_force", actor=actor, now=now)
        act.in_force_on = on
    session.flush()
    _tell(session, "agreement.in_force", act, actor=actor, now=now)
    return act


VERBS = {Side.BENEFICIARY: "sign", Side.AUTHORITY: "countersign"}
MESSAGES = {Side.BENEFICIARY: "agreement.signed", Side.AUTHORITY: "agreement.countersigned"}


def _to_sign(session: Session, act_id: UUID, side: Side, actor: Actor) -> AgreementAct:
    """The act, locked, for whoever may sign it for a side at this point."""
    for_them = side is Side.BENEFICIARY
    act = queries.locked_act(session, act_id, viewer=actor, as_beneficiary=for_them)
    if for_them:
        application = applications.own(session, act.application_id, actor)
        if not may_submit.holds(actor, application):
            raise Forbidden
    transition = LIFECYCLE[VERBS[side]]
    if act.state not in transition.sources:
        raise Refused(f"agreement.{transition.name}.from_{act.state}")
    return act


@dataclass(frozen=True)
class Signatory:
    """Who signs for a side, in what capacity, and what proves it."""

    side: Side
    method: Method
    name: str
    capacity: str
    evidence: dict[str, Any]


def _signed(
    session: Session, act: AgreementAct, by: Signatory, *, actor: Actor, now: datetime
) -> AgreementAct:
    if not by.name.strip() or not by.capacity.strip():
        raise Refused("agreement.signatory_missing", field="name")
    signature = AgreementSignature(
        act_id=act.id,
        version_id=act.latest.id,
        side=by.side,
        method=by.method,
        name=by.name.strip(),
        capacity=by.capacity.strip(),
        person_id=actor.id,
        sha256=act.latest.sha256,
        signed_at=now,
        evidence=by.evidence,
    )
    session.add(signature)
    session.flush()
    LIFECYCLE.move(act, VERBS[by.side], actor=actor, now=now)
    session.flush()
    _tell(session, MESSAGES[by.side], act, actor=actor, now=now)
    session.refresh(act, ["signatures"])
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


def _tell(session: Session, kind: str, act: AgreementAct, *, actor: Actor, now: datetime) -> None:
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
