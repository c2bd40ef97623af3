"""What the authority of one side decided, and how far each award is paid."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from build.clock import NOW
from build.people import (
    acting_as,
)
from build.sides import AWARDED, IBAN, PARTS, SECRET, VOTE, Side, a_document
from grants.decisions.models import Body, Decision, Instrument, Outcome, Proposal
from grants.decisions.services import (
    Item,
    Wanted,
    acknowledge,
    announce_results,
    deliberate,
    make_executory,
    open_session,
    propose,
)
from grants.files.store import FileStore
from grants.kernel.access import Actor
from grants.kernel.bank import Vault
from grants.kernel.money import Amount
from grants.notices.models import Letter
from grants.payments import services as payments
from grants.payments.bank import read_account
from grants.payments.models import (
    Claim,
    ClaimFile,
    ConditionKind,
    InstalmentCondition,
    Out,
    ReturnKind,
    ReturnLine,
)
from grants.payments.plan import Asked, Part
from grants.people.models import Funder

OTHER_IBAN = "FR1420041010050500013M02606"
"""Another account of the same beneficiary: a second person has to agree to it."""
ON_A_LETTER = (
    Part(percent=80, label="Acompte", conditions=(Asked(ConditionKind.COFUNDER, "Région"),)),
    Part(percent=20, label="Solde"),
)


def decisions_taken(session: Session, store: FileStore, side: Side, funder: Funder) -> None:
    """A deliberation and a letter for each award of AWARDED, and one more proposal."""
    officer = acting_as(session, side.people["officer"])
    for number, stage in enumerate(AWARDED, 1):
        decided = _decided(session, side, funder, stage, number)
        if stage != "decided":
            make_executory(
                session, decided, on=(NOW - timedelta(days=2)).date(), actor=officer, now=NOW
            )
            announce_results(session, decided, actor=officer, now=NOW)
        letter = Letter(
            deliberation_id=decided,
            application_id=side[f"application.{stage}"],
            stored_file_id=a_document(session, store, side, f"lettre-{side.name}.pdf").id,
            number=f"L-{side.name}-{number}",
            written_at=NOW,
        )
        session.add(letter)
        session.flush()
        side.objects[f"letter.{stage}"] = letter.id
    _proposed(session, side, funder)
    for stage in AWARDED[:-2]:
        acknowledge(
            session,
            side[f"application.{stage}"],
            side[f"deliberation.{stage}"],
            actor=acting_as(session, side.people["representative"]),
            now=NOW,
        )


def _decided(session: Session, side: Side, funder: Funder, stage: str, number: int) -> UUID:
    officer = acting_as(session, side.people["officer"])
    sitting = open_session(
        session,
        funder.id,
        body=Body.COUNCIL,
        held_on=(NOW - timedelta(days=3)).date(),
        actor=officer,
        now=NOW,
    )
    one = deliberate(
        session,
        sitting.id,
        number=f"{side.name}-{number}",
        object=f"Soutien à {side.name}",
        vote=VOTE,
        items=[_award(side, stage)],
        actor=officer,
        now=NOW,
    )
    of_it = select(Decision.id).where(Decision.deliberation_id == one.id)
    side.objects[f"deliberation.{stage}"] = one.id
    side.objects[f"decision.{stage}"] = session.scalars(of_it).one()
    return one.id


def _proposed(session: Session, side: Side, funder: Funder) -> None:
    wanted = Wanted(
        application_id=side["application.open"],
        outcome=Outcome.AWARD,
        instrument=Instrument.GRANT,
        amount=Amount(100_000),
        envelope_id=side["envelope"],
    )
    officer = acting_as(session, side.people["officer"])
    propose(session, side["call"], funder.id, wanted=[wanted], actor=officer, now=NOW)
    kept = select(Proposal.id).where(Proposal.application_id == side["application.open"])
    side.objects["proposal"] = session.scalars(kept).one()


def _award(side: Side, stage: str) -> Item:
    return Item(
        application_id=side[f"application.{stage}"],
        outcome=Outcome.AWARD,
        instrument=Instrument.GRANT,
        amount=Amount(1_000_000),
        envelope_id=side["envelope"],
    )


def _signed_on_paper(session: Session, instalment_id: UUID, officer: Actor) -> None:
    """The agreement that the year's awards together ask for: somebody saw it signed on paper."""
    seen = {"met_on": NOW.date(), "met_at": NOW, "met_by": officer.id, "note": "Papier"}
    kind = ConditionKind.AGREEMENT
    session.add(InstalmentCondition(instalment_id=instalment_id, position=1, kind=kind, **seen))
    session.flush()


def payments_half_made(session: Session, store: FileStore, side: Side) -> None:
    officer = acting_as(session, side.people["officer"])
    finance = acting_as(session, side.people["finance"])
    approver = acting_as(session, side.people["approver"])
    applicant = acting_as(session, side.people["representative"])
    vault = Vault(SECRET.encode())
    for stage in AWARDED[:-2]:
        decision_id = side[f"decision.{stage}"]
        parts = ON_A_LETTER if stage == "claimed" else PARTS
        planned = list(
            payments.plan_instalments(session, decision_id, parts=parts, actor=officer, now=NOW)
        )
        side.objects[f"instalment.{stage}"] = planned[0].id
        if stage == "planned":
            continue
        claim = payments.submit_claim(
            session,
            planned[0].id,
            account=read_account(OTHER_IBAN if stage == "claimed" else IBAN),
            holder=f"Coopérative de {side.name}",
            vault=vault,
            actor=applicant,
            now=NOW,
        )
        given = a_document(session, store, side, f"rib-{stage}-{side.name}.pdf")
        kept = ClaimFile(claim_id=claim.id, stored_file_id=given.id)
        session.add(kept)
        session.flush()
        side.objects |= {f"claim.{stage}": claim.id, f"claim_file.{stage}": kept.id}
        _signed_on_paper(session, planned[1].id, officer)
        if stage == "claimed":
            _proved(session, side, claim, planned[0].conditions[0].id)
            continue
        payments.certify(session, claim.id, actor=officer, now=NOW)
        if stage == "certified":
            continue
        order = payments.prepare(session, [claim.id], actor=finance, now=NOW)[0]
        side.objects |= {f"order.{stage}": order.id, f"batch.{stage}": order.batch_id}
        if stage == "prepared":
            continue
        payments.approve(session, [order.id], actor=approver, now=NOW)
        if stage == "signed":
            made = {"vault": Vault(SECRET.encode()), "actor": finance, "now": NOW}
            kept = payments.keep_file(session, order.batch_id, Out.MANDATES, **made)
            side.objects["order_file"] = kept.id
            continue
        payments.pay(session, [order.id], on=NOW.date(), reference="B12", actor=finance, now=NOW)


def answers_taken_in(session: Session, side: Side, funder: Funder) -> None:
    """An answer of the accounting office, with one line that names no order."""
    finance = acting_as(session, side.people["finance"])
    data = f"mandat;etat;date;montant\nX-{side.name};Payé;{NOW:%d/%m/%Y};12,50\n".encode()
    taken = payments.take_in(
        session,
        funder.id,
        kind=ReturnKind.CSV,
        name="retour.csv",
        data=data,
        vault=Vault(SECRET.encode()),
        actor=finance,
        now=NOW,
    )
    of_it = select(ReturnLine.id).where(ReturnLine.return_id == taken.id)
    side.objects |= {"return": taken.id, "line": session.scalars(of_it).one()}


def _proved(session: Session, side: Side, claim: Claim, condition_id: UUID) -> None:
    officer = acting_as(session, side.people["officer"])
    payments.meet_condition(
        session,
        claim.id,
        condition_id,
        on=NOW.date(),
        note="Lettre de la Région",
        actor=officer,
        now=NOW,
    )
    side.objects |= {"condition.claimed": condition_id, "details.changed": claim.bank_details_id}
